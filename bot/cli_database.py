"""`ventanilla database`: upgrade the schema, back up while serving, restore, keep erasures."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.settings import Settings, read_settings
from knowledge.store.backup_folder import KEEP_DAYS

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from knowledge.store.backups import Restored

app = typer.Typer(no_args_is_help=True, help="Look after the database: schema, backups.")


@app.command("upgrade")
def upgrade() -> None:
    """Bring the database to the schema of this version."""
    from bot.store import connect
    from bot.store import upgrade as run

    settings = read_settings()
    changed = run(connect(settings), settings)
    print("The schema was upgraded." if changed else "The schema was current already.")


@app.command("backup")
def backup(
    file: Annotated[
        Path | None, typer.Argument(help="The file to write; by default a new one in backups/")
    ] = None,
    keep: Annotated[
        int,
        typer.Option(min=1, max=KEEP_DAYS, help="Days that those in backups/ are kept"),
    ] = KEEP_DAYS,
) -> None:
    """Write a consistent backup, also while the service runs; old ones of the folder go."""
    from knowledge.store.backup_folder import name_for, prune
    from knowledge.store.backups import back_up

    settings = read_settings()
    now = datetime.now(UTC)
    folder = settings.backup_dir
    if file is None:
        settings.make_data_dir()
        folder.mkdir(mode=0o700, exist_ok=True)
    path = file or folder / name_for(now)
    with _database(settings) as engine:
        manifest = back_up(engine, path, settings.secret(), now)
    print(f"{path}: {sum(manifest.rows.values())} rows, schema {manifest.revision}.")
    pruned = prune(folder, now, keep)
    if pruned:
        print(f"{pruned} backups older than {keep} days were deleted.")


@app.command("erasures")
def erasures(
    file: Annotated[Path, typer.Argument(help="The file to write, best on another machine")],
) -> None:
    """Write which chats were erased, as marks that name nobody, for a later `restore`."""
    from knowledge.store.erasure_files import write_marks

    settings = read_settings()
    with _database(settings) as engine:
        count = write_marks(engine, file, settings.secret(), datetime.now(UTC))
    print(f"{file}: {count} marks of erasures. Give it to a restore with --erasures.")


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `ventanilla database backup` wrote")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of what the database holds now")
    ] = False,
    without_conversations: Annotated[
        bool,
        typer.Option("--without-conversations", help="Leave out what belongs to people in chats"),
    ] = False,
    told: Annotated[
        list[Path] | None,
        typer.Option(
            "--erasures",
            help="Marks from `ventanilla database erasures`, or a newer backup, for what people "
            "erased since",
        ),
    ] = None,
) -> None:
    """Bring a backup into an empty database; stop the service first.

    What people erased since the backup is erased again.
    """
    from bot.chat import expire
    from knowledge.store.backups import has_tables
    from knowledge.store.backups import restore as run

    settings = read_settings()
    with _database(settings) as engine:
        if not file.is_file():
            _stop(f"There is no file {file}.")
        if not replace and sys.stdin.isatty() and has_tables(engine):
            replace = typer.confirm("The database is not empty. Replace all that is in it?")
        restored = run(
            engine,
            file,
            settings.secret(),
            replace=replace,
            conversations=not without_conversations,
            told=told or (),
        )
        expired = sum(expire(engine, datetime.now(UTC)).values())
    manifest = restored.manifest
    print(f"{restored.rows} rows restored, as of {manifest.made} (schema {manifest.revision}).")
    if restored.left_out:
        print("Left out: " + ", ".join(restored.left_out) + ".")
    _tell_erasures(restored, without_conversations=without_conversations)
    if not restored.same_secret:
        print(
            "The backup was made with another secret: what is sealed with it cannot be read here. "
            "With that VENTANILLA_SECRET_KEY (or secret.key) restore again, with --replace.",
            file=sys.stderr,
        )
    if expired:
        print(f"{expired} of them had been kept long enough and were deleted.")


def _tell_erasures(restored: "Restored", *, without_conversations: bool) -> None:
    if restored.erased:
        print(f"{restored.erased} of them were erased again: their people had erased them.")
    if not restored.marks and restored.same_secret and not without_conversations:
        print(
            f"If people erased something after {restored.manifest.made}, it came back: no marks of "
            "it were here. With a file of them restore again: --erasures FILE --replace.",
            file=sys.stderr,
        )


class _database:  # noqa: N801 - used like a function
    """Open the settings' database as it is; its troubles are one line."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __enter__(self) -> "Engine":
        from bot.store import connect

        self._engine = connect(self._settings)
        return self._engine

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from sqlalchemy.exc import DBAPIError

        from knowledge.store.database import explain

        self._engine.dispose()
        if isinstance(error, DBAPIError):
            _stop(explain(error, self._settings.url))


def _stop(line: str) -> NoReturn:
    print(line, file=sys.stderr)
    raise typer.Exit(1)
