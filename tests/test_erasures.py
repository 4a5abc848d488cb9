"""What people erased stays erased when an older backup is restored; all others go on."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from conftest import SECRET
from postgres_for_tests import a_database
from sqlalchemy import Engine, func, select

from bot import my_data
from bot.chat import Chat, Inbound, expire
from bot.compose import Composer
from bot.content import SHIPPED, Content
from bot.messages import Kind, Message
from bot.settings import Settings
from knowledge.store import erasures
from knowledge.store.backup_files import BackupError
from knowledge.store.backups import back_up, restore
from knowledge.store.database import open_engine
from knowledge.store.erasure_files import read_marks, write_marks
from knowledge.store.erasure_tables import erasure_marks
from knowledge.store.tables import outbox as waiting
from knowledge.store.tables import sessions

VAULT = Settings(secret_key=SECRET).vault()
NOW = datetime.now(UTC)
DAY = timedelta(days=1)
ERASES, STAYS, LEAVES = "1", "2", "3"

Command = Callable[..., str]


def say(chat: Chat, user: str, text: str, at: datetime = NOW) -> str:
    message = Message(text=text, country="SV", at=at)
    return "\n".join(m.text for m in chat.take(Inbound("telegram", user, message, user)).messages)


def kept(engine: Engine, user: str) -> dict[str, int]:
    """How many rows each table with conversations has of a person."""
    of = VAULT.pseudonym("telegram", user)
    with engine.connect() as connection:
        return {
            table.name: connection.execute(
                select(func.count()).select_from(table).where(table.c.chat == of)
            ).scalar_one()
            for table in (sessions, waiting)
        }


def a_chat(engine: Engine, content: Content) -> Chat:
    return Chat(engine, VAULT, content, Composer(content))


@pytest.fixture
def command(database_url: str, tmp_path: Path) -> Command:
    """`ventanilla database …` in a process of its own, on the test's database."""

    def run(*words: str, url: str = database_url) -> str:
        environment = os.environ | {
            "VENTANILLA_DATA_DIR": str(tmp_path / "data"),
            "VENTANILLA_DATABASE_URL": url,
            "VENTANILLA_SECRET_KEY": SECRET,
        }
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", "database", *words],
            env=environment, cwd=SHIPPED, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture
def another_url(store: Engine, tmp_path: Path) -> Iterator[str]:
    """An empty database on another machine, of the other engine."""
    if store.dialect.name == "postgresql":
        yield f"sqlite:///{tmp_path / 'another.sqlite3'}"
        return
    with a_database() as url:
        yield url


def test_a_restore_drill(store: Engine, content: Content, command: Command, tmp_path: Path) -> None:
    chat = a_chat(store, content)
    for user in (ERASES, STAYS, LEAVES):
        say(chat, user, "perdí mi dui")
    back_up(store, tmp_path / "b", SECRET, NOW)
    goes_on = say(chat, STAYS, "1")
    say(chat, ERASES, "borrar")
    say(chat, LEAVES, "salir")
    store.dispose()
    told = command("restore", str(tmp_path / "b"), "--replace")
    assert "were erased again" in told
    assert "came back" not in told
    if store.dialect.name == "sqlite":  # nor are its bytes left in the files
        path = Path(str(store.url.database))
        left = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        assert VAULT.pseudonym("telegram", ERASES) not in left
        assert VAULT.pseudonym("telegram", STAYS) in left
    assert set(kept(store, ERASES).values()) == set(kept(store, LEAVES).values()) == {0}
    assert kept(store, STAYS)["sessions"] == 1
    assert say(chat, STAYS, "1") == goes_on
    # The marks came along: the next restore of the same file knows what this one knew.
    restore(store, tmp_path / "b", SECRET, replace=True)
    assert set(kept(store, ERASES).values()) == {0}


