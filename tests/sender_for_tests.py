"""A sender over a real outbox, with a channel that tests tell what to answer."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telegram_for_tests import a_chat, rows

from bot import outbox
from bot.messages import OutgoingMessage
from bot.outbox import Delivery
from bot.sender import Sender
from bot.sending_pace import Pace
from bot.worker import Worker

Answer = Callable[[str, OutgoingMessage], Awaitable[None]]


@dataclass
class Post:
    """A channel: it notes what it accepts, after what `answer` says to it."""

    answer: Answer | None = None
    accepted: list[tuple[str, str]] = field(default_factory=list)
    attempts: int = 0
    at_once: int = 0
    most_at_once: int = 0

    async def deliver(self, address: str, message: OutgoingMessage) -> None:
        self.attempts += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0)
            if self.answer is not None:
                await self.answer(address, message)
        finally:
            self.at_once -= 1
        self.accepted.append((address, message.text))

    def texts(self, address: str) -> list[str]:
        return [text for to, text in self.accepted if to == address]


@dataclass
class Office:
    """A sender with its database, and a way to write what turns would write."""

    worker: Worker
    sender: Sender

    def write(self, address: str, *texts: str, urgent: bool = False) -> tuple[Delivery, ...]:
        chat = self.worker.chat
        messages = [OutgoingMessage(text, urgent=urgent) for text in texts]
        pseudonym = chat.vault.pseudonym("test", address)
        with chat.engine.begin() as connection:
            return outbox.add(
                connection, chat.vault, "test", pseudonym, address, messages, datetime.now(UTC)
            )

    def put(self, address: str, *texts: str, urgent: bool = False) -> tuple[Delivery, ...]:
        deliveries = self.write(address, *texts, urgent=urgent)
        self.sender.put(deliveries)
        return deliveries

    @property
    def left(self) -> int:
        return rows(self.worker.chat, "outbox")


def with_office(
    folder: Path,
    post: Post,
    test: Callable[[Office], Awaitable[None]],
    *,
    at_once: int = 64,
    written_before: tuple[tuple[str, str], ...] = (),
) -> None:
    async def run() -> None:
        worker = Worker(a_chat(folder))
        office = Office(worker, Sender(worker, "test", post.deliver, at_once=at_once))
        for address, text in written_before:
            office.write(address, text)
        await office.sender.start()
        try:
            await asyncio.wait_for(test(office), 90)
        finally:
            await office.sender.close()
            worker.close()
            worker.chat.engine.dispose()

    asyncio.run(run())


async def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - it looks into a database too
            await asyncio.sleep(0.005)


class PatientWorker(Worker):
    """A worker that tells whether anything is still to come from its threads."""

    outstanding = 0

    async def _put(self, *given: Any, **named: Any) -> Any:
        self.outstanding += 1
        try:
            return await super()._put(*given, **named)
        finally:
            self.outstanding -= 1


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps over the time in which nothing would happen.

    It waits in earnest only for a worker's threads, so that nothing is left out. Its clock stands
    still meanwhile: how long a busy machine takes is no part of what is measured.
    """

    def __init__(self) -> None:
        self.jumped = 0.0
        self.must_wait: Callable[[], bool] = lambda: False
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self.jumped


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self, loop: JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        self._loop.jumped += 1e-6  # or a wait that is too short to count would never end
        if timeout is None or timeout <= 0 or self._loop.must_wait():
            return super().select(timeout)
        found = super().select(0)
        if not found:
            self._loop.jumped += timeout
        return found


def in_no_time(
    folder: Path, post: Post, test: Callable[[Office], Any], pace: Pace | None = None
) -> None:
    """Run a test with a sender whose waits take no time."""
    loop = JumpingLoop()

    async def run() -> None:
        worker = PatientWorker(a_chat(folder))
        loop.must_wait = lambda: worker.outstanding > 0
        office = Office(worker, Sender(worker, "test", post.deliver, pace=pace))
        await office.sender.start()
        try:
            await test(office)
        finally:
            await office.sender.close()
            worker.close()
            worker.chat.engine.dispose()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(run())


def clock() -> float:
    return asyncio.get_running_loop().time()
