"""The database itself: two engines that behave alike, restarts, starts at once, newer schemas."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import SECRET, Databases
from postgres_for_tests import a_database
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot import outbox
from bot.chat import Chat, Inbound
from bot.messages import Message, OutgoingMessage
from bot.settings import Settings
from bot.store import alone, open_store
from knowledge.store import schema
from knowledge.store.database import (
    StoreError,
    explain,
    hold,
    insert_once,
    is_shared,
    open_engine,
    seconds_now,
    upsert,
)
from knowledge.store.tables import handled_updates, sessions
from knowledge.store.work_tables import schema_floor


@pytest.fixture
def postgresql(postgresql_databases: Databases, tmp_path: Path):  # type: ignore[no-untyped-def]
    with postgresql_databases(tmp_path) as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


def test_both_engines_say_whether_a_row_was_new(store: Engine) -> None:
    row = {"channel": "test", "update_id": "1", "touched": 1}
    with store.begin() as connection:
        statement = insert_once(connection, handled_updates)
        assert [connection.execute(statement, row).rowcount for _ in range(2)] == [1, 0]


def test_bytes_come_back_as_bytes_and_replace_what_was_there(store: Engine) -> None:
    row = {"chat": b"\x00\xff" * 8, "state": bytes(range(256)), "touched": 1}
    with store.begin() as connection:
        for touched in (1, 2):
            connection.execute(upsert(connection, sessions, ("chat",)), row | {"touched": touched})
        (found,) = connection.execute(select(sessions)).mappings()
    assert dict(found) == row | {"touched": 2}
    assert type(found["state"]) is bytes


def test_a_failed_part_is_undone_alone(store: Engine) -> None:
    row = {"channel": "test", "update_id": "1", "touched": 1}
    with store.begin() as connection:
        connection.execute(insert(handled_updates), row)
        with pytest.raises(DBAPIError), connection.begin_nested():
            connection.execute(insert(handled_updates), row)
        connection.execute(insert(handled_updates), row | {"update_id": "2"})
    with store.connect() as connection:
        assert len(connection.execute(select(handled_updates)).all()) == 2


def test_the_clock_is_today_s(store: Engine) -> None:
    with store.connect() as connection:
        now = connection.execute(select(seconds_now(connection))).scalar_one()
    assert abs(now - datetime.now(UTC).timestamp()) < 60


def test_replies_of_a_turn_have_ids_in_their_order(chat: Chat) -> None:
    messages = [OutgoingMessage(str(number)) for number in range(40)]
    with chat.engine.begin() as connection:
        written = outbox.add(
            connection, chat.vault, "test", b"x" * 16, "x", messages, datetime.now(UTC)
        )
        waiting = outbox.pending(connection, chat.vault, "test")
    assert [d.id for d in written] == sorted(d.id for d in written)
    assert [d.message for d in waiting] == messages


def test_a_held_key_makes_others_wait_until_the_end(postgresql: Engine) -> None:
    order: list[str] = []
    holding = threading.Event()

    def second() -> None:
        assert holding.wait(60)
        with postgresql.begin() as connection:
            hold(connection, b"\xff" * 16)
            order.append("second")

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(second)
        with postgresql.begin() as connection:
            hold(connection, b"\xff" * 16)
            holding.set()
            hold(connection, b"another chat's key")
            connection.execute(text("SELECT pg_sleep(0.3)"))
            order.append("first")
        waiting.result(60)
    assert order == ["first", "second"]


def test_turns_go_on_after_the_database_was_restarted(postgresql: Engine, chat: Chat) -> None:
    """A restart ends all connections; so does this, without stopping the tests' server."""
    talking = Chat(postgresql, chat.vault, chat.content, chat._composer)
    talking.take(Inbound("test", "ana", Message(text="hola"), "ana", "1"))
    other = open_engine(postgresql.url.render_as_string(hide_password=False))
    with other.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    others = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = :kind"
    )
    end = time.monotonic() + 60
    with other.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # They were told to end; one that has not yet would fail in the middle of the turn.
        while connection.execute(others, {"kind": "client backend"}).scalar_one():
            assert time.monotonic() < end
            time.sleep(0.01)
    other.dispose()
    receipt = talking.take(Inbound("test", "ana", Message(text="ayuda"), "ana", "2"))
    assert receipt.deliveries


