"""Turns off the event loop: threads that each own a share of the chats, so that order holds.

Every chat belongs to one thread, chosen by its pseudonym: its turns are handled in the order in
which they arrived, without locks, while other chats go on. SQLite has one writer, so one thread;
PostgreSQL has as many as its pool has connections.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from bot.chat import Chat, Inbound, Receipt

T = TypeVar("T")

_Job = tuple[asyncio.AbstractEventLoop, asyncio.Future[Any], Callable[[], Any]]


class Worker:
    """Runs turns and other short database jobs in threads; made in and used from one event loop."""

    def __init__(self, chat: Chat, threads: int | None = None) -> None:
        if threads is None:
            threads = 1 if chat.engine.dialect.name == "sqlite" else 8
        self.chat = chat
        self._queues: list[queue.SimpleQueue[_Job | None]] = [
            queue.SimpleQueue() for _ in range(threads)
        ]
        self._threads = [
            threading.Thread(target=_work, args=(jobs,), name=f"turns-{number}", daemon=True)
            for number, jobs in enumerate(self._queues)
        ]
        for thread in self._threads:
            thread.start()

    async def take(self, inbound: Inbound) -> Receipt:
        """Handle one message after those of the same chat that came before; see `Chat.take`."""
        owner = self.chat.vault.pseudonym(inbound.channel, inbound.user)[0]
        return await self.run(lambda: self.chat.take(inbound), owner)

    async def run(self, job: Callable[[], T], owner: int = 0) -> T:
        """Run a short database job in the thread that `owner` belongs to."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queues[owner % len(self._queues)].put((loop, future, job))
        return await future

    def close(self) -> None:
        """Finish the jobs that are waiting, then stop the threads."""
        for jobs in self._queues:
            jobs.put(None)
        for thread in self._threads:
            thread.join(timeout=10)


def _work(jobs: queue.SimpleQueue[_Job | None]) -> None:
    while (item := jobs.get()) is not None:
        loop, future, job = item
        try:
            result = job()
        except BaseException as error:  # noqa: BLE001 - handed to the waiting coroutine
            _hand_back(loop, future.set_exception, future, error)
        else:
            _hand_back(loop, future.set_result, future, result)


def _hand_back(
    loop: asyncio.AbstractEventLoop,
    setter: Callable[[Any], None],
    future: asyncio.Future[Any],
    value: Any,
) -> None:
    def set_unless_given_up() -> None:
        if not future.done():
            setter(value)

    if not loop.is_closed():
        loop.call_soon_threadsafe(set_unless_given_up)
