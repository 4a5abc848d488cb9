"""What finding has read of the directory, kept in memory while the directory stays the same.

People of one place ask for the same offices, and the directory changes a few times a day. What is
kept depends on a topic and a municipality, never on a shared location or on a person. Whether the
directory is still the same is asked in each transaction (`knowledge.store.versions`), so that an
hour which staff correct is seen by the next turn of any process.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from sqlalchemy import Connection

from knowledge.store.versions import change_mark, mark

T = TypeVar("T")

NAME = "directory"
KEPT = 1024  # answers; a few kilobytes each


def directory_changed(connection: Connection) -> None:
    """Make every process read the directory anew; called by whatever writes to it."""
    change_mark(connection, NAME)


class Memory:
    """Answers by what was asked, for one state of the directory; safe to share by threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._answers: dict[str, OrderedDict[Hashable, Any]] = {}

    def at(self, connection: Connection) -> "Recall":
        """Return what is remembered of the directory as this transaction sees it."""
        state = mark(connection, NAME)
        with self._lock:
            if state not in self._answers:
                self._answers = {state: OrderedDict()}
            return Recall(self._answers[state], self._lock, self._kept)


class Recall:
    """Answers for one state of the directory; made without any, it remembers nothing for long."""

    def __init__(
        self,
        answers: "OrderedDict[Hashable, Any] | None" = None,
        lock: "threading.Lock | None" = None,
        kept: int = 0,
    ) -> None:
        self._answers = OrderedDict() if answers is None else answers
        self._lock = lock or threading.Lock()
        self._kept = kept

    def get(self, question: Hashable, ask: Callable[[], T]) -> T:
        """Return the answer to `question`, which `ask` finds out when it is not remembered."""
        with self._lock:
            if question in self._answers:
                self._answers.move_to_end(question)
                return cast(T, self._answers[question])
        answer = ask()
        with self._lock:
            self._answers[question] = answer
            while len(self._answers) > self._kept:
                self._answers.popitem(last=False)
        return answer
