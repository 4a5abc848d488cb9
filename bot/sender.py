"""Takes decided replies to their chats: in order within a chat, side by side across chats.

A reply comes here when its turn is committed, and its row leaves the outbox when the channel has
accepted it. What a crash interrupts is still in the outbox and goes out at the next start, so a
reply is never lost, and is doubled only when the crash fell between sending and deleting.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import outbox, sessions
from bot.chat import Receipt
from bot.messages import Ending, OutgoingMessage
from bot.outbox import Delivery
from bot.sending_lines import Line, Lines
from bot.worker import Worker
from knowledge.store.database import reading

log = structlog.get_logger(__name__)

AT_ONCE = 64
AT_ONCE_URGENT = 16  # more, so that help in danger does not wait for slow sends to end
FIRST_RETRY_SECONDS = 0.5
LAST_RETRY_SECONDS = 300.0
UNSTORED_ATTEMPTS = 6  # an apology without a row in the outbox is not worth a day of trying
CLOSING_SECONDS = 10.0
# Deleting costs a transaction; a crash doubles what was delivered and is not deleted yet.
BATCH_SECONDS = 0.03
# A channel that slows down this many chats within a second means all of them.
CROWD = 5
CROWD_SECONDS = 1.0

UNSTORED = 0  # the id of a delivery that has no row in the outbox

Deliver = Callable[[str, OutgoingMessage], Awaitable[None]]


class Later(Exception):  # noqa: N818 - an answer, not an error
    """The channel asks to wait before the next message to this chat, or to `everyone`."""

    def __init__(self, seconds: float, *, everyone: bool = False) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds
        self.everyone = everyone


class Unreachable(Exception):  # noqa: N818
    """Nothing can reach this chat any more: it blocked us, or it is gone."""


class Refused(Exception):  # noqa: N818
    """The channel will never accept this message."""


class Sender:
    """Delivers the replies of one channel; used from one event loop.

    `deliver(address, message)` sends one message. It may raise `Later`, `Unreachable` or
    `Refused`; any other exception counts as trouble on the way and is tried again, with growing
    waits, until the outbox lets the message go after a day.
    """

    def __init__(
        self, worker: Worker, channel: str, deliver: Deliver, *, at_once: int = AT_ONCE
    ) -> None:
        self._worker = worker
        self._channel = channel
        self._deliver = deliver
        self._at_once = at_once
        self._lines = Lines()
        self._runners: set[asyncio.Task[None]] = set()
        self._paused_until = 0.0
        self._slowed: deque[tuple[float, bytes]] = deque()
        self._delivered: list[int] = []
        self._some_delivered = asyncio.Event()
        self._forgetting: asyncio.Task[None] | None = None
        self._closing = False

    @property
    def waiting(self) -> int:
        """How many messages are on their way."""
        return sum(len(line.queue) for line in self._lines)

    async def start(self) -> None:
        """Take up what an earlier run left in the outbox; call before the channel takes messages.

        Raises SQLAlchemy's errors when the database cannot be used.
        """
        self._forgetting = asyncio.create_task(self._forget_delivered())
        self.put(await self._worker.run(self._load))

    async def close(self) -> None:
        """Finish what is in flight, for ten seconds at most; the rest stays in the outbox."""
        self._closing = True
        if self._runners:
            _, late = await asyncio.wait(self._runners, timeout=CLOSING_SECONDS)
            for runner in late:
                runner.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._forgetting is not None:
            self._forgetting.cancel()
            await asyncio.gather(self._forgetting, return_exceptions=True)
        try:
            await self._delete(tuple(self._delivered))
        except SQLAlchemyError as error:
            log.warning("delivered messages stay in the outbox", error=type(error).__name__)

    def accept(self, receipt: Receipt) -> None:
        """Take the replies of a committed turn; after «borrar» nothing older goes out."""
        if receipt.turn is not None and receipt.turn.ending is Ending.ERASE and receipt.deliveries:
            self.forget(receipt.deliveries[0].chat)
        self.put(receipt.deliveries)

    def put(self, deliveries: Iterable[Delivery]) -> None:
        """Add messages, each behind those of its chat that came before."""
        if self._closing:
            return
        for delivery in deliveries:
            if self._lines.add(delivery):
                self._run_another(urgent=delivery.message.urgent)

    def say(self, chat: bytes, address: str, messages: Sequence[OutgoingMessage]) -> None:
        """Send messages that no turn stands behind, such as an apology; tried a few times only."""
        self.put(Delivery(UNSTORED, self._channel, chat, address, message) for message in messages)

    def forget(self, chat: bytes) -> None:
        """Drop what is on its way to a chat, apart from a message being sent at this moment."""
        self._lines.forget(chat)

    # Sending: as many runners as messages may be in flight, each with one line at a time.

    def _run_another(self, *, urgent: bool) -> None:
        limit = self._at_once + (AT_ONCE_URGENT if urgent else 0)
        if len(self._runners) < limit and not self._closing:
            runner = asyncio.create_task(self._run())
            self._runners.add(runner)
            runner.add_done_callback(self._runners.discard)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._closing:
            pause = self._paused_until - loop.time()
            if pause > 0:
                await asyncio.sleep(min(pause, 1.0))
                continue
            line = self._lines.next()
            if line is None:
                return
            await self._send_first(line)

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
            await self._retry(line)
        else:
            self._strike(line)

    def _strike(self, line: Line) -> None:
        """Be done with a line's first message, delivered or not to be delivered."""
        delivery = self._lines.strike(line)
        if delivery.id != UNSTORED:
            self._delivered.append(delivery.id)
            self._some_delivered.set()

    def _wait(self, line: Line, seconds: float) -> None:
        self._lines.wait(line)
        asyncio.get_running_loop().call_later(seconds, self._resume, line)

    def _resume(self, line: Line) -> None:
        self._lines.resume(line)
        self._run_another(urgent=line.urgent)

    def _slow_down(self, line: Line, later: Later) -> None:
        now = asyncio.get_running_loop().time()
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
            self._wait(line, min(longest, LAST_RETRY_SECONDS) * random.uniform(0.5, 1.0))  # noqa: S311
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

    async def _delete(self, ids: Sequence[int]) -> None:
        if ids:
            await self._worker.write(lambda c: outbox.delivered(c, ids), ahead=True)

    async def _forget_delivered(self) -> None:
        """Delete delivered rows soon: those of the last few hundredths of a second at once."""
        while True:
            await self._some_delivered.wait()
            self._some_delivered.clear()
            batch = tuple(self._delivered)
            try:
                await self._delete(batch)
            except SQLAlchemyError as error:
                log.warning("delivered messages not forgotten yet", error=type(error).__name__)
                self._some_delivered.set()
                await asyncio.sleep(1)
            else:
                del self._delivered[: len(batch)]
                await asyncio.sleep(BATCH_SECONDS)


def _end(connection: Connection, chat: bytes) -> None:
    outbox.forget_chat(connection, chat)
    sessions.end(connection, chat)
