"""Replies on their way, a line for each chat: in order within it, and an order among the lines.

Help in danger goes first, then fresh replies, then what is late, the oldest chats first. Only the
order is kept here; who sends, waits and deletes is the sender's business.
"""

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.outbox import Delivery

# A reply that waits longer than this is late, and joins those that wait for longer still.
FRESH_SECONDS = 10.0
LATE = float("-inf")  # when a reply came that an earlier run left behind


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
    came: deque[float] = field(default_factory=deque)
    state: State = State.READY
    failures: int = 0
    timer: asyncio.TimerHandle | None = None
    retries: bool = False  # it waits because of trouble, not because it was asked to

    @property
    def first(self) -> Delivery:
        """The message whose turn it is."""
        return self.queue[0]

    @property
    def urgent(self) -> bool:
        """Whether help in danger waits in this line."""
        return any(delivery.message.urgent for delivery in self.queue)

    def clear(self) -> None:
        """Take all messages off."""
        self.queue.clear()
        self.came.clear()


class Lines:
    """All lines of a channel; `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lines: dict[bytes, Line] = {}
        # Hints about which lines to look at next: one that is no longer true is passed over.
        self._urgent: deque[Line] = deque()
        self._fresh: deque[Line] = deque()
        self._late: list[tuple[int, int, Line]] = []
        self._numbers = itertools.count()

    def __iter__(self) -> Iterator[Line]:
        return iter(tuple(self._lines.values()))

    @property
    def may_be_ready(self) -> bool:
        """Whether it is worth asking for the next line."""
        return bool(self._urgent or self._fresh or self._late)

    @property
    def urgent_first(self) -> bool:
        """Whether the next line may be one with help in danger."""
        return bool(self._urgent)

    def add(self, delivery: Delivery, *, late: bool = False) -> bool:
        """Put a message at the end of its chat's line; return whether the line is now ready."""
        came = LATE if late else self._clock()
        line = self._lines.get(delivery.chat)
        if line is None:
            line = Line(delivery.chat, deque([delivery]), deque([came]))
            self._lines[delivery.chat] = line
            self._show(line)
            return True
        line.queue.append(delivery)
        line.came.append(came)
        if line.state is not State.READY or not delivery.message.urgent:
            return False
        self._urgent.append(line)
        return True

    def next(self) -> Line | None:
        """Return the line to send from, which is then `SENDING`; None when none is ready."""
        line = self._next_urgent() or self._next_fresh() or self._next_late()
        if line is not None:
            line.state = State.SENDING
        return line

    def strike(self, line: Line) -> Delivery:
        """Take the first message off a line, which is then ready for the next one, or gone."""
        delivery = line.queue.popleft()
        line.came.popleft()
        line.failures = 0
        if line.queue:
            self._make_ready(line)
        else:
            self._drop(line)
        return delivery

    def wait(self, line: Line, timer: asyncio.TimerHandle, *, retries: bool) -> None:
        """Hold a line back until `resume`, which `timer` calls."""
        line.state, line.timer, line.retries = State.WAITING, timer, retries

    def resume(self, line: Line) -> bool:
        """Let a line that waits go on; whether there is anything to send."""
        if line.state is not State.WAITING or not line.queue:
            return False
        self._make_ready(line)
        return True

    def forget(self, chat: bytes) -> None:
        """Drop a chat's messages, apart from one that is being sent at this moment."""
        line = self._lines.get(chat)
        if line is None:
            return
        if line.state is State.SENDING:
            while len(line.queue) > 1:
                line.queue.pop()
                line.came.pop()
        else:
            self.drop(line)

    def discard(self, ids: Collection[int]) -> None:
        """Drop some messages wherever they are, apart from those being sent at this moment."""
        for line in self if ids else ():
            sending = line.state is State.SENDING
            kept = [
                (delivery, came)
                for place, (delivery, came) in enumerate(zip(line.queue, line.came, strict=True))
                if delivery.id not in ids or (sending and place == 0)
            ]
            if not kept:
                self.drop(line)
            elif len(kept) < len(line.queue):
                line.queue = deque(delivery for delivery, _ in kept)
                line.came = deque(came for _, came in kept)
                if line.state is State.READY:
                    self._show(line)

    def drop(self, line: Line) -> None:
        """Drop a line with all its messages."""
        line.clear()
        self._drop(line)

    def _next_urgent(self) -> Line | None:
        while self._urgent:
            line = self._urgent.popleft()
            if line.state is State.READY and line.queue:
                return line
        return None

    def _next_fresh(self) -> Line | None:
        while self._fresh:
            line = self._fresh.popleft()
            if line.state is not State.READY or not line.queue:
                continue
            if line.came[0] >= self._clock() - FRESH_SECONDS:
                return line
            self._show(line)
        return None

    def _next_late(self) -> Line | None:
        while self._late:
            number, _, line = heapq.heappop(self._late)
            if line.state is State.READY and line.queue and line.first.id == number:
                return line
        return None

    def _make_ready(self, line: Line) -> None:
        if line.timer is not None:
            line.timer.cancel()
            line.timer = None
        line.state = State.READY
        self._show(line)

    def _show(self, line: Line) -> None:
        if line.urgent:
            self._urgent.append(line)
        elif line.came[0] >= self._clock() - FRESH_SECONDS:
            self._fresh.append(line)
        else:
            heapq.heappush(self._late, (line.first.id, next(self._numbers), line))

    def _drop(self, line: Line) -> None:
        if line.timer is not None:
            line.timer.cancel()
            line.timer = None
        if self._lines.get(line.chat) is line:
            del self._lines[line.chat]
