"""A sender over a real outbox, with a channel that tests tell what to answer."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from telegram_for_tests import a_chat, rows

from bot import outbox
from bot.messages import OutgoingMessage
from bot.outbox import Delivery
from bot.sender import Sender
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
