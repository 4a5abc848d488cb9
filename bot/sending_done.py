"""Delivered messages leave the outbox: a few hundredths of a second's worth in one transaction.

Deleting costs a transaction; a crash doubles what was delivered and is not deleted yet.
"""

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import outbox
from bot.worker import Worker

log = structlog.get_logger(__name__)

BATCH_SECONDS = 0.03
AFTER_TROUBLE_SECONDS = 1.0


class Done:
    """Messages to be forgotten; used from one event loop."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._ids: list[int] = []
        self._some = asyncio.Event()

    def add(self, row_id: int) -> None:
        """Note a message that is delivered, or never will be."""
        self._ids.append(row_id)
        self._some.set()

    async def run(self) -> None:
        """Delete what is noted, until cancelled."""
        while True:
            await self._some.wait()
            self._some.clear()
            batch = tuple(self._ids)
            try:
                await self._delete(batch)
            except SQLAlchemyError as error:
                log.warning("delivered messages not forgotten yet", error=type(error).__name__)
                self._some.set()
                await asyncio.sleep(AFTER_TROUBLE_SECONDS)
            else:
                del self._ids[: len(batch)]
                await asyncio.sleep(BATCH_SECONDS)

    async def finish(self) -> None:
        """Delete what is left."""
        try:
            await self._delete(tuple(self._ids))
        except SQLAlchemyError as error:
            log.warning("delivered messages stay in the outbox", error=type(error).__name__)

    async def _delete(self, ids: Sequence[int]) -> None:
        if ids:
            await self._worker.write(lambda c: outbox.delivered(c, ids), ahead=True)
