"""Takes decided replies to their chats: in order within a chat, side by side across chats.

A reply comes here when its turn is committed, and its row leaves the outbox when the channel has
accepted it. What a crash interrupts is still in the outbox and goes out at the next start, so a
reply is never lost, and is doubled only when the crash fell between sending and deleting.

Where several processes share the database, this one sends what belongs to it (`sending_shared`).
"""

import asyncio
import random
from collections import deque
from collections.abc import Iterable, Sequence

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import outbox, sessions
from bot.chat import Receipt
from bot.messages import Ending, OutgoingMessage
from bot.outbox import UNSTORED, Delivery
from bot.sending_answers import Deliver, Later, Refused, Unreachable
from bot.sending_done import Done
from bot.sending_lines import Line, Lines
from bot.sending_pace import Outage, Pace
from bot.sending_shared import Shared
from bot.worker import Worker
from knowledge.store.database import is_shared, reading
from knowledge.store.leases import THIS, Process

log = structlog.get_logger(__name__)

AT_ONCE = 64
AT_ONCE_URGENT = 16  # more, so that help in danger does not wait for slow sends
FIRST_RETRY_SECONDS = 0.5
LAST_RETRY_SECONDS = 300.0
LAST_RETRY_URGENT_SECONDS = 10.0
UNSTORED_ATTEMPTS = 6  # an apology without a row in the outbox is not worth a day of trying
CLOSING_SECONDS = 2.5
LOOK_AGAIN_SECONDS = 0.1  # whoever waits looks whether somebody in danger came in between
# A channel that slows down this many chats within a second means all of them.
CROWD = 5
CROWD_SECONDS = 1.0

__all__ = ["Deliver", "Later", "Refused", "Sender", "Unreachable"]


