"""How long until `ventanilla chat` shows its first words, and how big a serving process is.

Baselines of the same run: a Python that does nothing, and one that imports SQLAlchemy alone.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil

RUNS = 7
TURNS = 500


def until_first_words(command: list[str], environment: dict[str, str]) -> float:
    """Return the seconds until a child process has written its first line."""
    begun = time.perf_counter()
    child = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdin is not None
    child.stdout.readline()
    seconds = time.perf_counter() - begun
    child.stdin.close()
    child.wait()
    return seconds


def median_of(command: list[str], environment: dict[str, str]) -> float:
    return statistics.median(until_first_words(command, environment) for _ in range(RUNS))


def serving_memory(environment: dict[str, str]) -> tuple[float, float, float]:
    """Return seconds until ready, and MB resident at the start and after some turns."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready").close()
                break
            except OSError:
                time.sleep(0.02)
        ready = time.perf_counter() - begun
        before = psutil.Process(child.pid).memory_info().rss / 1e6
        body = b'{"text": "perdi mi dui", "country": "SV"}'
        for _ in range(TURNS):
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/chat", body, {"Content-Type": "application/json"}
            )
            urllib.request.urlopen(request).read()
        return ready, before, psutil.Process(child.pid).memory_info().rss / 1e6
    finally:
        child.terminate()
        child.wait()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("VENTANILLA_")}
        environment |= {
            "VENTANILLA_DATA_DIR": str(Path(folder) / "var"),
            "VENTANILLA_RATE_LIMIT": "off",
        }
        nothing = median_of([sys.executable, "-c", "print()"], environment)
        alchemy = median_of([sys.executable, "-c", "import sqlalchemy; print()"], environment)
        chat = median_of([sys.executable, "-m", "bot.cli", "chat"], environment)
        print(f"Python alone          {nothing * 1000:6.0f} ms")
        print(f"Python + SQLAlchemy   {alchemy * 1000:6.0f} ms")
        print(
            f"ventanilla chat       {chat * 1000:6.0f} ms until the first words, "
            f"{chat / alchemy:.1f} × Python + SQLAlchemy (target: under 1,000 ms)"
        )
        ready, before, after = serving_memory(environment)
        print(
            f"ventanilla serve      {ready * 1000:6.0f} ms until ready on an empty folder, "
            f"{before:.0f} MB, {after:.0f} MB after {TURNS} turns (target: under 150 MB)"
        )


if __name__ == "__main__":
    main()
