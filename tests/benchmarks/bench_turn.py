"""A turn without any channel: the decision alone, the whole durable turn, and where its time goes.

People go through a visit each as they make it. A part's time is the processor's own, taken around
the calls of a turn as it is made; the durable commit waits for the disk besides, so the turns a
second are by the clock. The baseline of each part is the whole turn of the same run; what counting
costs is the same turn with and without it.
"""

import contextlib
import itertools
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parent.parent))

from databases import engines
from rows import sized, tell
from sqlalchemy import Engine, event
from visits import a_chat, as_inbounds

from bot import chat as turns_of_chat
from bot import counting, danger, outbox, sessions
from bot.chat import Chat
from bot.compose import Composer
from bot.content import load_content
from bot.conversation import take_turn
from bot.messages import Message, Session
from knowledge import search
from knowledge.directory import finding

VISITS = sized(60, 8)
ROUNDS = sized(5, 2)
# What counting adds is small: the median over many pairs of single visits holds the noise down.
PAIRS, PAIR_VISITS = sized(300, 40), 1
COUNTING_SHARE = 0.1
# Calls within a turn, told apart. What one holds of another is not counted twice.
PARTS: dict[str, list[tuple[Any, str]]] = {
    "deciding": [(turns_of_chat, "take_turn")],
    "reading for danger": [(danger, "examine")],
    "search": [(search, "find")],
    "finding offices": [(finding, "find"), (finding, "chosen")],
    "writing the messages": [(Composer, "compose")],
    "session, sealed": [(sessions, "load"), (sessions, "save"), (sessions, "end")],
    "outbox, sealed": [(outbox, "add")],
    "counting": [(counting, "counting_of"), (counting, "count")],
}
_numbers = itertools.count(1)


class Stopwatch:
    """Sums the processor time of parts, each without the parts inside it."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._running: list[tuple[str, float]] = []

    def around(self, part: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **named: Any) -> Any:
            self.begin(part)
            try:
                return call(*args, **named)
            finally:
                self.end()

        return timed

    def begin(self, part: str) -> None:
        now = time.thread_time()
        if self._running:
            outer, since = self._running[-1]
            self.spent[outer] += now - since
        self._running.append((part, now))

    def end(self) -> None:
        now = time.thread_time()
        part, since = self._running.pop()
        self.spent[part] += now - since
        if self._running:
            self._running[-1] = (self._running[-1][0], now)


@contextlib.contextmanager
def watched(engine: Engine) -> Iterator[Stopwatch]:
    """Take the time of the parts while this lasts; a driver's work is the database's."""
    watch = Stopwatch()
    dialect = engine.dialect
    listened: list[tuple[str, Callable[..., Any]]] = [
        ("before_cursor_execute", lambda *_: watch.begin("database")),
        ("after_cursor_execute", lambda *_: watch.end()),
    ]
    with contextlib.ExitStack() as stack:
        for part, calls in PARTS.items():
            for owner, name in calls:
                timed = watch.around(part, getattr(owner, name))
                stack.enter_context(patch.object(owner, name, timed))
        commit = watch.around("database", dialect.do_commit)
        stack.enter_context(patch.object(dialect, "do_commit", commit))
        for name, listener in listened:
            event.listen(engine, name, listener)
        try:
            yield watch
        finally:
            for name, listener in listened:
                event.remove(engine, name, listener)


def take_visits(chat: Chat, visits: int) -> tuple[int, float, float]:
    """Take some visits; return the turns with their seconds by the clock and of the processor."""
    inbounds = [one for _ in range(visits) for one in as_inbounds(f"p{next(_numbers)}")]
    clock, spent = time.perf_counter(), time.thread_time()
    for inbound in inbounds:
        chat.take(inbound)
    return len(inbounds), time.perf_counter() - clock, time.thread_time() - spent


def decide(messages: Sequence[Message], content: Any) -> float:
    """Return the milliseconds of the decision alone."""
    spent = time.thread_time()
    turns = 0
    for _ in range(VISITS):
        session = Session()
        for message in messages:
            turn = take_turn(session, message, content)
            session = turn.session if turn.ending is None else Session()
            turns += 1
    return (time.thread_time() - spent) / turns * 1000


def uncounted(chat: Chat) -> float:
    with patch.object(counting, "counting_of", lambda *_: counting.Counting()):
        turns, _, spent = take_visits(chat, PAIR_VISITS)
    return spent / turns * 1000


def counted(chat: Chat) -> float:
    turns, _, spent = take_visits(chat, PAIR_VISITS)
    return spent / turns * 1000


def measure(name: str, url: str) -> None:
    content = load_content()
    with a_chat(url, content) as chat:
        take_visits(chat, 2)  # warm
        runs = [take_visits(chat, VISITS) for _ in range(ROUNDS)]
        rate = max(turns / clock for turns, clock, _ in runs)
        whole = min(spent / turns for turns, _, spent in runs) * 1000
        if name == "SQLite":
            messages = [inbound.message for inbound in as_inbounds("nobody")]
            decided = min(decide(messages, content) for _ in range(ROUNDS))
            tell("the decision alone (take_turn)", decided, "CPU ms",
                 beside=("a whole durable turn", whole))  # fmt: skip
        tell(f"a whole durable turn, {name}", whole, "CPU ms", note=f"{rate:,.0f} turns/s")
        with watched(chat.engine) as watch:
            turns, _, spent = take_visits(chat, VISITS)
        spent = spent / turns * 1000
        for part, seconds in sorted(watch.spent.items(), key=lambda one: -one[1]):
            tell(f"part: {part}, {name}", seconds / turns * 1000, "CPU ms",
                 beside=("the same turns, watched", spent))  # fmt: skip
        rest = spent - sum(watch.spent.values()) / turns * 1000
        tell(
            f"part: the rest, such as transactions, {name}",
            rest,
            "CPU ms",
            beside=("the same turns, watched", spent),
        )
        pairs = [(uncounted(chat), counted(chat)) for _ in range(PAIRS)]
        full = statistics.median(counted for _, counted in pairs)
        added = statistics.median(counted - plain for plain, counted in pairs)
        tell(f"what counting adds to a turn, {name}", added, "CPU ms",
             beside=("the turn with it", full), most_ratio=COUNTING_SHARE)  # fmt: skip


def main() -> None:
    for name, opened in engines().items():
        with opened() as url:
            measure(name, url)


if __name__ == "__main__":
    main()