class Sender:
    """Delivers the replies of one channel; used from one event loop.

    `deliver(address, message)` sends one message. It may raise `Later`, `Unreachable` or
    `Refused`; any other exception counts as trouble on the way and is tried again, with growing
    waits, until the outbox lets the message go after a day. `pace` holds the channel's own limits.
    """

    def __init__(
        self,
        worker: Worker,
        channel: str,
        deliver: Deliver,
        *,
        at_once: int = AT_ONCE,
        pace: Pace | None = None,
        process: Process = THIS,
    ) -> None:
        self._worker = worker
        self._channel = channel
        self._deliver = deliver
        self._at_once = at_once
        self._pace = pace or Pace(limited=False)
        self._outage = Outage(_clock)
        self._lines = Lines(_clock)
        self._probing = False
        self._gate = asyncio.Lock()  # who holds it chooses the next line
        shared = is_shared(worker.chat.engine)
        self._shared = Shared(worker, channel, process) if shared else None
        self._runners: set[asyncio.Task[None]] = set()
        self._paused_until = 0.0
        self._slowed: deque[tuple[float, bytes]] = deque()
        self._done = Done(worker)
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = False

    @property
    def waiting(self) -> int:
        """How many messages are on their way."""
        return sum(len(line.queue) for line in self._lines)

    async def start(self) -> None:
        """Take up what an earlier run left in the outbox; call before the channel takes messages.

        Raises SQLAlchemy's errors when the database cannot be used.
        """
        self._tasks.append(asyncio.create_task(self._done.run()))
        if self._shared is None:
            self._put(await self._worker.run(self._load), late=True)
        else:
            await self._shared.join()
            self._tasks.append(asyncio.create_task(self._share()))

    async def close(self) -> None:
        """Finish what is in flight, for a moment; the rest stays in the outbox."""
        self._closing = True
        if self._runners:
            _, late = await asyncio.wait(self._runners, timeout=CLOSING_SECONDS)
            for runner in late:
                runner.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._done.finish()
        if self._shared is not None:
            await self._shared.leave()

    def accept(self, receipt: Receipt) -> None:
        """Take the replies of a committed turn; after «borrar» nothing older goes out."""
        if receipt.turn is not None and receipt.turn.ending is Ending.ERASE and receipt.deliveries:
            self.forget(receipt.deliveries[0].chat)
        self.put(receipt.deliveries)

    def put(self, deliveries: Iterable[Delivery]) -> None:
        """Add messages, each behind those of its chat that came before."""
        if self._shared is not None:
            deliveries = self._shared.at_hand(deliveries)
        self._put(deliveries)

    def say(self, chat: bytes, address: str, messages: Sequence[OutgoingMessage]) -> None:
        """Send messages that no turn stands behind, such as an apology; tried a few times only."""
        self.put(Delivery(UNSTORED, self._channel, chat, address, message) for message in messages)

    def forget(self, chat: bytes) -> None:
        """Drop what is on its way to a chat, apart from a message being sent at this moment."""
        self._lines.forget(chat)

    def _put(self, deliveries: Iterable[Delivery], *, late: bool = False) -> None:
        if self._closing:
            return
        for delivery in deliveries:
            if self._lines.add(delivery, late=late):
                self._run_another(urgent=delivery.message.urgent)

    # Sending: as many runners as messages may be in flight, each with one line at a time.

    def _run_another(self, *, urgent: bool) -> None:
        limit = self._at_once + (AT_ONCE_URGENT if urgent else 0)
        if len(self._runners) < limit and not self._closing:
            runner = asyncio.create_task(self._run())
            self._runners.add(runner)
            runner.add_done_callback(self._runners.discard)

    async def _run(self) -> None:
        while (line := await self._next_line()) is not None:
            probes = self._outage.on and not line.urgent
            self._probing = self._probing or probes
            await self._send_first(line)
            if probes:
                self._probing = False

    async def _next_line(self) -> Line | None:
        """Wait until a message may be sent, and only then choose which; None to stop."""
        async with self._gate:
            while not self._closing and self._lines.may_be_ready:
                now = _clock()
                if (seconds := self._hold_back(now)) > 0:
                    await asyncio.sleep(min(seconds, LOOK_AGAIN_SECONDS))
                    continue
                line = self._lines.next()
                rest = self._pace.seconds_for(line.chat, now) if line and not line.urgent else 0.0
                if line is not None and rest > 0:
                    self._wait(line, rest)
                    continue
                if line is not None:
                    self._pace.note(line.chat, now)
                return line
        return None

    def _hold_back(self, now: float) -> float:
        """Return for how long nothing may be sent, or nothing but help in danger."""
        away = self._shared.seconds_away() if self._shared is not None else 0.0
        held = max(self._paused_until - now, away)
        if self._lines.urgent_first:
            return held
        # While the channel is away, one message at a time tries whether it is back.
        outage = LOOK_AGAIN_SECONDS if self._probing and self._outage.on else self._outage.seconds()
        return max(held, outage, self._pace.seconds(now))

    async def _send_first(self, line: Line) -> None:
        delivery = line.first
        try:
            await self._deliver(delivery.address, delivery.message)
        except Later as later:
            self._slow_down(line, later)
        except Unreachable:
            await self._leave(line)
        except Refused as refused:
            log.warning("message refused", channel=self._channel, reason=str(refused))
            self._strike(line)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the reply is still owed
            log.info("message not delivered yet", error=type(error).__name__)
            if self._outage.failed(line.chat):
                log.warning("channel cannot be reached", channel=self._channel)
            await self._retry(line)
        else:
            self._strike(line)
            if self._outage.worked():
                self._end_outage()

    def _end_outage(self) -> None:
        """Let all go on that wait because the channel was away; the oldest then go first."""
        log.info("channel works again", channel=self._channel)
        for line in self._lines:
            if line.retries and self._lines.resume(line):
                self._run_another(urgent=line.urgent)

    def _strike(self, line: Line) -> None:
        """Be done with a line's first message, delivered or not to be delivered."""
        delivery = self._lines.strike(line)
        if delivery.id != UNSTORED:
            self._done.add(delivery.id)

    def _wait(self, line: Line, seconds: float, *, retries: bool = False) -> None:
        timer = asyncio.get_running_loop().call_later(seconds, self._resume, line)
        self._lines.wait(line, timer, retries=retries)

    def _resume(self, line: Line) -> None:
        if self._lines.resume(line):
            self._run_another(urgent=line.urgent)

    def _slow_down(self, line: Line, later: Later) -> None:
        now = _clock()
        self._wait(line, later.seconds)
        self._slowed.append((now, line.chat))
        while self._slowed[0][0] < now - CROWD_SECONDS:
            self._slowed.popleft()
        if later.everyone or len({chat for _, chat in self._slowed}) >= CROWD:
            self._paused_until = max(self._paused_until, now + later.seconds)
            self._slowed.clear()
            log.warning("channel asks all to wait", channel=self._channel, seconds=later.seconds)

    async def _retry(self, line: Line) -> None:
        line.failures += 1
        if await self._still_owed(line.first, line.failures):
            longest = FIRST_RETRY_SECONDS * 2 ** min(line.failures - 1, 20)
            # Spread, so that an outage of the channel does not end in a stampede.
            longest = min(longest, LAST_RETRY_URGENT_SECONDS if line.urgent else LAST_RETRY_SECONDS)
            self._wait(line, longest * random.uniform(0.5, 1.0), retries=True)  # noqa: S311
        else:
            self._strike(line)

    async def _still_owed(self, delivery: Delivery, failures: int) -> bool:
        """Whether a message is still to be sent: its row is there, not erased and not too old."""
        if delivery.id == UNSTORED:
            return failures < UNSTORED_ATTEMPTS
        try:
            return await self._worker.write(lambda c: outbox.tried(c, delivery.id)) > 0
        except SQLAlchemyError:
            return True

    async def _leave(self, line: Line) -> None:
        """End the session of a chat that cannot be reached, as if it had said so itself."""
        chat = line.chat
        self._lines.drop(line)
        try:
            await self._worker.write(lambda c: _end(c, chat), chat[0])
        except SQLAlchemyError as error:
            log.warning("chat that is gone not forgotten yet", error=type(error).__name__)

    # The outbox, in the worker's threads.

    def _load(self) -> tuple[Delivery, ...]:
        chat = self._worker.chat
        with reading(chat.engine).connect() as connection:
            return outbox.pending(connection, chat.vault, self._channel)

    async def _share(self) -> None:
        """Keep our place among the processes, and take up what others leave to us."""
        assert self._shared is not None  # noqa: S101 - started for a shared database alone
        while True:
            known = {d.id for line in self._lines for d in line.queue}
            try:
                found = await self._shared.look(known)
            except SQLAlchemyError as error:
                log.warning("outbox not looked through", error=type(error).__name__)
            else:
                self._pace.share = found.processes
                self._lines.discard(found.gone)
                self._put(found.deliveries, late=True)
            await asyncio.sleep(self._shared.pause(len(known)))


def _clock() -> float:
    return asyncio.get_running_loop().time()


def _end(connection: Connection, chat: bytes) -> None:
    outbox.forget_chat(connection, chat)
    sessions.end(connection, chat)
