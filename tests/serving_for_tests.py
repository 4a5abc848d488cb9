"""`ventanilla serve` in processes of their own, to be killed; a fake Telegram with faults."""

import asyncio
import os
import random
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from fake_telegram import BAD_GATEWAY, RESET, TOKEN, FakeTelegram, Trouble, slow_down
from telegram_for_tests import SECRET_KEY

ROOT = Path(__file__).resolve().parent.parent
_held: list[socket.socket] = []  # the ports that were given away, as long as this process lives
FAULTS = (BAD_GATEWAY, RESET, Trouble(500, "Internal Server Error"), slow_down(0.1))


class FaultyTelegram(FakeTelegram):
    """A Telegram that refuses a share of what is sent to it."""

    def __init__(self, share: float, dice: random.Random) -> None:
        super().__init__()
        self.share = share
        self.faults = 0
        self._dice = dice

    def _next_trouble(self, method: str, chat: Any) -> Trouble | None:
        if method == "sendMessage" and self._dice.random() < self.share:
            self.faults += 1
            return self._dice.choice(FAULTS)
        return super()._next_trouble(method, chat)


@dataclass
class Serving:
    """One process that serves; `database_url` None is a SQLite file in `folder`."""

    fake: FakeTelegram
    folder: Path
    way: str = "webhook"
    database_url: str | None = None
    public_url: str | None = None
    port: int = field(default_factory=lambda: a_port())
    process: asyncio.subprocess.Process | None = None
    kills: list[float] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.folder / 'ventanilla.sqlite3'}"

    async def start(self) -> None:
        environment = {
            **os.environ,
            "VENTANILLA_DATA_DIR": str(self.folder),
            "VENTANILLA_DATABASE_URL": self.database,
            "VENTANILLA_SECRET_KEY": SECRET_KEY,
            "VENTANILLA_SHIPPED_DIRECTORY": "off",
            "VENTANILLA_RATE_LIMIT": "off",
            "VENTANILLA_TELEGRAM_TOKEN": TOKEN,
            "VENTANILLA_TELEGRAM_API_URL": self.fake.url,
        }
        if self.way == "webhook":
            environment["VENTANILLA_PUBLIC_URL"] = self.public_url or self.url
            environment["VENTANILLA_TELEGRAM_WEBHOOK"] = "1"
        command = (sys.executable, "-m", "bot.cli", "serve", "--port", str(self.port))
        with (self.folder / f"serve-{self.port}.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *command, env=environment, cwd=ROOT, stdout=log, stderr=log
            )
        while not await self._answers():
            assert self.process.returncode is None, "ventanilla serve did not start"
            await asyncio.sleep(0.1)

    async def _answers(self) -> bool:
        timeout = aiohttp.ClientTimeout(total=5)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(f"{self.url}/health/live") as response,
            ):
                return response.status == 200
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False

    async def kill(self) -> None:
        self.kills.append(time.monotonic())
        await self.end(signal.SIGKILL)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            if self.process.returncode is None:
                self.process.send_signal(number)
            await self.process.wait()


class Balancer:
    """Hands each webhook call to one of several processes, by chance."""

    def __init__(self, backends: list[Serving], dice: random.Random) -> None:
        self.port = a_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._backends = backends
        self._dice = dice

    async def __aenter__(self) -> "Balancer":
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self._runner = web.ServerRunner(web.Server(self._pass_on), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._runner.cleanup()

    async def _pass_on(self, request: web.BaseRequest) -> web.Response:
        url = self._dice.choice(self._backends).url + request.path
        headers = {k: v for k, v in request.headers.items() if k.lower().startswith("x-telegram")}
        try:
            async with self._session.post(
                url, data=await request.read(), headers=headers
            ) as response:
                return web.Response(status=response.status)
        except (aiohttp.ClientError, OSError):
            return web.Response(status=502)


def a_port() -> int:
    """A free port that nobody else is given while these tests run.

    It stays bound without listening: the system then hands it to no other program, and a process
    that is told its number may listen there (on Linux; elsewhere the port is only likely free).
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    port = int(held.getsockname()[1])
    if sys.platform == "linux":
        _held.append(held)
    else:
        held.close()
    return port


def fewest_repeats(expected: list[str], received: list[str]) -> int | None:
    """Return how many replies came again; None when one is missing or out of order.

    A process that begins where an earlier one died may go back some replies, and goes on from
    there in order. Texts may be alike, so all ways to read it are followed.
    """
    places = {0: 0}
    for text in received:
        further: dict[int, int] = {}
        for place, repeats in places.items():
            for back in range(min(place, len(expected) - 1), -1, -1):
                if expected[back] == text:
                    cost = repeats + place - back
                    further[back + 1] = min(further.get(back + 1, cost), cost)
        places = further
    return places.get(len(expected))


def in_flight(fake: FakeTelegram, kills: list[float], seconds: float) -> int:
    """Return how many replies were sent shortly before the kills: only those may come again."""
    return sum(any(0 <= kill - sent.at < seconds for kill in kills) for sent in fake.sent)