def test_a_connection_to_what_was_the_primary_is_given_up(postgresql: Engine) -> None:
    with postgresql.connect() as connection:
        before = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        connection.rollback()
        connection.execute(text("SET default_transaction_read_only = on"))
        connection.commit()
        with pytest.raises(DBAPIError) as failure:
            connection.execute(text("CREATE TABLE refused (id int)"))
        assert failure.value.connection_invalidated
    with postgresql.begin() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != before
        connection.execute(text("CREATE TABLE accepted (id int)"))


def test_statements_and_locks_do_not_wait_for_ever(postgresql: Engine) -> None:
    with postgresql.connect() as connection:
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            assert connection.execute(text(f"SHOW {name}")).scalar_one() not in ("0", "")


def test_what_is_wrong_is_said_in_one_line(postgresql: Engine, tmp_path: Path) -> None:
    url = postgresql.url

    def said(broken: Engine, sql: str = "SELECT 1") -> str:
        with pytest.raises(DBAPIError) as failure, broken.connect() as connection:
            connection.execute(text(sql))
        broken.dispose()
        return explain(failure.value, str(broken.url))

    assert "no schema" in said(postgresql, "SELECT * FROM nowhere")
    missing = url.set(database="ventanilla_is_not_there")
    assert "no such database" in said(open_engine(missing.render_as_string(hide_password=False)))
    nobody = url.set(query={"host": str(tmp_path)})
    assert "does not answer" in said(open_engine(nobody.render_as_string(hide_password=False)))


def test_processes_that_start_at_once_prepare_the_database_once() -> None:
    with a_database() as url:
        settings = Settings(database_url=url, secret_key=SECRET, shipped_directory=False)
        with ThreadPoolExecutor(3) as pool:
            engines = list(pool.map(open_store, [settings] * 3))
        assert all(schema.is_current(engine) for engine in engines)
        with engines[0].connect() as connection:
            assert connection.execute(select(schema_floor.c.oldest)).all() == [(schema.OLDEST,)]
        for engine in engines:
            engine.dispose()


@pytest.mark.parametrize(("oldest", "accepted"), [("0007", True), ("9998", False)])
def test_a_newer_schema_is_worked_with_if_it_allows_it(
    store: Engine, oldest: str, accepted: bool
) -> None:
    assert schema.is_current(store)
    with store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(schema_floor.update().values(oldest=oldest))
    assert schema.is_current(store) is accepted
    if not accepted:
        with pytest.raises(StoreError, match="newer Ventanilla"):
            schema.upgrade(store)


def test_a_second_process_on_one_sqlite_file_is_refused_in_one_line(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_key=SECRET)
    first = alone(settings)
    assert first is not None
    with pytest.raises(StoreError) as refused:
        alone(settings)
    assert "\n" not in str(refused.value)
    assert "VENTANILLA_DATA_DIR" in str(refused.value)
    first.end()
    again = alone(settings)
    assert again is not None
    again.end()


def test_several_may_serve_from_postgresql(postgresql: Engine) -> None:
    url = postgresql.url.render_as_string(hide_password=False)
    assert alone(Settings(database_url=url, secret_key=SECRET)) is None
    assert is_shared(postgresql)


def test_a_statement_that_takes_too_long_is_trouble_and_no_loss(postgresql: Engine) -> None:
    with postgresql.connect() as connection:
        connection.execute(text("SET statement_timeout = '50ms'"))
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT pg_sleep(5)"))
