"""Who writes to SQLite next: the threads of a process take turns in the order in which they came.

2026-11-22. SQLite lets one transaction write at a time, and who finds it taken looks again up to a
tenth of a second later. A thread that takes turns of a whole country leaves hardly a moment between
two transactions, so others missed it for five seconds on end: a clerk's correction was refused and
jobs were put off. Now the one that waits is let in next. Who has waited in vain is told that the
database is locked and waits no second time inside SQLite: help in danger must not come later for
it. What we gave up: nothing where nobody waits; other processes (the command line) still look for a
moment themselves.
"""

import threading
from collections import deque
from typing import Any

from sqlalchemy import Connection, Engine, event

from knowledge.store import straight

WAIT_SECONDS = 5.0
_IN_LINE = "writes in line"


class WritersLine:
    """A lock that is handed on in the order in which it was asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def enter(self, seconds: float) -> bool:
        """Wait for our turn, `seconds` at most; return whether it has come."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=seconds):
            return True
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        return True  # it came at the last moment

    def leave(self) -> None:
        """Let in whoever has waited longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


def begin_in_line(engine: Engine) -> None:
    """Have every transaction of a SQLite engine begin as a writer, in line, or as a reader.

    One that began as a reader and then writes fails under load, so the way is chosen first. Raises
    SQLAlchemy's `OperationalError` where the database stays locked.
    """
    line = WritersLine()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("read_only", False):
            straight.plain(connection, "BEGIN")
            return
        if not line.enter(WAIT_SECONDS):
            raise straight.locked()
        try:
            straight.plain(connection, "BEGIN IMMEDIATE")
        except BaseException:
            line.leave()
            raise
        connection.info[_IN_LINE] = True

    def leave(info: dict[Any, Any]) -> None:
        if info.pop(_IN_LINE, False):
            line.leave()

    # These come just before the transaction ends: the next one waits for that inside SQLite.
    @event.listens_for(engine, "commit")
    def commits(connection: Connection) -> None:
        leave(connection.info)

    @event.listens_for(engine, "rollback")
    def rolls_back(connection: Connection) -> None:
        leave(connection.info)

    @event.listens_for(engine, "checkin")
    def is_given_back(_connection: Any, record: Any) -> None:
        leave(record.info)
