"""Turns a second through Telegram: an echo bot on two transports, and Ventanilla both ways.

`python tests/benchmarks/bench_telegram.py [--chats N] [--profile FILE]`. The fake server and each
bot are processes of their own; CPU is that of the bot alone.
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from children import HERE, Child, free_port, serve
from rows import sized, tell
from telegram_run import STEADY_RATE, TOKEN, Run, Start, profile_of, run, talking_to

TURNS = 20
CHATS = sized(200, 8)
P99_MS = 100
# Of the turns a second of an echo bot on the library's transport, and on ours.
LEAST = {"a": 1.0, "b": 0.4}

ECHO_SCRIPT = [f"una frase de ejemplo, la número {number}" for number in range(TURNS)]
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=CHATS)
    parser.add_argument("--profile", help="write cProfile's figures of Ventanilla to FILE.way")
    given = parser.parse_args()
    echoes: dict[str, tuple[str, Run]] = {}
    for key, transport, name in (
        ("a", "default", "an echo bot, the library's transport"),
        ("b", "aiohttp", "an echo bot, our transport"),
    ):
        echoes[key] = name, run(ECHO_SCRIPT, given.chats, echo_bot(transport))
        tell(name, echoes[key][1].rate, "turns/s", note=echoes[key][1].note())
    for way in ("webhook", "polling"):
        found = run(VISIT, given.chats, ventanilla(way, given.profile), steady=True)
        for key, (name, echo) in echoes.items():
            tell(f"Telegram by {way}, durable, SQLite", found.rate, "turns/s",
                 beside=(name, echo.rate), least_ratio=LEAST[key], note=found.note())  # fmt: skip
        waits = found.waits
        tell(
            f"p99 by {way} at {STEADY_RATE} turns/s", waits["p99"] * 1000, "ms", most=P99_MS,
            note=f"p50 {waits['p50'] * 1000:.0f} ms, worst {waits['worst'] * 1000:.0f} ms",
        )  # fmt: skip


if __name__ == "__main__":
    main()
