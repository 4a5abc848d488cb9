"""`ventanilla keys`: how old the secret is, and a new one in its place."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.settings import read_settings

if TYPE_CHECKING:
    from bot.keys import Rotation

app = typer.Typer(no_args_is_help=True, help="The secret that everything sealed depends on.")
To = Annotated[
    Path | None, typer.Option("--to", help="Where the new secret goes; by default its own file")
]


@app.command("age")
def age() -> None:
    """Say how old the secret is; 1 when it is due for a change."""
    from bot.keys import ROTATE_DAYS, age_in_days, secret_file

    days = age_in_days(secret_file(read_settings(), None), datetime.now(UTC))
    if days is None:
        print("There is no secret yet: the first start makes it.")
        return
    print(f"The secret is {days} days old. Change it every {ROTATE_DAYS}: ventanilla keys rotate")
    if days > ROTATE_DAYS:
        raise typer.Exit(1)


@app.command("rotate")
def rotate(
    to: To = None,
    drop_replies: Annotated[
        bool, typer.Option("--drop-replies", help="Lose the replies that are on their way")
    ] = False,
    while_serving: Annotated[
        bool, typer.Option("--while-serving", help="Do not look whether another process serves")
    ] = False,
) -> None:
    """Make a new secret: all visits begin anew, and nobody can tell any more whose rows were whose.

    Stop the service first. Staff keep their passwords and their second factor.
    """
    from bot import keys
    from bot.store import connect, upgrade

    settings = read_settings()
    path = keys.secret_file(settings, to)
    engine = connect(settings)
    try:
        upgrade(engine, settings)
        done = keys.rotate(
            settings, engine, path, drop_replies=drop_replies, while_serving=while_serving
        )
    finally:
        engine.dispose()
    for line in _report(done):
        print(line)
    if to is not None:
        print(f"Put what is in {path} in the place of the old secret now, in every process.")
    elif while_serving:
        print("Restart every process that serves, at once: it still works with the old secret.")
    if done.rows is not None and done.rows.lost:
        print(
            f"{done.rows.lost} second factors could not be opened with the old secret: "
            "an administrator has to set them up anew.",
            file=sys.stderr,
        )


def _report(done: "Rotation") -> list[str]:
    lines = [f"The new secret is in {done.path}. Keep a copy away from the backups."]
    if done.rows is None:
        return [*lines, "An earlier change had broken off; it is complete now."]
    rows = done.rows
    lines.append(f"Erased: {rows.visits} visits, {rows.replies} replies on their way.")
    lines.append("Erased: questions without an answer, and spreadsheets that waited.")
    lines.append(f"Staff: passwords stay; {rows.second_factors} second factors were sealed anew.")
    if rows.recovery_codes:
        lines.append(
            f"{rows.recovery_codes} recovery codes open nothing any more: staff make new ones."
        )
    if rows.hooks:
        lines.append(f"{rows.hooks} other systems need their new signing key (administrators).")
    lines.append("Backups made until now bring back no conversation. The old secret is gone.")
    if not done.erased:
        lines.append("Somebody reads the database: the next start erases the old bytes.")
    return lines
