"""Replies on their way, a line for each chat: in order within it, help in danger first among them.

Only the order is kept here; who sends, waits and deletes is the sender's business.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.outbox import Delivery


class State(Enum):
    """Where a line stands."""

    READY = auto()
    SENDING = auto()
    WAITING = auto()


@dataclass(slots=True, eq=False)
class Line:
    """The messages on their way to one chat; a line that is kept has at least one."""

    chat: bytes
    queue: deque[Delivery] = field(default_factory=deque)
    state: State = State.READY
    failures: int = 0

    @property
    def first(self) -> Delivery:
        """The message whose turn it is."""
        return self.queue[0]

    @property
    def urgent(self) -> bool:
        """Whether help in danger waits in this line."""
        return any(delivery.message.urgent for delivery in self.queue)


class Lines:
    """All lines of a channel."""

    def __init__(self) -> None:
        self._lines: dict[bytes, Line] = {}
        # Hints about which lines to look at next: one that is no longer ready is passed over.
        self._ready: deque[Line] = deque()
        self._ready_urgent: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines.values())

    def add(self, delivery: Delivery) -> bool:
        """Put a message at the end of its chat's line; return whether the line is now ready."""
        line = self._lines.get(delivery.chat)
        if line is None:
            line = self._lines[delivery.chat] = Line(delivery.chat, deque([delivery]))
            self._show(line)
            return True
        line.queue.append(delivery)
        if line.state is not State.READY or not delivery.message.urgent:
            return False
        self._ready_urgent.append(line)
        return True

    def next(self) -> Line | None:
        """Return the line to send from, which is then `SENDING`; None when none is ready."""
        for ready in (self._ready_urgent, self._ready):
            while ready:
                line = ready.popleft()
                if line.state is State.READY and line.queue:
                    line.state = State.SENDING
                    return line
        return None

    def strike(self, line: Line) -> Delivery:
        """Take the first message off a line, which is then ready for the next one, or gone."""
        delivery = line.queue.popleft()
        line.failures = 0
        if line.queue:
            self.resume(line)
        else:
            self._drop(line)
        return delivery

    def wait(self, line: Line) -> None:
        """Hold a line back until `resume`."""
        line.state = State.WAITING

    def resume(self, line: Line) -> None:
        """Let a line go on, unless it was dropped in the meantime."""
        if line.queue:
            line.state = State.READY
            self._show(line)

    def forget(self, chat: bytes) -> None:
        """Drop a chat's messages, apart from one that is being sent at this moment."""
        line = self._lines.get(chat)
        if line is None:
            return
        in_flight = line.first
        line.queue.clear()
        if line.state is State.SENDING:
            line.queue.append(in_flight)
        else:
            self._drop(line)

    def drop(self, line: Line) -> None:
        """Drop a line with all its messages."""
        line.queue.clear()
        self._drop(line)

    def _show(self, line: Line) -> None:
        (self._ready_urgent if line.urgent else self._ready).append(line)

    def _drop(self, line: Line) -> None:
        if self._lines.get(line.chat) is line:
            del self._lines[line.chat]
