"""Backups: whole or refused, made under load, restored on either engine, old ones gone."""

import contextlib
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import ENGINES, SECRET, Databases
from postgres_for_tests import a_database
from sqlalchemy import Engine, text

from bot import sessions
from bot.chat import Chat, Inbound, expire
from bot.compose import Composer
from bot.content import Content
from bot.messages import Message
from bot.settings import Settings
from bot.store import connect, open_store
from knowledge.store import backup_folder, backups, schema
from knowledge.store.backup_files import BackupError, Reader
from knowledge.store.backups import back_up, restore
from knowledge.store.database import open_engine

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
WEEK = timedelta(days=8)


@pytest.fixture(params=ENGINES)
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database without a schema, on either engine."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}")
        yield engine
        engine.dispose()
        return
    with a_database() as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def here(sqlite_databases: Databases, tmp_path: Path) -> Iterator[Engine]:
    """A small SQLite database, where the engine makes no difference."""
    with sqlite_databases(tmp_path / "here") as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite file without a schema."""
    engine = open_engine(f"sqlite:///{tmp_path / 'there.sqlite3'}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A SQLite file with the shipped directory."""
    folder = tmp_path_factory.mktemp("shipped")
    engine = open_store(Settings(data_dir=folder, secret_key=SECRET))
    yield engine
    engine.dispose()


def a_chat(engine: Engine, content: Content, secret: str = SECRET) -> Chat:
    return Chat(engine, Settings(secret_key=secret).vault(), content, Composer(content))


def say(chat: Chat, words: str, user: str = "1", **more: Any) -> str:
    receipt = chat.take(Inbound("telegram", user, Message(text=words), address=user, **more))
    return "\n".join(message.text for message in receipt.messages)


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with engine.connect() as connection:
        tables = [t for t in backups._tables(connection) if t.name not in backups.LEFT_OUT]
        found = {}
        for table in tables:
            rows = connection.execute(table.select().order_by(*table.primary_key.columns))
            found[table.name] = [
                tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows
            ]
        return found


def test_a_backup_restored_elsewhere_is_the_same_database(
    shipped: Engine, elsewhere: Engine, tmp_path: Path
) -> None:
    manifest = back_up(shipped, tmp_path / "b", SECRET, NOW)
    assert manifest.rows["services"] > 200
    restored = restore(elsewhere, tmp_path / "b", SECRET)
    assert restored.rows == sum(manifest.rows.values())
    before, after = everything(shipped), everything(elsewhere)
    # The two engines sort texts differently; what is in the tables is the same.
    assert {name: sorted(map(repr, rows)) for name, rows in before.items()} == {
        name: sorted(map(repr, rows)) for name, rows in after.items()
    }
    assert schema.is_current(elsewhere)


def test_a_backup_goes_from_either_engine_to_either_and_the_conversation_goes_on(
    store: Engine, elsewhere: Engine, content: Content, tmp_path: Path
) -> None:
    chat = a_chat(store, content)
    say(chat, "hola", update_id="1")
    say(chat, "El Salvador", update_id="2")
    back_up(store, tmp_path / "b", SECRET, NOW)
    said_there = say(chat, "perdi mi dui")
    restore(elsewhere, tmp_path / "b", SECRET)
    other = a_chat(elsewhere, content)
    assert say(other, "perdi mi dui") == said_there
    assert other.take(Inbound("telegram", "1", Message(text="hola"), "1", "2")).repeated
    with elsewhere.connect() as connection:  # replies are numbered after those that came along
        ids = connection.execute(text("SELECT id FROM outbox ORDER BY id")).scalars().all()
    assert len(set(ids)) == len(ids) >= 3


