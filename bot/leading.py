"""Work that never ends and that exactly one of several processes does, such as polling.

Whoever holds the lease works; the others ask for it every few seconds. A process that dies is
followed by another after at most `LEASE_SECONDS` + `ASK_SECONDS`, one that stops at once.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from knowledge.store import leases
from knowledge.store.database import is_shared
from knowledge.store.leases import THIS, Lease, Process

log = structlog.get_logger(__name__)

LEASE_SECONDS = 20.0
RENEW_SECONDS = 5.0
ASK_SECONDS = 3.0


class Leading:
    """The right to do `name` alone; always given at once where one process has the database."""

    def __init__(self, engine: Engine, name: str, process: Process = THIS) -> None:
        self._engine = engine
        self._name = name
        self._process = process

    async def lead(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` while the lease is ours, until it ends by itself; wait for the lease before.

        While the database is away nobody can take the lease, and the work goes on.
        """
        if not is_shared(self._engine):
            await work()
            return None
        while True:
            lease = await self._take()
            if lease is None:
                await asyncio.sleep(ASK_SECONDS)
                continue
            log.info("leading", kind=self._name)
            working = asyncio.ensure_future(work())
            try:
                lease = await self._keep(lease, working)
            finally:
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)
                if lease is not None:
                    await asyncio.shield(self._release(lease))
            if lease is not None:
                return working.result()
            log.warning("led by another process", kind=self._name)

    async def _keep(self, lease: Lease, working: asyncio.Future[None]) -> Lease | None:
        """Renew the lease until the work is done; None when another process has it."""
        while True:
            await asyncio.wait([working], timeout=RENEW_SECONDS)
            if working.done():
                return lease
            with contextlib.suppress(SQLAlchemyError):
                renewed = await asyncio.to_thread(self._renew)
                if renewed is None:
                    return None
                lease = renewed

    async def _take(self) -> Lease | None:
        try:
            return await asyncio.to_thread(self._renew)
        except SQLAlchemyError as error:
            log.warning("nobody leads", kind=self._name, error=type(error).__name__)
            return None

    def _renew(self) -> Lease | None:
        us = self._process.name(self._name)
        with self._engine.begin() as connection:
            return leases.take(connection, f"leading:{self._name}", us, LEASE_SECONDS)

    async def _release(self, lease: Lease) -> None:
        def release() -> None:
            with self._engine.begin() as connection:
                leases.release(connection, lease)

        with contextlib.suppress(SQLAlchemyError):
            await asyncio.to_thread(release)
