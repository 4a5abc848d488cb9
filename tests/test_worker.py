"""The worker's threads: order, groups that share a transaction, and what an error undoes."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError
from telegram_for_tests import a_chat, rows

from bot import worker as worker_module
from bot.worker import Worker


def with_worker(folder: Path, test: Callable[[Worker], Awaitable[None]]) -> None:
    async def run() -> None:
        worker = Worker(a_chat(folder))
        with worker.chat.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE notes (id TEXT PRIMARY KEY)")
        try:
            await asyncio.wait_for(test(worker), 90)
        finally:
            worker.close()
            worker.chat.engine.dispose()

    asyncio.run(run())


def note(name: str) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        connection.execute(text("INSERT INTO notes (id) VALUES (:id)"), {"id": name})

    return work


def fail_after(name: str, error: Exception) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        note(name)(connection)
        raise error

    return work


async def hold(worker: Worker) -> threading.Event:
    """Keep the thread busy until the event is set, so that jobs pile up behind it."""
    begun, release = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        release.wait(60)

    held = asyncio.create_task(worker.run(work))
    while not begun.is_set():  # noqa: ASYNC110 - it is set in another thread
        await asyncio.sleep(0.001)
    assert not held.done()
    return release


@pytest.fixture
def patient_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a group take any time: a busy machine is not to end it before all are in it."""
    monkeypatch.setattr(worker_module, "GROUP_SECONDS", 60.0)


def test_an_error_undoes_its_own_work_and_no_other(tmp_path: Path) -> None:
    async def group(worker: Worker) -> None:
        release = await hold(worker)
        jobs = [
            worker.write(note("one")),
            worker.write(fail_after("two", KeyError("mine"))),
            worker.write(note("one")),  # the same again: refused by the database
            worker.write(note("three")),
        ]
        results = asyncio.gather(*jobs, return_exceptions=True)
        await asyncio.sleep(0.02)
        release.set()
        kinds = [type(result).__name__ for result in await results]
        assert kinds == ["NoneType", "KeyError", "IntegrityError", "NoneType"]
        assert rows(worker.chat, "notes WHERE id IN ('one', 'three')") == 2
        assert rows(worker.chat, "notes WHERE id = 'two'") == 0

    with_worker(tmp_path, group)


@pytest.mark.usefixtures("patient_groups")
def test_what_waits_together_shares_a_commit_and_is_told_after_it(tmp_path: Path) -> None:
    async def group(worker: Worker) -> None:
        commits: list[str] = []
        event.listen(worker.chat.engine, "commit", lambda _: commits.append("commit"))
        release = await hold(worker)
        told = []
        jobs = [asyncio.create_task(worker.write(note(str(n)))) for n in range(10)]
        for job in jobs:
            job.add_done_callback(lambda _: told.append(rows(worker.chat, "notes")))
        await asyncio.sleep(0.02)
        release.set()
        await asyncio.gather(*jobs)
        assert len(commits) <= 2
        assert told == [10] * 10

    with_worker(tmp_path, group)


@pytest.mark.usefixtures("patient_groups")
def test_a_transaction_that_fails_fails_for_all_in_it(tmp_path: Path) -> None:
    async def group(worker: Worker) -> None:
        release = await hold(worker)

        def spoil(connection: Connection) -> None:
            connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself on a full disk
            raise OperationalError("", None, Exception("disk full"))

        jobs = [worker.write(note("one")), worker.write(spoil), worker.write(note("two"))]
        results = asyncio.gather(*jobs, return_exceptions=True)
        await asyncio.sleep(0.02)
        release.set()
        first, spoiled, last = await results
        assert isinstance(first, OperationalError)
        assert isinstance(spoiled, OperationalError)
        assert last is None
        assert rows(worker.chat, "notes WHERE id = 'one'") == 0
        assert rows(worker.chat, "notes WHERE id = 'two'") == 1

    with_worker(tmp_path, group)


def test_work_goes_on_after_the_database_was_away(tmp_path: Path) -> None:
    async def group(worker: Worker) -> None:
        release = await hold(worker)

        def sql(statement: str) -> Callable[[Connection], object]:
            return lambda connection: connection.exec_driver_sql(statement)

        jobs = [worker.write(sql("INSERT INTO gone VALUES (1)")) for _ in range(5)]
        results = asyncio.gather(*jobs, return_exceptions=True)
        await asyncio.sleep(0.02)
        release.set()
        assert all(isinstance(result, OperationalError) for result in await results)
        await worker.write(note("one"))

    with_worker(tmp_path, group)


def test_jobs_keep_their_order_and_some_go_ahead(tmp_path: Path) -> None:
    async def group(worker: Worker) -> None:
        release = await hold(worker)
        done: list[str] = []
        jobs = [worker.write(lambda _, n=n: done.append(f"turn {n}")) for n in range(40)]
        ahead = [worker.write(lambda _, n=n: done.append(f"ahead {n}"), ahead=True) for n in (1, 2)]
        everything = asyncio.gather(*jobs, *ahead)
        await asyncio.sleep(0.02)
        release.set()
        await everything
        assert done == ["ahead 1", "ahead 2", *(f"turn {n}" for n in range(40))]

    with_worker(tmp_path, group)


def test_a_group_does_not_grow_without_end(tmp_path: Path) -> None:
    async def group(worker: Worker) -> None:
        release = await hold(worker)
        groups = set()

        def slow(connection: Connection) -> None:
            time.sleep(0.015)
            groups.add(connection.get_transaction())

        jobs = [asyncio.create_task(worker.write(slow)) for _ in range(10)]
        await asyncio.sleep(0.02)
        release.set()
        await asyncio.gather(*jobs)
        assert len(groups) > 1

    with_worker(tmp_path, group)


def test_closing_finishes_what_waits(tmp_path: Path) -> None:
    done: list[int] = []

    async def group(worker: Worker) -> None:
        jobs = asyncio.gather(*(worker.run(lambda n=n: done.append(n)) for n in range(20)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        worker.close()
        await jobs

    with_worker(tmp_path, group)
    assert done == list(range(20))


@pytest.mark.parametrize("times", [1, 3])
def test_a_failing_job_tells_its_own_error(tmp_path: Path, times: int) -> None:
    async def group(worker: Worker) -> None:
        jobs = [worker.write(fail_after(str(n), ValueError(n))) for n in range(times)]
        errors = await asyncio.gather(*jobs, return_exceptions=True)
        assert [str(error) for error in errors] == [str(n) for n in range(times)]

    with_worker(tmp_path, group)