def test_a_backup_under_load_is_one_instant_of_the_database(
    store: Engine, there: Engine, content: Content, tmp_path: Path
) -> None:
    chat = a_chat(store, content)
    stop = threading.Event()
    failed: list[BaseException] = []
    turns = 0

    def talk() -> None:
        nonlocal turns
        try:
            while not stop.is_set():
                say(chat, "ayuda", user=str(turns), update_id=str(turns))
                turns += 1
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    talking = threading.Thread(target=talk)
    talking.start()
    while turns < 20 and talking.is_alive():
        stop.wait(0.01)
    try:
        for number in range(3):
            before = turns
            back_up(store, tmp_path / f"b{number}", SECRET, NOW)
            assert turns >= before
    finally:
        stop.set()
        talking.join()
    assert not failed
    restore(there, tmp_path / "b1", SECRET)
    with there.connect() as connection:
        counts = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("sessions", "handled_updates")
        }
        chats = text("SELECT count(DISTINCT chat) FROM outbox")
        assert counts["sessions"] == counts["handled_updates"] >= 20
        assert connection.execute(chats).scalar_one() == counts["sessions"]


def test_a_file_that_was_cut_or_changed_is_refused_and_nothing_happens(
    here: Engine, content: Content, tmp_path: Path
) -> None:
    say(a_chat(here, content), "hola")
    path = tmp_path / "whole"
    back_up(here, path, SECRET, NOW)
    whole, before = path.read_bytes(), everything(here)
    bad = tmp_path / "bad"
    changed = bytearray(whole)
    for place in range(40, len(whole), max(1, len(whole) // 40)):
        changed[place] ^= 0x20
        bad.write_bytes(changed)
        # A byte of the zip's own times and attributes says nothing about what is in it.
        with contextlib.suppress(BackupError):
            Reader(bad, SECRET).close()
            assert_same_content(bad, path)
        changed[place] ^= 0x20
    for length in [0, 1, 100, *range(200, len(whole), max(1, len(whole) // 20)), len(whole) - 1]:
        bad.write_bytes(whole[:length])
        with pytest.raises(BackupError, match="not a whole Ventanilla backup"):
            restore(here, bad, SECRET, replace=True)
    bad.write_bytes(b"what is this" * 1000)
    with pytest.raises(BackupError):
        restore(here, bad, SECRET, replace=True)
    with pytest.raises(BackupError, match="cannot be read"):
        restore(here, tmp_path / "nowhere", SECRET, replace=True)
    assert everything(here) == before


def assert_same_content(one: Path, other: Path) -> None:
    with zipfile.ZipFile(one) as first, zipfile.ZipFile(other) as second:
        for name in second.namelist():
            assert first.read(name) == second.read(name)


def test_a_forged_backup_is_refused(here: Engine, content: Content, tmp_path: Path) -> None:
    path, forged = tmp_path / "b", tmp_path / "forged"
    back_up(here, path, SECRET, NOW)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(forged, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name == "manifest.json":
                body = body.replace(b"2026-11-22", b"2026-11-23")
            target.writestr(name, body)
    with pytest.raises(BackupError, match="not a whole"):
        Reader(forged, SECRET)


def test_a_database_that_is_not_empty_has_to_be_confirmed(
    here: Engine, content: Content, tmp_path: Path
) -> None:
    chat = a_chat(here, content)
    say(chat, "hola")
    back_up(here, tmp_path / "b", SECRET, NOW)
    before = everything(here)
    say(chat, "hola", user="2")
    with pytest.raises(BackupError, match="--replace"):
        restore(here, tmp_path / "b", SECRET)
    restore(here, tmp_path / "b", SECRET, replace=True)
    assert everything(here) == before


def test_with_another_secret_or_on_request_conversations_stay_out(
    here: Engine, there: Engine, content: Content, tmp_path: Path
) -> None:
    say(a_chat(here, content), "hola", update_id="1")
    back_up(here, tmp_path / "b", SECRET, NOW)
    restored = restore(there, tmp_path / "b", "x" * 40)
    assert not restored.same_secret
    assert {"sessions", "outbox", "handled_updates"} <= set(restored.left_out)
    assert not everything(there)["sessions"]
    again = restore(there, tmp_path / "b", SECRET, replace=True, conversations=False)
    assert again.same_secret
    assert not everything(there)["outbox"]


def test_what_expired_since_is_deleted_after_a_restore(
    here: Engine, there: Engine, content: Content, tmp_path: Path
) -> None:
    say(a_chat(here, content), "hola")
    back_up(here, tmp_path / "b", SECRET, NOW)
    restore(there, tmp_path / "b", SECRET)
    assert expire(there, datetime.now(UTC))["sessions"] == 0
    assert expire(there, datetime.now(UTC) + WEEK)["sessions"] == 1
    assert sessions.KEEP_DAYS < backup_folder.KEEP_DAYS


def test_a_backup_of_an_older_schema_is_brought_up_to_date(
    elsewhere: Engine, tmp_path: Path
) -> None:
    old = open_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    config, _ = backups._alembic()
    with old.begin() as connection:
        config.attributes["connection"] = connection
        backups._upgrade(config, "0003")
        connection.execute(text("INSERT INTO sessions VALUES (x'00', x'01', 5)"))
    back_up(old, tmp_path / "b", SECRET, NOW)
    old.dispose()
    assert restore(elsewhere, tmp_path / "b", SECRET).manifest.revision == "0003"
    assert schema.is_current(elsewhere)
    assert len(everything(elsewhere)["sessions"]) == 1


def test_a_backup_of_a_newer_version_is_refused(here: Engine, tmp_path: Path) -> None:
    with here.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    back_up(here, tmp_path / "b", SECRET, NOW)
    with pytest.raises(BackupError, match="newer Ventanilla"):
        restore(here, tmp_path / "b", SECRET, replace=True)


def test_a_backup_holds_no_secret_and_is_for_its_owner_alone(here: Engine, tmp_path: Path) -> None:
    path = tmp_path / "b"
    back_up(here, path, SECRET, NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.glob(".b.part*")) == []
    with zipfile.ZipFile(path) as file:
        assert all(SECRET.encode() not in file.read(name) for name in file.namelist())


def test_a_backup_that_cannot_be_written_leaves_nothing(here: Engine, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be written"):
        back_up(here, tmp_path / "missing" / "b", SECRET, NOW)


def test_backups_of_the_folder_are_kept_for_thirty_days_at_most(tmp_path: Path) -> None:
    for days in (0, 1, 29, 31, 400):
        (tmp_path / backup_folder.name_for(NOW - timedelta(days=days))).touch()
    (tmp_path / "notes.backup").touch()
    assert backup_folder.newest(tmp_path) == NOW
    assert backup_folder.prune(tmp_path, NOW, keep_days=400) == 2
    assert len(list(tmp_path.iterdir())) == 4
    assert backup_folder.prune(tmp_path, NOW, keep_days=10) == 1
    assert backup_folder.oldest(tmp_path) == NOW - timedelta(days=1)


def test_the_command_backs_up_and_restores(tmp_path: Path, content: Content) -> None:
    from typer.testing import CliRunner

    from bot.cli import app

    def run(folder: str, *words: str) -> tuple[int, str]:
        environment = {
            "VENTANILLA_DATA_DIR": str(tmp_path / folder),
            "VENTANILLA_SECRET_KEY": SECRET,
            "VENTANILLA_DATABASE_URL": "",
            "VENTANILLA_SHIPPED_DIRECTORY": "off",
        }
        result = CliRunner().invoke(app, ["database", *words], env=environment)
        return result.exit_code, result.output + str(result.exception or "")

    assert run("a", "backup", str(tmp_path / "early"))[0] == 1  # nothing to back up yet
    assert run("a", "upgrade")[0] == 0
    settings = Settings(data_dir=tmp_path / "a", secret_key=SECRET, shipped_directory=False)
    say(a_chat(connect(settings), content), "hola")
    status, told = run("a", "backup")
    assert status == 0, told
    (made,) = (tmp_path / "a" / "backups").iterdir()
    status, told = run("b", "restore", str(made))
    assert status == 0, told
    assert "rows restored" in told
    assert "it came back" in told  # nobody here knew what was erased since
    status, told = run("b", "restore", str(made))
    assert status == 1
    assert "--replace" in told
    assert run("b", "restore", str(tmp_path / "nothing"))[0] == 1
