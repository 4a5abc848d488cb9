"""Work that comes back every hour or so and is done by one process among those that serve.

A job is taken by a lease: whoever has it works, renews it meanwhile, and lets it rest until the
next run. A process that dies in the middle leaves a lease that ends, and another does the job.

    Job("expire", every=3600, work=lambda run: chats.expire(run.engine, run.at))

`work` runs in a thread of its own; an `async def` runs in the event loop. What must not happen
twice goes into `with run.transaction() as connection`, which is kept only while the lease is ours.
"""

import asyncio
import contextlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot import cores, metrics, poison
from knowledge.store import job_states, leases
from knowledge.store.leases import Lease, LeaseLost, Process

log = structlog.get_logger(__name__)

LEASE_SECONDS = 60.0
RENEW_SECONDS = 15.0
LOOK_SECONDS = 30.0
AFTER_TROUBLE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job, under its lease."""

    engine: Engine
    lease: Lease
    at: datetime

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Begin a transaction that is kept only if the lease is still ours at its end.

        Raises `LeaseLost`, with nothing changed, when another process has taken the job over.
        """
        with self.engine.begin() as connection:
            yield connection
            leases.confirm(connection, self.lease)


@dataclass(frozen=True, slots=True)
class Job:
    """`work(run)` is done by one process once in `every` seconds; counts it returns are logged.

    `work` may raise: it is tried again after five minutes or `every`, whichever is sooner.
    """

    name: str
    every: float
    work: Callable[[Run], Any]


def clear_work(run: Run) -> dict[str, int]:
    """Forget tries of updates that will not come again, and leases that ended; a `Job.work`."""
    with run.transaction() as connection:
        return {
            "tries": poison.expire(connection, run.at),
            "leases": leases.forget_old(connection),
        }


class Jobs:
    """Looks for jobs whose time has come and does them, one after the other."""

    def __init__(
        self,
        engine: Engine,
        jobs: Iterable[Job],
        process: Process = leases.THIS,
        *,
        look_seconds: float = LOOK_SECONDS,
        lease_seconds: float = LEASE_SECONDS,
        renew_seconds: float = RENEW_SECONDS,
    ) -> None:
        self._engine = engine
        self._jobs = tuple(jobs)
        self._process = process
        self._look_seconds = look_seconds
        self._lease_seconds = lease_seconds
        self._renew_seconds = renew_seconds

    async def run(self) -> None:
        """Do jobs until cancelled; database trouble is waited for."""
        while True:
            for job in self._jobs:
                try:
                    await self.do(job)
                except SQLAlchemyError as error:
                    log.warning("job not done", job=job.name, error=type(error).__name__)
            await asyncio.sleep(self._look_seconds)

    async def do(self, job: Job) -> bool:
        """Do a job if its time has come and nobody else is at it; return whether it was done."""
        name = f"job:{job.name}"
        lease = await asyncio.to_thread(self._take, name)
        if lease is None:
            return False
        working = asyncio.ensure_future(self._work(job, lease))
        try:
            with metrics.jobs.running(job.name):
                await self._renew_while(working, lease)
                counts = working.result()
        except LeaseLost:
            log.warning("job taken over by another process", job=job.name)
            return False
        except Exception as error:  # noqa: BLE001 - one bad job must not stop the others
            log.error("job failed", job=job.name, error=type(error).__name__)
            wait = min(job.every, AFTER_TROUBLE_SECONDS)
            await asyncio.to_thread(self._rest, lease, wait, job_states.note_failure, job.name)
            return False
        finally:
            working.cancel()
        await asyncio.to_thread(self._rest, lease, job.every, job_states.note_success, job.name)
        if isinstance(counts, Mapping) and any(counts.values()):
            log.info("job done", job=job.name, **counts)
        return True

    async def _work(self, job: Job, lease: Lease) -> Any:
        run = Run(self._engine, lease, datetime.now(UTC))
        if inspect.iscoroutinefunction(job.work):
            return await job.work(run)
        return await asyncio.to_thread(_on_any_core, job.work, run)

    async def _renew_while(self, working: asyncio.Future[Any], lease: Lease) -> None:
        while not working.done():
            await asyncio.wait([working], timeout=self._renew_seconds)
            if not working.done():
                with contextlib.suppress(SQLAlchemyError):
                    if await asyncio.to_thread(self._take, lease.name) != lease:
                        raise LeaseLost(lease.name)

    def _take(self, name: str) -> Lease | None:
        with self._engine.begin() as connection:
            return leases.take(connection, name, self._process.name("jobs"), self._lease_seconds)

    def _rest(
        self, lease: Lease, seconds: float, note: Callable[[Connection, str], None], job: str
    ) -> None:
        with contextlib.suppress(LeaseLost), self._engine.begin() as connection:
            leases.rest(connection, lease, seconds)
            note(connection, job)


def _on_any_core(work: Callable[[Run], Any], run: Run) -> Any:
    cores.use_all()
    return work(run)
