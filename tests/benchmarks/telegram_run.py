"""One run of a bot against a crowd: turns a second, processor time, memory, and waiting."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from children import HERE, Child, settle
from rows import sized

TOKEN = "123456:not-a-real-token"
STEADY_RATE = 50
WARM_CHATS = sized(20, 4)
STEADY_CHATS = sized(50, 10)

# Starts the processes of a bot that talks to the Bot API at an address; told where each listens.
Start = Callable[[str], contextlib.AbstractContextManager[Sequence[tuple[Child, str]]]]


@dataclass(frozen=True, slots=True)
class Run:
    """What came of it; `waits` are p50, p99 and worst, in seconds, at `STEADY_RATE`."""

    rate: float
    cpu_ms: float
    messages: float
    megabytes: float
    waits: dict[str, float] = field(default_factory=dict)

    def note(self) -> str:
        return (
            f"{self.cpu_ms:.2f} CPU ms a turn, {self.messages:.2f} messages a turn, "
            f"{self.megabytes:.0f} MB"
        )


@contextlib.contextmanager
def a_crowd() -> Iterator[tuple[Child, str]]:
    """People who write, with the address of their Bot API."""
    crowd = Child(str(HERE / "telegram_crowd.py"))
    try:
        yield crowd, crowd.read()["url"]
    finally:
        crowd.stop()


# How many messages answer each turn of a script, once it has been tried.
_counted: dict[tuple[str, ...], list[int]] = {}


def run(script: Sequence[str], chats: int, start: Start, *, steady: bool = False) -> Run:
    """Let people go through a script as fast as they are answered, then at a steady rate."""
    known = tuple(script)
    with a_crowd() as (crowd, api), start(api) as bots:
        children = [child for child, _ in bots]
        crowd.ask(do="ready")
        settle(children)
        if len(bots) > 1:
            crowd.ask(do="spread", urls=[f"{url}/telegram/webhook" for _, url in bots])
        if known not in _counted:
            _counted[known] = crowd.ask(do="probe", script=script)["counts"]
        counts = _counted[known]
        crowd.ask(do="rush", script=script, counts=counts, chats=WARM_CHATS)
        before = sum(child.cpu() for child in children)
        result: dict[str, Any] = crowd.ask(do="rush", script=script, counts=counts, chats=chats)
        spent = sum(child.cpu() for child in children) - before
        turns = result["turns"]
        waits = {}
        if steady:
            waits = crowd.ask(
                do="steady", script=script, counts=counts, chats=STEADY_CHATS, rate=STEADY_RATE
            )
        return Run(
            turns / result["seconds"],
            spent * 1000 / turns,
            result["messages"] / turns,
            max(child.megabytes() for child in children),
            waits,
        )


def talking_to(api: str, way: str, url: str) -> dict[str, str]:
    """Return the settings of a Ventanilla at `url` that is told to talk to this Bot API."""
    settings = {"telegram_token": TOKEN, "telegram_api_url": api}
    if way == "webhook":
        settings |= {"public_url": url, "telegram_webhook": "1"}
    return settings


def profile_of(given: str | None, way: str) -> str | None:
    """Return where a process shall write its profile, if it shall."""
    return str(Path(f"{given}.{way}").resolve()) if given else None