def test_on_another_machine_a_file_of_marks_tells_what_was_erased(
    store: Engine, content: Content, command: Command, another_url: str, tmp_path: Path
) -> None:
    chat = a_chat(store, content)
    say(chat, ERASES, "perdí mi dui")
    say(chat, STAYS, "perdí mi dui")
    back_up(store, tmp_path / "b", SECRET, NOW)
    say(chat, ERASES, "borrar")
    assert "1 marks" in command("erasures", str(tmp_path / "marks"))
    there = open_engine(another_url)
    assert restore(there, tmp_path / "b", SECRET).marks == 0
    assert kept(there, ERASES)["sessions"] == 1
    there.dispose()
    words = ("restore", str(tmp_path / "b"), "--replace", "--erasures", str(tmp_path / "marks"))
    assert "were erased again" in command(*words, url=another_url)
    assert set(kept(there, ERASES).values()) == {0}
    assert kept(there, STAYS)["sessions"] == 1
    there.dispose()


def test_who_came_back_on_a_later_day_keeps_the_new_conversation(
    store: Engine, content: Content, tmp_path: Path
) -> None:
    chat = a_chat(store, content)
    say(chat, ERASES, "perdí mi dui", NOW - 2 * DAY)
    say(chat, ERASES, "borrar", NOW - 2 * DAY)
    back = say(chat, ERASES, "pasaporte", NOW)
    back_up(store, tmp_path / "b", SECRET, NOW)
    restored = restore(store, tmp_path / "b", SECRET, replace=True)
    assert kept(store, ERASES)["sessions"] == 1
    assert restored.erased >= 1  # the goodbye of that day
    assert back
    # On the day of the mark itself nobody can tell before from after: it goes.
    say(chat, STAYS, "perdí mi dui")
    say(chat, STAYS, "borrar")
    say(chat, STAYS, "pasaporte")
    back_up(store, tmp_path / "c", SECRET, NOW)
    restore(store, tmp_path / "c", SECRET, replace=True)
    assert set(kept(store, STAYS).values()) == {0}


def test_a_backup_of_before_the_marks_erases_by_those_that_were_here(
    store: Engine, content: Content, tmp_path: Path
) -> None:
    chat = a_chat(store, content)
    say(chat, ERASES, "perdí mi dui")
    with store.begin() as connection:  # as the schema was without them
        erasure_marks.drop(connection)
        connection.exec_driver_sql("ALTER TABLE figure_releases DROP COLUMN epsilon")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0010'")
    back_up(store, tmp_path / "b", SECRET, NOW)
    assert restore(store, tmp_path / "b", SECRET, replace=True).erased == 0
    say(chat, ERASES, "borrar")
    restored = restore(store, tmp_path / "b", SECRET, replace=True)
    assert (restored.marks, restored.erased > 0) == (1, True)
    assert set(kept(store, ERASES).values()) == {0}
    with store.connect() as connection:
        assert len(erasures.marks_in(connection)) == 1


def test_a_mark_is_a_day_and_a_hash_that_leads_nowhere_without_the_secret(
    store: Engine, content: Content
) -> None:
    chat = a_chat(store, content)
    say(chat, ERASES, "perdí mi dui")
    told = say(chat, ERASES, "borrar")
    assert "queda una marca" in told
    of = VAULT.pseudonym("telegram", ERASES)
    with store.connect() as connection:
        (row,) = connection.execute(select(erasure_marks)).all()
        assert erasures.noted(connection, VAULT, of) == NOW.date()
        other = Settings(secret_key=SECRET + "!").vault()
        assert erasures.noted(connection, other, of) is None
        assert not my_data.stored(connection, VAULT, of).keys() - {"outbox"}
    assert row.day == NOW.date().isoformat()
    assert of not in row.mark
    assert len(row.mark) == 32


def test_nothing_to_erase_leaves_no_mark(store: Engine, content: Content) -> None:
    """Leaving is never limited: who only leaves, over and over, must not fill a table."""
    chat = a_chat(store, content)
    for text in ("borrar", "salir"):
        message = Message(text=text, at=NOW)
        receipt = chat.take(Inbound("web", "new", message))
        assert "marca" not in "".join(m.text for m in receipt.messages)
    chat.take(Inbound("telegram", "9", Message(Kind.GONE, at=NOW)))
    with store.connect() as connection:
        assert not erasures.marks_in(connection)


def test_who_blocks_the_bot_is_marked(store: Engine, content: Content) -> None:
    chat = a_chat(store, content)
    say(chat, ERASES, "perdí mi dui")
    chat.take(Inbound("telegram", ERASES, Message(Kind.GONE, at=NOW)))
    with store.connect() as connection:
        assert erasures.noted(connection, VAULT, VAULT.pseudonym("telegram", ERASES))


