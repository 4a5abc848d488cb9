"""How long until the first words of `ventanilla chat`, until `serve` is ready, and how big it is.

Baselines of the same run: a Python that imports SQLAlchemy alone; a first start on an empty folder,
with its schema and the shipped directory to make, beside every later one.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from children import ROOT, serve
from rows import sized, tell

RUNS = sized(7, 2)
STARTS = sized(3, 1)
CHAT_MS = 1_000
SERVE_MB = 150


def until_first_words(*command: str, folder: str) -> tuple[float, float]:
    """Return the milliseconds until a child has written its first line, and its MB by then."""
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, *command],
        env={"PYTHONPATH": str(ROOT), "VENTANILLA_DATA_DIR": str(Path(folder) / "var")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdin is not None
    child.stdout.readline()
    taken = (time.perf_counter() - begun) * 1000
    megabytes = psutil.Process(child.pid).memory_info().rss / 1e6
    child.stdin.close()
    child.stdout.close()
    child.wait()
    return taken, megabytes


def median_of(*command: str) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        runs = [until_first_words(*command, folder=folder) for _ in range(RUNS)]
    return statistics.median(ms for ms, _ in runs), max(megabytes for _, megabytes in runs)


def until_ready(folder: Path) -> tuple[float, float]:
    """Return the milliseconds until a server is ready, and its MB."""
    begun = time.perf_counter()
    child, _ = serve(folder)
    try:
        return (time.perf_counter() - begun) * 1000, child.megabytes()
    finally:
        child.stop()


def main() -> None:
    alchemy, alchemy_mb = median_of(
        "-c", "import sqlalchemy, sys; print(flush=True); sys.stdin.read()"
    )
    beside = "Python with SQLAlchemy"
    with tempfile.TemporaryDirectory() as folder:
        until_first_words("-m", "bot.cli", "chat", folder=folder)  # leaves the cache of the content
    chat, chat_mb = median_of("-m", "bot.cli", "chat")
    tell("`ventanilla chat` until the first words", chat, "ms", beside=(beside, alchemy),
         most=CHAT_MS, note=f"{chat_mb:.0f} MB")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        first, first_mb = until_ready(Path(folder))
        later = [until_ready(Path(folder)) for _ in range(STARTS)]
    again = statistics.median(ms for ms, _ in later)
    tell("`ventanilla serve`, the first start, until ready", first, "ms", beside=(beside, alchemy))
    tell("`ventanilla serve`, a later start, until ready", again, "ms",
         beside=("the first start", first))  # fmt: skip
    tell("memory of a server after its first start", first_mb, "MB", beside=(beside, alchemy_mb),
         most=SERVE_MB)  # fmt: skip
    tell("memory of a server after a later start", max(megabytes for _, megabytes in later), "MB",
         beside=(beside, alchemy_mb), most=SERVE_MB)  # fmt: skip


if __name__ == "__main__":
    main()
