"""Turns off the event loop: threads that each own a share of the chats, so that order holds.

Every chat belongs to one thread, chosen by its pseudonym: its turns are handled in the order in
which they arrived, without locks, while other chats go on. SQLite has one writer, so one thread;
PostgreSQL has as many as its pool has connections.

2026-11-22. Turns that wait at the same time share one transaction of SQLite: a commit waits for
the disk, 0.3 ms on a good day and 5 ms on a busy one, and a commit a turn would let a busy disk set
the pace. A turn is told done only after the commit that holds it. Where one of them fails, nothing
was kept and each is done again by itself: a savepoint a turn would cost all of them 0.1 ms.
What we gave up: the first turn of a group waits for the last one, 20 ms at most. Not on PostgreSQL,
which commits side by side, and where a group would hold the locks of several chats.

A turn that fails although the database answers is tried again at once, so that the order of its
chat holds, and then set aside with an apology (`bot.poison`).
"""

import asyncio
import contextlib
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot import poison
from bot.chat import Chat, Inbound, Receipt
from knowledge.store.database import hold, is_shared

T = TypeVar("T")

GROUP_JOBS = 16
GROUP_SECONDS = 0.02


@dataclass(slots=True, eq=False)
class _Job:
    """Something to do in a thread, and then what came of it; `work` gets None to be on its own."""

    works: tuple[Callable[[Any], Any], ...]  # the first, and what is tried where it fails
    writes: bool
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def do_alone(self, engine: Engine, tried: int = 0) -> None:
        """Do it in a transaction of its own, or without one, after so many tries in a group."""
        try:
            if self.writes:
                self.result = _try_each(engine, self.works[tried:])
            else:
                self.result = self.works[0](None)
        except BaseException as error:  # noqa: BLE001 - handed to the waiting coroutine
            self.error = error
        else:
            self.error = None

    def settle(self) -> None:
        if self.future.done():
            return  # nobody waits any more
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


def _try_each(engine: Engine, works: Sequence[Callable[[Connection], T]]) -> T:
    """Return what the first of some works gives, each tried in a transaction of its own."""
    for work in works[:-1]:
        try:
            with engine.begin() as connection:
                return work(connection)
        except Exception as error:
            if poison.is_trouble(error):
                raise
    with engine.begin() as connection:
        return works[-1](connection)


class Worker:
    """Runs turns and other short database jobs in threads; made in and used from one event loop."""

    def __init__(self, chat: Chat, threads: int | None = None) -> None:
        one_writer = chat.engine.dialect.name == "sqlite"
        if threads is None:
            threads = 1 if one_writer else 8
        self.chat = chat
        self._is_shared = is_shared(chat.engine)
        self._counted: dict[tuple[str, str | None], int] = {}
        self._shares = [
            _Share(chat.engine, GROUP_JOBS if one_writer else 1) for _ in range(threads)
        ]
        self._threads = [
            threading.Thread(target=share.work, name=f"turns-{number}", daemon=True)
            for number, share in enumerate(self._shares)
        ]
        for thread in self._threads:
            thread.start()

    async def take(self, inbound: Inbound) -> Receipt:
        """Handle one message after those of the same chat that came before; see `Chat.take`."""
        pseudonym = self.chat.vault.pseudonym(inbound.channel, inbound.user)
        owner, chat, shared = pseudonym[0], self.chat, self._is_shared

        def turn(connection: Connection) -> Receipt:
            if shared:
                hold(connection, pseudonym)  # another process may have a turn of this chat
            return chat.take_in(connection, inbound)

        if inbound.update_id is None:
            return await self._put((turn,), owner, writes=True)
        # Counted once, however often the database is away: only a dead process is a failure.
        begun = self._counted.get((inbound.channel, inbound.update_id))
        if begun is None and len(self._counted) < poison.CAREFUL_TURNS:
            return await self.run(lambda: self._begin(inbound, turn), owner)
        works = poison.tries(chat, inbound, turn, begun=begun or 0)
        return await self._put(works, owner, writes=True)

    def _begin(self, inbound: Inbound, turn: poison.Work) -> Receipt:
        """Count an update and try it, in a thread and in two transactions.

        Only then does a count tell which update took a process down, and not which ones waited
        behind it.
        """
        engine = self.chat.engine
        with engine.begin() as connection:
            begun = poison.count(connection, inbound)
        self._counted[inbound.channel, inbound.update_id] = begun
        return _try_each(engine, poison.tries(self.chat, inbound, turn, begun=begun))

    async def write(
        self, work: Callable[[Connection], T], owner: int = 0, *, ahead: bool = False
    ) -> T:
        """Run short work in a transaction, and return when it is committed.

        It runs in the thread that `owner` belongs to, after what came before or `ahead` of all
        that waits there, perhaps in one transaction with other work: an error in that undoes it,
        and it is done again.
        """
        return await self._put((work,), owner, writes=True, ahead=ahead)

    async def run(self, work: Callable[[], T], owner: int = 0) -> T:
        """Run a short database job, which opens its own transactions, in a thread."""
        return await self._put((lambda _: work(),), owner, writes=False)

    async def _put(
        self,
        works: tuple[Callable[[Any], T], ...],
        owner: int,
        *,
        writes: bool,
        ahead: bool = False,
    ) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        job = _Job(works, writes, loop, future)
        self._shares[owner % len(self._shares)].put(job, ahead=ahead)
        return await future

    def close(self) -> None:
        """Finish the jobs that are waiting, then stop the threads."""
        for share in self._shares:
            share.stop()
        for thread in self._threads:
            thread.join(timeout=10)


