"""Processes of their own for benchmarks: their lines of JSON, processor time and memory."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STOP_SECONDS = 15
START_SECONDS = 60
SETTLED_SECONDS = 1.0


class Child:
    """A process with lines of JSON in and out."""

    def __init__(self, *command: str, environment: Mapping[str, str] | None = None) -> None:
        # Neither settings nor what makes Python compile us anew at every start.
        others = ("VENTANILLA_", "PYTHONDONTWRITEBYTECODE")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(others)}
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**kept, "PYTHONPATH": str(ROOT), **(environment or {})},
            cwd=ROOT,
            text=True,
        )
        self._watched = psutil.Process(self.process.pid)

    def read(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def ask(self, **order: Any) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return self.read()

    def cpu(self) -> float:
        times = self._watched.cpu_times()
        return float(times.user + times.system)

    def megabytes(self) -> float:
        return float(self._watched.memory_info().rss) / 1e6

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # lets a profile be written
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def serve(
    folder: Path, *, port: int | None = None, profile: str | None = None, **settings: str
) -> tuple[Child, str]:
    """Start `ventanilla serve` and wait until it is ready; return it with its address.

    `settings` are those of the environment, without `VENTANILLA_` and in small letters.
    """
    port = port or free_port()
    environment = {"DATA_DIR": str(folder / "var"), "RATE_LIMIT": "off"}
    environment |= {name.upper(): value for name, value in settings.items()}
    command = ["-m", "bot.cli", "serve", "--port", str(port)]
    if profile:
        command = ["-m", "cProfile", "-o", profile, *command]
    named = {f"VENTANILLA_{name}": value for name, value in environment.items()}
    child = Child(*command, environment=named)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/health/ready")
    except OSError:
        child.stop()
        raise
    return child, url


def settle(children: Sequence[Child]) -> None:
    """Wait until processes have done the work of their start, such as a release of figures."""
    deadline = time.monotonic() + START_SECONDS
    before = sum(child.cpu() for child in children)
    while time.monotonic() < deadline:
        time.sleep(SETTLED_SECONDS)
        now = sum(child.cpu() for child in children)
        if now - before < SETTLED_SECONDS / 10:
            return
        before = now


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_for(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url) as answer:
                answer.read()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
