"""Which replies this process sends, where several processes share one outbox.

Each sender holds a lease that says it is alive. A reply made here for a chat with nothing waiting
is sent at once; one that follows others of its chat in another process is sent there. What a dead
process leaves goes to the heir, which is whoever holds that lease; everybody looks twice a second.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import outbox
from bot.outbox import UNSTORED, Delivery
from bot.worker import Worker
from knowledge.store import leases
from knowledge.store.database import reading
from knowledge.store.leases import Lease, Process

log = structlog.get_logger(__name__)

LEASE_SECONDS = 15.0
RENEW_SECONDS = 3.0
LOOK_SECONDS = 0.5
MANY = 500  # with so many waiting, looking through them costs more than it brings
LOOK_SECONDS_WITH_MANY = 2.0
# Nothing is sent in the last seconds of a lease that could not be renewed.
MARGIN_SECONDS = 3.0
REMEMBERED_CHATS = 50_000


@dataclass(frozen=True, slots=True)
class Found:
    """What a look brought: new deliveries, rows that are not ours any more, who else is there."""

    deliveries: tuple[Delivery, ...]
    gone: frozenset[int]
    processes: int


class Shared:
    """This process's part of a channel's outbox; used from one event loop."""

    def __init__(self, worker: Worker, channel: str, process: Process) -> None:
        self._worker = worker
        self._channel = channel
        self._process = process
        self._lease: Lease | None = None
        self._good_until = 0.0
        self._renew_at = 0.0
        self._processes = 1
        # The last message of each chat that was taken in hand: those before it never are again.
        self._in_hand: OrderedDict[bytes, int] = OrderedDict()

    async def join(self) -> None:
        """Become one of the processes that send; raises SQLAlchemy's errors."""
        await self._renew()

    async def leave(self) -> None:
        """Leave what is not sent to the others, at once."""
        lease = self._lease
        if lease is not None:
            try:
                await self._worker.write(lambda c: leases.release(c, lease))
            except SQLAlchemyError as error:  # the lease ends by itself
                log.warning("outbox not left", error=type(error).__name__)

    def seconds_away(self) -> float:
        """Return how long to wait before sending: others may believe that this process is dead."""
        return 0.0 if time.monotonic() < self._good_until else 0.2

    def pause(self, waiting: int) -> float:
        """Return how long to wait until the next look."""
        return LOOK_SECONDS if waiting < MANY else LOOK_SECONDS_WITH_MANY

    def at_hand(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Return what can be sent right after what is in hand; the rest is found by a look."""
        taken = []
        for delivery in deliveries:
            if delivery.id == UNSTORED:
                taken.append(delivery)
                continue
            last = self._in_hand.get(delivery.chat, 0)
            follows = delivery.behind is None or delivery.behind <= last
            if delivery.ours and follows and delivery.id > last:
                self._take_in_hand(delivery)
                taken.append(delivery)
        return taken

    async def look(self, known: set[int]) -> Found:
        """Renew the lease when it is time, and look for messages that are ours to send.

        `known` are the messages in the lines before the look. Raises SQLAlchemy's errors.
        """
        absent = time.monotonic() >= self._renew_at and await self._renew()
        owner = self._process.name(self._channel)
        rows = await self._worker.run(lambda: self._owned(owner))
        ours = {row_id for row_id, _ in rows}
        new = [row_id for row_id, chat in rows if row_id > self._in_hand.get(chat, 0)]
        read = await self._worker.run(lambda: self._read(new)) if new else ()
        deliveries = [d for d in read if d.id > self._in_hand.get(d.chat, 0)]
        for delivery in deliveries:
            self._take_in_hand(delivery)
        gone = known if absent else known - ours
        return Found(tuple(deliveries), frozenset(gone - {UNSTORED}), self._processes)

    def _take_in_hand(self, delivery: Delivery) -> None:
        self._in_hand[delivery.chat] = delivery.id
        self._in_hand.move_to_end(delivery.chat)
        while len(self._in_hand) > REMEMBERED_CHATS:
            self._in_hand.popitem(last=False)

    async def _renew(self) -> bool:
        """Renew the lease; return whether it had ended, so that what was ours may have an heir."""
        began = time.monotonic()
        lease, self._processes = await self._worker.write(self._hold_and_inherit, ahead=True)
        absent = self._lease is not None and lease != self._lease
        if absent:
            log.warning("away for too long", channel=self._channel)
            self._process.begin_anew(self._channel)
            self._in_hand.clear()
            lease, self._processes = await self._worker.write(self._hold_and_inherit, ahead=True)
        self._lease = lease
        self._good_until = began + LEASE_SECONDS - MARGIN_SECONDS
        self._renew_at = began + RENEW_SECONDS
        return absent

    def _hold_and_inherit(self, connection: Connection) -> tuple[Lease | None, int]:
        us = self._process.name(self._channel)
        place = f"sender:{self._channel}:"
        lease = leases.take(connection, place + us, us, LEASE_SECONDS)
        heir = leases.take(connection, f"heir:{self._channel}", us, LEASE_SECONDS)
        alive = leases.owners(connection, place)
        if heir is not None:
            inherited = outbox.inherit(connection, self._channel, us, alive)
            if inherited:
                log.info("messages of another process taken over", count=inherited)
        return lease, len(alive)

    def _owned(self, owner: str) -> list[tuple[int, bytes]]:
        with reading(self._worker.chat.engine).connect() as connection:
            return outbox.owned(connection, self._channel, owner)

    def _read(self, ids: list[int]) -> tuple[Delivery, ...]:
        chat = self._worker.chat
        with reading(chat.engine).connect() as connection:
            return outbox.pending(connection, chat.vault, self._channel, ids)
