"""Turns a second through Telegram: an echo bot on two transports, and Ventanilla both ways.

A machine that others use as well is a third quicker at one moment than at another. So the echo bot
on the faster transport and Ventanilla take turns, for some rounds, and the middle ratio counts.

`python tests/benchmarks/bench_telegram.py [--chats N] [--profile FILE]`. The fake server and each
bot are processes of their own; CPU is that of the bot alone.
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from children import HERE, Child, free_port, serve
from rows import sized, tell
from telegram_run import STEADY_RATE, TOKEN, Run, Start, profile_of, run, talking_to

TURNS = 20
CHATS = sized(200, 8)
P99_MS = 100
ROUNDS = sized(3, 1)
WAYS = ("webhook", "polling")
LIBRARY, OURS = "an echo bot, the library's transport", "an echo bot, our transport"
LEAST_OF_LIBRARY = 1.0
LEAST_OF_OURS = 0.4

# Three times as long, as it is three times as quick.
ECHO_SCRIPT = [f"una frase de ejemplo, la número {number}" for number in range(3 * TURNS)]
# A visit as people make it: some taps, some numbers, some questions.
VISIT = [
    *("hola", "c:SV", "f:documents", "1", "2", "menú", "ayuda", "w:menu", "f:documents", "atrás"),
    *("perdí mi dui", "gracias", "w:privacy", "inicio", "2", "w:menu", "pasaporte", "w:back"),
    *("privacidad", "salir"),
]


def echo_bot(transport: str) -> Start:
    @contextlib.contextmanager
    def start(api: str) -> Iterator[list[tuple[Child, str]]]:
        child = Child(str(HERE / "echo_bot.py"), api, TOKEN, transport)
        try:
            yield [(child, "")]
        finally:
            child.stop()

    return start


def ventanilla(way: str, profile: str | None) -> Start:
    @contextlib.contextmanager
    def start(api: str) -> Iterator[list[tuple[Child, str]]]:
        port = free_port()
        settings = talking_to(api, way, f"http://127.0.0.1:{port}")
        with tempfile.TemporaryDirectory() as folder:
            at = profile_of(profile, way)
            child, url = serve(Path(folder), port=port, profile=at, **settings)
            try:
                yield [(child, url)]
            finally:
                child.stop()

    return start


def middle(pairs: Sequence[tuple[Run, Run]]) -> tuple[Run, Run]:
    """Return the pair whose ratio is the middle one."""
    return sorted(pairs, key=lambda pair: pair[0].rate / pair[1].rate)[len(pairs) // 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=CHATS)
    parser.add_argument("--profile", help="write cProfile's figures of Ventanilla to FILE.way")
    given = parser.parse_args()
    library = run(ECHO_SCRIPT[:TURNS], given.chats, echo_bot("default"))
    tell(LIBRARY, library.rate, "turns/s", note=library.note())
    pairs: dict[str, list[tuple[Run, Run]]] = {way: [] for way in WAYS}
    for number in range(1, ROUNDS + 1):
        ours = run(ECHO_SCRIPT, given.chats, echo_bot("aiohttp"))
        tell(OURS, ours.rate, "turns/s", note=ours.note())
        for way in WAYS:
            start = ventanilla(way, given.profile)
            found = run(VISIT, given.chats, start, steady=number == ROUNDS)
            pairs[way].append((found, ours))
    for way in WAYS:
        found, ours = middle(pairs[way])
        ratios = ", ".join(f"{one.rate / other.rate:.2f}" for one, other in pairs[way])
        name = f"Telegram by {way}, durable, SQLite"
        tell(name, found.rate, "turns/s", beside=(LIBRARY, library.rate),
             least_ratio=LEAST_OF_LIBRARY, note=found.note())  # fmt: skip
        tell(name, found.rate, "turns/s", beside=(OURS, ours.rate),
             least_ratio=LEAST_OF_OURS, note=f"in the rounds: {ratios}")  # fmt: skip
        waits = pairs[way][-1][0].waits
        tell(
            f"p99 by {way} at {STEADY_RATE} turns/s", waits["p99"] * 1000, "ms", most=P99_MS,
            note=f"p50 {waits['p50'] * 1000:.0f} ms, worst {waits['worst'] * 1000:.0f} ms",
        )  # fmt: skip


if __name__ == "__main__":
    main()
