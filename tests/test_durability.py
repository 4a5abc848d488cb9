"""The whole service is killed in the middle of a burst, again and again, and loses nothing.

`ventanilla serve` runs as a process of its own against a fake Telegram and is ended by SIGKILL at
random instants. What it must keep: every message is answered, in order; only replies that were on
their way at a kill come twice; an update delivered again changes nothing.
"""

import asyncio
import os
import random
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fake_telegram import TOKEN, FakeTelegram
from sqlalchemy import create_engine
from telegram_for_tests import SECRET_KEY, WAYS, expected_replies

ROOT = Path(__file__).resolve().parent.parent
CHATS = range(40_001, 40_031)
KILLS = 3
IN_FLIGHT_SECONDS = 2.0
# Ten turns whose replies need no directory.
TURNS = (
    *("hola", "c:GT", "w:help", "qwrtz", "w:privacy"),
    *("l:en", "w:help", "zxcvb", "w:person", "w:exit"),
)


@dataclass
class Serving:
    """`ventanilla serve` in a process of its own, to be killed and started again."""

    fake: FakeTelegram
    folder: Path
    way: str
    port: int
    process: asyncio.subprocess.Process | None = None
    starts: list[float] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)

    async def start(self) -> None:
        environment = {
            **os.environ,
            "VENTANILLA_DATA_DIR": str(self.folder),
            "VENTANILLA_SECRET_KEY": SECRET_KEY,
            "VENTANILLA_SHIPPED_DIRECTORY": "off",
            "VENTANILLA_RATE_LIMIT": "off",
            "VENTANILLA_TELEGRAM_TOKEN": TOKEN,
            "VENTANILLA_TELEGRAM_API_URL": self.fake.url,
        }
        if self.way == "webhook":
            environment["VENTANILLA_PUBLIC_URL"] = f"http://127.0.0.1:{self.port}"
            environment["VENTANILLA_TELEGRAM_WEBHOOK"] = "1"
        method = "setWebhook" if self.way == "webhook" else "getUpdates"
        seen = self.fake.calls[method]
        self.starts.append(time.monotonic())
        command = (sys.executable, "-m", "bot.cli", "serve", "--port", str(self.port))
        self.process = await asyncio.create_subprocess_exec(
            *command, env=environment, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
        )
        process = self.process
        await self.fake.until(
            lambda: self.fake.calls[method] > seen or process.returncode is not None, 30
        )
        assert process.returncode is None, "ventanilla serve did not start"

    async def end(self, number: signal.Signals) -> None:
        assert self.process is not None
        if number is signal.SIGKILL:
            self.kills.append(time.monotonic())
        if self.process.returncode is None:
            self.process.send_signal(number)
        await self.process.wait()

    def stored_sessions(self) -> list[tuple[bytes, bytes]]:
        engine = create_engine(f"sqlite:///{self.folder / 'ventanilla.sqlite3'}")
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT chat, state FROM sessions ORDER BY chat")
            found = [(row[0], row[1]) for row in rows]
        engine.dispose()
        return found


@pytest.mark.parametrize("way", WAYS)
def test_a_killed_service_loses_no_message_and_repeats_only_what_was_in_flight(
    tmp_path: Path, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = random.randrange(1_000_000)
    dice = random.Random(seed)

    async def burst(fake: FakeTelegram, serving: Serving) -> None:
        turns = list(TURNS)
        for _ in range(KILLS):
            await serving.start()
            sent = len(fake.sent)
            share, turns = turns[: len(TURNS) // (KILLS + 1)], turns[len(TURNS) // (KILLS + 1) :]
            say(fake, share)
            await fake.until(lambda sent=sent: len(fake.sent) > sent)
            await asyncio.sleep(dice.uniform(0.0, 0.3))
            await serving.end(signal.SIGKILL)
        say(fake, turns)
        await serving.start()
        # All say the same, so all are to hear the same.
        expected = [m.text for m in expected_replies(fake.updates_of(CHATS[0]))]
        await fake.until(lambda: all(follow(fake, c, expected, serving)[0] for c in CHATS), 30)
        await asyncio.sleep(0.3)

        ends, doubled = zip(*(follow(fake, c, expected, serving) for c in CHATS), strict=True)
        assert all(ends)
        before, stored = len(fake.sent), serving.stored_sessions()
        await deliver_again(fake, serving)
        assert len(fake.sent) == before
        assert serving.stored_sessions() == stored
        with capsys.disabled():
            print(
                f"\n{way}: {len(fake.history)} messages of {len(CHATS)} chats, {before} replies, "
                f"{len(serving.kills)} kills, {sum(doubled)} replies doubled, 0 lost (seed {seed})"
            )

    run(tmp_path, way, burst)


def say(fake: FakeTelegram, turns: list[str]) -> None:
    for turn in turns:
        for chat in CHATS:
            fake.tap(chat, turn) if turn[1] == ":" else fake.text(chat, turn)


def follow(
    fake: FakeTelegram, chat: int, expected: list[str], serving: Serving
) -> tuple[bool, int]:
    """Check what a chat received; return whether it is complete and how much came twice.

    What one process sent is a stretch of what is expected, which begins where the process before
    it was killed, or so much earlier as was in flight then.
    """
    place, doubled = 0, 0
    received = fake.sent_to(chat)
    ends = [*serving.starts[1:], float("inf")]
    for start, end in zip(serving.starts, ends, strict=True):
        stretch = [sent.text for sent in received if start <= sent.at < end]
        begins = [
            begin
            for begin in range(place, -1, -1)
            if expected[begin : begin + len(stretch)] == stretch
        ]
        assert begins, f"chat {chat}: {stretch} does not go on at {place} of {expected}"
        again = place - begins[0]
        sent_before = [sent.at for sent in received if sent.at < start]
        kill = max((k for k in serving.kills if k < start), default=0.0)
        assert all(kill - at < IN_FLIGHT_SECONDS for at in sent_before[len(sent_before) - again :])
        place, doubled = begins[0] + len(stretch), doubled + again
    return place == len(expected), doubled


async def deliver_again(fake: FakeTelegram, serving: Serving) -> None:
    """Give all updates once more to the service, which for a poller must not know its offset."""
    await serving.end(signal.SIGTERM)
    if serving.way == "polling":
        fake.redeliver()
    await serving.start()
    if serving.way == "webhook":
        fake.redeliver()
        accepted = fake.webhook_statuses[200]
        await fake.until(lambda: fake.webhook_statuses[200] >= accepted + len(fake.history), 20)
    else:
        await fake.until(lambda: fake.undelivered == 0, 20)
    await asyncio.sleep(0.3)


def run(folder: Path, way: str, test: Callable[[FakeTelegram, Serving], Awaitable[None]]) -> None:
    async def inside() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        async with FakeTelegram() as fake:
            serving = Serving(fake, folder, way, port)
            try:
                await asyncio.wait_for(test(fake, serving), 90)
            finally:
                if serving.process is not None:
                    await serving.end(signal.SIGKILL)

    asyncio.run(inside())
