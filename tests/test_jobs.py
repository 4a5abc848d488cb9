"""Leases, jobs that one of several processes does, and work that one process leads."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select, update

from bot import leading
from bot.jobs import Job, Jobs, Run, clear_work
from bot.leading import Leading
from knowledge.store import leases
from knowledge.store.database import is_shared
from knowledge.store.leases import LeaseLost, Process
from knowledge.store.tables import sessions
from knowledge.store.work_tables import leases as table


def take(store: Engine, owner: str, seconds: float = 30, name: str = "it") -> leases.Lease | None:
    with store.begin() as connection:
        return leases.take(connection, name, owner, seconds)


def make_old(store: Engine, by: float = 100_000) -> None:
    """Let all leases end long ago, as if their holders had died."""
    with store.begin() as connection:
        connection.execute(update(table).values(expires=table.c.expires - by))


def test_a_lease_has_one_owner_until_it_ends(store: Engine) -> None:
    first = take(store, "a")
    assert first is not None
    assert take(store, "b") is None
    assert take(store, "a") == first
    make_old(store)
    second = take(store, "b")
    assert second is not None
    assert second.fence > first.fence
    with store.begin() as connection, pytest.raises(LeaseLost):
        leases.confirm(connection, first)
    with store.begin() as connection:
        leases.confirm(connection, second)


def test_a_lease_renewed_too_late_is_another_one(store: Engine) -> None:
    first = take(store, "a")
    make_old(store)
    again = take(store, "a")
    assert first is not None
    assert again is not None
    assert again.fence == first.fence + 1


def test_a_released_lease_is_free_at_once_and_old_ones_are_forgotten(store: Engine) -> None:
    lease = take(store, "a")
    assert lease is not None
    with store.begin() as connection:
        leases.release(connection, lease)
    assert take(store, "b") is not None
    with store.begin() as connection:
        assert leases.owners(connection, "it") == ("b",)
        assert leases.forget_old(connection) == 0
    make_old(store)
    with store.begin() as connection:
        assert leases.owners(connection, "it") == ()
        assert leases.forget_old(connection) == 1


def test_a_job_is_done_once_by_two_processes_and_again_when_it_is_due(store: Engine) -> None:
    done: list[str] = []
    job = Job("count", 3600, lambda run: done.append(run.lease.owner))

    async def both() -> None:
        one, two = Jobs(store, (), Process()), Jobs(store, (), Process())
        assert sorted(await asyncio.gather(one.do(job), two.do(job))) == [False, True]
        assert not await one.do(job)
        make_old(store)
        assert await two.do(job)

    asyncio.run(both())
    assert len(done) == 2


def test_a_job_may_be_a_coroutine_and_takes_longer_than_its_lease(store: Engine) -> None:
    looked = asyncio.Event()

    async def slow(run: Run) -> dict[str, int]:
        await asyncio.wait_for(looked.wait(), 60)
        with run.transaction():
            return {"rows": 1}

    async def both() -> None:
        # Long enough that a busy machine does not keep the lease from being renewed.
        one = Jobs(store, (), Process(), lease_seconds=1.5, renew_seconds=0.05)
        working = asyncio.create_task(one.do(Job("slow", 3600, slow)))
        await asyncio.sleep(2)
        assert not await Jobs(store, (), Process()).do(Job("slow", 3600, slow))
        looked.set()
        assert await working

    asyncio.run(both())


def test_what_a_process_does_after_it_lost_the_job_is_not_kept(store: Engine) -> None:
    row = {"chat": b"x" * 16, "state": b"", "touched": 1}

    def slow(run: Run) -> None:
        make_old(store)
        assert take(store, "another", name="job:slow") is not None
        with run.transaction() as connection:
            connection.execute(sessions.insert(), row)

    asyncio.run(work_once(store, Job("slow", 3600, slow), done=False))
    with store.connect() as connection:
        assert connection.execute(select(sessions)).all() == []


def test_a_job_that_fails_stops_no_other_and_is_tried_again_later(store: Engine) -> None:
    tries: list[datetime] = []

    def fail(run: Run) -> None:
        tries.append(run.at)
        raise KeyError("mine")

    async def loop() -> None:
        others: list[datetime] = []
        job, other = Job("bad", 3600, fail), Job("good", 3600, lambda run: others.append(run.at))
        jobs = Jobs(store, (job, other), Process(), look_seconds=0.01)
        running = asyncio.create_task(jobs.run())
        await until(lambda: bool(others))
        await asyncio.sleep(0.1)
        running.cancel()
        assert len(tries) == 1
        make_old(store, by=301)  # five minutes later, before the hour is over
        assert not await jobs.do(job)
        assert len(tries) == 2

    asyncio.run(loop())


def test_old_leases_and_tries_are_cleared(store: Engine) -> None:
    take(store, "a", name="sender:x")
    make_old(store)
    asyncio.run(work_once(store, Job("clear", 3600, clear_work)))
    with store.connect() as connection:
        assert connection.execute(select(table.c.name)).scalars().all() == ["job:clear"]


async def work_once(store: Engine, job: Job, *, done: bool = True) -> None:
    assert await Jobs(store, (), Process()).do(job) is done


# Work that one process leads.


def test_one_process_leads_and_another_follows_when_it_stops(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_shared(store):
        pytest.skip("one process alone serves from SQLite")
    hurry(monkeypatch)

    async def lead() -> None:
        led: list[int] = []
        first = asyncio.create_task(Leading(store, "poll", Process()).lead(work(led, 1)))
        await until(lambda: led == [1])
        second = asyncio.create_task(Leading(store, "poll", Process()).lead(work(led, 2)))
        await asyncio.sleep(0.3)
        assert led == [1]
        first.cancel()
        await until(lambda: led == [1, -1, 2])
        second.cancel()
        await asyncio.gather(first, second, return_exceptions=True)

    asyncio.run(lead())


def test_a_leader_that_was_away_stops_when_another_leads(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_shared(store):
        pytest.skip("one process alone serves from SQLite")
    hurry(monkeypatch)

    async def lead() -> None:
        led: list[int] = []
        first = asyncio.create_task(Leading(store, "poll", Process()).lead(work(led, 1)))
        await until(lambda: led == [1])
        make_old(store)
        assert take(store, "another", 0.5, name="leading:poll") is not None
        await until(lambda: led == [1, -1])
        await until(lambda: led == [1, -1, 1])  # and takes it up again when it is free
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)

    asyncio.run(lead())


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "RENEW_SECONDS", 0.1)
    monkeypatch.setattr(leading, "ASK_SECONDS", 0.05)


def work(led: list[int], number: int) -> Callable[[], Awaitable[None]]:
    """Note when the work begins, and when it is taken away."""

    async def for_ever() -> None:
        led.append(number)
        try:
            await asyncio.Event().wait()
        finally:
            led.append(-number)

    return for_ever


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - what it looks at has no event
            await asyncio.sleep(0.01)


def test_the_clock_of_a_lease_is_the_database_s(store: Engine) -> None:
    lease = take(store, "a", 1000)
    assert lease is not None
    with store.connect() as connection:
        ends = connection.execute(select(table.c.expires)).scalar_one()
    assert abs(ends - 1000 - datetime.now(UTC).timestamp()) < 60