def test_marks_go_when_no_backup_can_be_as_old(store: Engine, content: Content) -> None:
    chat = a_chat(store, content)
    say(chat, ERASES, "perdí mi dui")
    say(chat, ERASES, "borrar")
    assert expire(store, NOW + erasures.KEEP_DAYS * DAY)["erasure_marks"] == 0
    assert expire(store, NOW + (erasures.KEEP_DAYS + 1) * DAY)["erasure_marks"] == 1


def test_my_data_tells_of_the_mark_in_words(store: Engine, content: Content) -> None:
    chat = a_chat(store, content)
    say(chat, ERASES, "perdí mi dui", datetime(2026, 11, 22, 16, tzinfo=UTC))
    assert "marca" not in say(chat, ERASES, "mis datos", datetime(2026, 11, 22, 16, tzinfo=UTC))
    say(chat, ERASES, "borrar", datetime(2026, 11, 22, 16, tzinfo=UTC))
    told = say(chat, ERASES, "mis datos", datetime(2026, 11, 23, 16, tzinfo=UTC))
    assert "22 de noviembre" in told
    assert "23 de diciembre" in told  # the first day on which it is gone


def test_marks_of_several_places_count_with_their_last_day() -> None:
    early, late = {b"a": "2026-11-01", b"b": "2026-11-02"}, {b"a": "2026-11-03"}
    assert erasures.joined(early, late) == {b"a": "2026-11-03", b"b": "2026-11-02"}
    assert erasures.joined(late, early)[b"a"] == "2026-11-03"
    for wrong in ({"mark": "x", "day": "2026-11-01"}, {"mark": b"x", "day": "yesterday"}):
        with pytest.raises(ValueError, match=r"mark|isoformat"):
            erasures.as_marks([wrong])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_files_that_hold_no_marks_are_refused_and_nothing_happens(
    store: Engine, content: Content, tmp_path: Path
) -> None:
    chat = a_chat(store, content)
    say(chat, ERASES, "perdí mi dui")
    back_up(store, tmp_path / "b", SECRET, NOW)
    assert read_marks(tmp_path / "b", SECRET) == {}
    say(chat, ERASES, "borrar")
    assert write_marks(store, tmp_path / "m", SECRET, NOW) == 1
    assert (tmp_path / "m").stat().st_mode & 0o777 == 0o600
    back_up(store, tmp_path / "c", SECRET, NOW)  # a newer backup tells the same
    assert read_marks(tmp_path / "c", SECRET) == read_marks(tmp_path / "m", SECRET)
    with pytest.raises(BackupError, match="--erasures"):
        restore(store, tmp_path / "m", SECRET, replace=True)
    with pytest.raises(BackupError, match="another secret"):
        restore(store, tmp_path / "b", "x" * 40, replace=True, told=[tmp_path / "m"])
    (tmp_path / "cut").write_bytes((tmp_path / "m").read_bytes()[:-20])
    with pytest.raises(BackupError, match="not a whole"):
        restore(store, tmp_path / "b", SECRET, replace=True, told=[tmp_path / "cut"])
    with store.connect() as connection:
        assert len(erasures.marks_in(connection)) == 1
    assert date.fromisoformat(next(iter(read_marks(tmp_path / "m", SECRET).values()))) == NOW.date()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_secret_leaves_the_marks_out(
    store: Engine, content: Content, tmp_path: Path
) -> None:
    chat = a_chat(store, content)
    say(chat, ERASES, "perdí mi dui")
    say(chat, ERASES, "borrar")
    back_up(store, tmp_path / "b", SECRET, NOW)
    there = open_engine(f"sqlite:///{tmp_path / 'there.sqlite3'}")
    assert "erasure_marks" in restore(there, tmp_path / "b", "x" * 40).left_out
    kept_out = restore(there, tmp_path / "b", SECRET, replace=True, conversations=False)
    assert "erasure_marks" not in kept_out.left_out
    with there.connect() as connection:
        assert len(erasures.marks_in(connection)) == 1
    there.dispose()