class _Share:
    """The jobs of one thread, in groups that share a transaction."""

    def __init__(self, engine: Engine, group_jobs: int) -> None:
        self._engine = engine
        self._group_jobs = group_jobs
        self._connection: Connection | None = None  # kept, since making one takes 60 µs a group
        # For each job there is an entry: the job itself, or a mark to look among those ahead.
        self._entries: queue.SimpleQueue[_Job | str] = queue.SimpleQueue()
        self._ahead: deque[_Job] = deque()
        self._stopping = False

    def put(self, job: _Job, *, ahead: bool) -> None:
        if ahead:
            self._ahead.append(job)
        self._entries.put("ahead" if ahead else job)

    def stop(self) -> None:
        self._entries.put("stop")

    def work(self) -> None:
        waiting: deque[_Job] = deque()
        while waiting or self._ahead or not self._stopping:
            if not waiting and not self._ahead:
                self._note(self._entries.get(), waiting)
            while len(waiting) < self._group_jobs and not self._entries.empty():
                self._note(self._entries.get(), waiting)
            while self._ahead:
                waiting.appendleft(self._ahead.pop())
            if waiting:
                _hand_back(self._do_some(waiting))
        self._disconnect()

    def _note(self, entry: _Job | str, waiting: deque[_Job]) -> None:
        if isinstance(entry, _Job):
            waiting.append(entry)
        elif entry == "stop":
            self._stopping = True

    def _do_some(self, waiting: deque[_Job]) -> list[_Job]:
        """Take some jobs off `waiting`, do them and return them, committed or failed."""
        if waiting[0].writes and len(waiting) > 1 and waiting[1].writes:
            return self._do_group(waiting)
        job = waiting.popleft()
        job.do_alone(self._engine)
        return [job]

    def _do_group(self, waiting: deque[_Job]) -> list[_Job]:
        group: list[_Job] = []
        until = time.monotonic() + GROUP_SECONDS
        try:
            connection = self._connection or self._engine.connect()
            self._connection = connection
            with connection.begin():
                while waiting and waiting[0].writes and time.monotonic() < until:
                    group.append(waiting.popleft())
                    group[-1].result = group[-1].works[0](connection)
        except BaseException as error:  # noqa: BLE001 - handed to the waiting coroutines
            self._disconnect()
            group = group or [waiting.popleft()]
            self._undone(group, error)
        return group

    def _disconnect(self) -> None:
        """Give the kept connection back; whatever went wrong, the next group gets a sound one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                connection.close()

    def _undone(self, group: Sequence[_Job], error: BaseException) -> None:
        """Settle a group of which nothing was kept: by the one that failed, if it was one."""
        if poison.is_trouble(error):
            for job in group:
                job.error = error
            return
        *others, failed = group
        for job in others:
            job.do_alone(self._engine)
        failed.error = error
        if len(failed.works) > 1:
            failed.do_alone(self._engine, tried=1)


def _hand_back(done: list[_Job]) -> None:
    for loop in {job.loop for job in done}:
        mine = [job for job in done if job.loop is loop]
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, mine)


def _settle(done: list[_Job]) -> None:
    for job in done:
        job.settle()
