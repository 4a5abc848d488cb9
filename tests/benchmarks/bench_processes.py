"""Telegram's webhook with SQLite, with PostgreSQL, and with two processes on one PostgreSQL.

Chats alternate between the two by chance, with nothing in between. All share the machine with the
database and with the crowd that writes, so two processes show what sharing costs rather than what a
second machine would bring; processor time a turn is that of the serving processes alone.
"""

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from children import Child, free_port, serve
from databases import engines
from rows import sized, tell
from telegram_run import Run, Start, run, talking_to
from visits import SECRET, VISIT

CHATS = sized(150, 6)


def serving(processes: int, database_url: str) -> Start:
    @contextlib.contextmanager
    def start(api: str) -> Iterator[list[tuple[Child, str]]]:
        ports = [free_port() for _ in range(processes)]
        settings = {
            **talking_to(api, "webhook", f"http://127.0.0.1:{ports[0]}"),
            "database_url": database_url,
            "secret_key": SECRET,
        }
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            found = []
            for port in ports:
                child, url = serve(Path(folder), port=port, **settings)
                stack.callback(child.stop)
                found.append((child, url))
            yield found

    return start


def main() -> None:
    first: tuple[str, Run] | None = None
    for name, opened in engines().items():
        for processes in (1, 2) if name == "PostgreSQL" else (1,):
            with opened() as url:
                found = run(VISIT, CHATS, serving(processes, url))
            what = f"webhook, {name}, {processes} process{'es' if processes > 1 else ''}"
            beside = (first[0], first[1].rate) if first else None
            tell(what, found.rate, "turns/s", beside=beside, note=found.note())
            if first:
                tell(f"processor time, {what}", found.cpu_ms, "CPU ms",
                     beside=(first[0], first[1].cpu_ms))  # fmt: skip
            if first is None or processes == 1:
                first = what, found


if __name__ == "__main__":
    main()
