"""Who writes to SQLite: in the order in which they came, and nobody is forgotten."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlite_for_tests import a_locked

from knowledge.store import straight, writers
from knowledge.store.database import open_engine, reading
from knowledge.store.writers import WritersLine

SOON = 20
FEW = 100  # turns that may pass while a busy machine lets a thread wait; hundreds did before


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'some.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE written (by TEXT)"))
    yield engine
    engine.dispose()


def write(engine: Engine, by: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO written VALUES (:by)"), {"by": by})


def written(engine: Engine) -> list[str]:
    with reading(engine).begin() as connection:
        return list(connection.execute(text("SELECT by FROM written ORDER BY rowid")).scalars())


def test_who_writes_all_the_time_lets_others_in(engine: Engine) -> None:
    """Turns under load follow each other without a pause; a clerk's correction is between two."""
    stop = threading.Event()

    def take_turns() -> None:
        while not stop.is_set():
            with engine.begin() as connection:
                connection.execute(text("INSERT INTO written VALUES ('turn')"))
                time.sleep(0.002)

    with ThreadPoolExecutor(1) as pool:
        turns = pool.submit(take_turns)
        try:
            for number in range(SOON):
                while (before := len(written(engine))) == 0:
                    time.sleep(0.001)
                write(engine, f"clerk {number}")
                place = written(engine).index(f"clerk {number}")
                assert place - before <= FEW, "turns went on before it"
        finally:
            stop.set()
            turns.result(SOON)
    assert sum(by.startswith("clerk") for by in written(engine)) == SOON


def test_whoever_came_first_is_let_in_first() -> None:
    line, order = WritersLine(), []
    assert line.enter(SOON)

    def come(number: int) -> None:
        assert line.enter(SOON)
        order.append(number)
        line.leave()

    threads = []
    for number in range(8):
        threads.append(threading.Thread(target=come, args=(number,)))
        threads[-1].start()
        while len(line._waiting) <= number:
            time.sleep(0.001)
    line.leave()
    for thread in threads:
        thread.join(SOON)
    assert order == list(range(8))


def test_who_has_waited_too_long_is_told_so_at_once_and_is_in_nobodys_way(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "WAIT_SECONDS", 0.01)
    begun = []
    monkeypatch.setattr(straight, "plain", lambda _connection, sql: begun.append(sql))
    with engine.begin(), ThreadPoolExecutor(1) as pool:
        other = pool.submit(write, engine, "too late").exception(SOON)
    assert isinstance(other, OperationalError)
    assert "locked" in str(other)
    assert begun == ["BEGIN IMMEDIATE"], "waited a second time, inside SQLite"
    monkeypatch.undo()
    write(engine, "the next")
    assert written(engine) == ["the next"]


def test_a_transaction_that_fails_or_cannot_begin_leaves_the_line(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = []
    enter = WritersLine.enter

    def note(line: WritersLine, seconds: float) -> bool:
        entered.append(enter(line, seconds))
        return entered[-1]

    monkeypatch.setattr(WritersLine, "enter", note)
    with pytest.raises(ZeroDivisionError), engine.begin():
        raise ZeroDivisionError
    with engine.connect() as connection:  # closed in the middle of a transaction
        connection.execute(text("INSERT INTO written VALUES ('nobody')"))
    with a_locked(engine) as connection:
        for _ in range(3):
            with pytest.raises(OperationalError, match="locked"):
                connection.begin()
    write(engine, "the next")
    assert written(engine) == ["the next"]
    assert entered == [True] * 6, "waited in line for somebody who had left"


def test_readers_wait_for_nobody(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO written VALUES ('not yet')"))
        assert written(engine) == []
    assert written(engine) == ["not yet"]
