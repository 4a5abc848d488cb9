"""What goes straight to SQLite's driver does, and fails, as it would the usual way."""

import pytest
from sqlalchemy import Engine, bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlite_for_tests import a_locked

from knowledge.store import straight
from knowledge.store.database import reading
from knowledge.store.tables import sessions

ROW = {"chat": b"\x00\xff" * 8, "state": bytes(range(256)), "touched": 7}
READ = select(sessions.c.state, sessions.c.touched).where(sessions.c.chat == bindparam("who"))
REMOVE = delete(sessions).where(sessions.c.chat == bindparam("who"))
WHO = {"who": ROW["chat"]}


def test_a_row_is_written_read_and_removed(store: Engine) -> None:
    with store.begin() as connection:
        assert straight.first(connection, READ, WHO) is None
        assert straight.changed(connection, insert(sessions), ROW) == 1
        found = straight.first(connection, READ, WHO)
        assert found is not None
        assert tuple(found) == (ROW["state"], ROW["touched"])
        assert straight.changed(connection, REMOVE, WHO) == 1
        assert straight.changed(connection, REMOVE, WHO) == 0


def test_many_rows_are_removed_at_once_and_the_others_stay(store: Engine) -> None:
    numbers = range(1, 2 * straight.AT_ONCE + 2)
    rows = [{**ROW, "chat": number.to_bytes(16, "big"), "touched": number} for number in numbers]
    with store.begin() as connection:
        connection.execute(insert(sessions), rows)
        straight.delete_all(connection, sessions.c.touched, [*numbers][1:])
        straight.delete_all(connection, sessions.c.touched, [])
        assert connection.execute(select(sessions.c.touched)).scalars().all() == [1]


def test_a_transaction_that_fails_takes_all_of_it_back(store: Engine) -> None:
    with store.connect() as connection:
        transaction = connection.begin()
        assert straight.changed(connection, insert(sessions), ROW) == 1
        transaction.rollback()
    with reading(store).begin() as connection:
        assert straight.first(connection, READ, WHO) is None


def test_without_a_transaction_one_begins_and_nothing_is_kept_by_chance(store: Engine) -> None:
    with store.connect() as connection:
        straight.changed(connection, insert(sessions), ROW)
        assert connection.in_transaction()
    with store.begin() as connection:
        assert straight.first(connection, READ, WHO) is None


def test_a_row_that_is_there_already_is_an_error_without_its_values(store: Engine) -> None:
    with store.begin() as connection:
        straight.changed(connection, insert(sessions), ROW)
        with pytest.raises(IntegrityError) as raised, connection.begin_nested():
            straight.changed(connection, insert(sessions), {**ROW, "state": b"a secret"})
    assert "a secret" not in str(raised.value)


def test_a_database_that_is_busy_or_damaged_is_told_as_usual(sqlite_file: Engine) -> None:
    with sqlite_file.begin() as connection:
        with pytest.raises(OperationalError, match="no such table"):
            straight.plain(connection, "DELETE FROM nowhere")
        with pytest.raises(OperationalError, match="no such table"):
            straight.for_all(connection, "INSERT INTO nowhere VALUES {rows}", "(?)", [1])
    with a_locked(sqlite_file) as connection, pytest.raises(OperationalError, match="locked"):
        connection.begin()


@pytest.fixture
def sqlite_file(store: Engine) -> Engine:
    if store.dialect.name != "sqlite":
        pytest.skip("statements go straight on SQLite alone")
    return store
