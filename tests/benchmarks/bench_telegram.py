"""Turns a second through Telegram: an echo bot on two transports, and Ventanilla both ways.

`python tests/benchmarks/bench_telegram.py [--chats N] [--profile FILE]`. The fake server and each
bot are processes of their own; CPU is that of the bot alone.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TOKEN = "123456:not-a-real-token"
TURNS = 20
STEADY_RATE = 50

ECHO_SCRIPT = [f"una frase de ejemplo, la número {number}" for number in range(TURNS)]
# A visit as people make it: some taps, some numbers, some questions.
VISIT = [
    *("hola", "c:SV", "f:documents", "1", "2", "menú", "ayuda", "w:menu", "f:documents", "atrás"),
    *("perdí mi dui", "gracias", "w:privacy", "inicio", "2", "w:menu", "pasaporte", "w:back"),
    *("privacidad", "salir"),
]


class Child:
    """A process with lines of JSON in and out."""

    def __init__(self, *command: str, environment: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
            cwd=ROOT,
            text=True,
        )

    def read(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def ask(self, **order: Any) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return self.read()

    def cpu(self) -> float:
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def megabytes(self) -> float:
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # lets a profile be written
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def measure(name: str, script: list[str], chats: int, start: Any, *, steady: bool) -> float:
    """Run one bot against a fresh crowd, print its line and return its turns a second."""
    crowd = Child(str(HERE / "telegram_crowd.py"))
    with tempfile.TemporaryDirectory() as folder:
        bot = start(crowd.read()["url"], Path(folder))
        try:
            crowd.ask(do="ready")
            counts = crowd.ask(do="probe", script=script)["counts"]
            crowd.ask(do="rush", script=script, counts=counts, chats=20)  # warm
            cpu = bot.cpu()
            result = crowd.ask(do="rush", script=script, counts=counts, chats=chats)
            cpu = bot.cpu() - cpu
            turns = result["turns"]
            rate = turns / result["seconds"]
            line = (
                f"{name:42} {rate:7.0f} turns/s  {cpu * 1000 / turns:5.2f} CPU ms a turn  "
                f"{result['messages'] / turns:.2f} messages a turn  {bot.megabytes():.0f} MB"
            )
            if steady:
                waits = crowd.ask(
                    do="steady", script=script, counts=counts, chats=25, rate=STEADY_RATE
                )
                line += (
                    f"\n{'':42} at {STEADY_RATE} turns/s: p50 {waits['p50'] * 1000:.0f} ms, "
                    f"p99 {waits['p99'] * 1000:.0f} ms, worst {waits['worst'] * 1000:.0f} ms"
                )
            print(line, flush=True)
            return rate
        finally:
            bot.stop()
            crowd.stop()


def echo_bot(transport: str) -> Any:
    return lambda url, _folder: Child(str(HERE / "echo_bot.py"), url, TOKEN, transport)


def ventanilla(way: str, profile: str | None) -> Any:
    def start(url: str, folder: Path) -> Child:
        port = free_port()
        environment = {
            "VENTANILLA_DATA_DIR": str(folder / "var"),
            "VENTANILLA_TELEGRAM_TOKEN": TOKEN,
            "VENTANILLA_TELEGRAM_API_URL": url,
            "VENTANILLA_RATE_LIMIT": "off",
        }
        if way == "webhook":
            environment["VENTANILLA_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
            environment["VENTANILLA_TELEGRAM_WEBHOOK"] = "1"
        command = ["-m", "bot.cli", "serve", "--port", str(port)]
        if profile:
            command = ["-m", "cProfile", "-o", f"{profile}.{way}", *command]
        child = Child(*command, environment=environment)
        wait_for(f"http://127.0.0.1:{port}/health/ready")
        return child

    return start


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url) as answer:
                answer.read()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--profile", help="write cProfile's figures of Ventanilla to FILE.way")
    parser.add_argument("--only", choices=list("abcd"), action="append")
    given = parser.parse_args()
    rows: dict[str, tuple[str, list[str], Any, bool]] = {
        "a": ("(a) echo bot, the library's transport", ECHO_SCRIPT, echo_bot("default"), False),
        "b": ("(b) echo bot, our transport", ECHO_SCRIPT, echo_bot("aiohttp"), False),
        "c": ("(c) Ventanilla, webhook", VISIT, ventanilla("webhook", given.profile), True),
        "d": ("(d) Ventanilla, polling", VISIT, ventanilla("polling", given.profile), False),
    }
    rate = {}
    for key, (name, script, start, steady) in rows.items():
        if given.only is None or key in given.only:
            rate[key] = measure(name, script, given.chats, start, steady=steady)
    for above, below in ("ca", "da", "cb", "db"):
        if above in rate and below in rate:
            print(f"{above}/{below} = {rate[above] / rate[below]:.2f}")


if __name__ == "__main__":
    main()
