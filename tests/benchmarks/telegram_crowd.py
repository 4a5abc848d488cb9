"""A crowd of people who write to the bot through the fake server, in a process of its own.

It prints its address, then reads orders as JSON lines and answers each with a JSON line:
`{"do": "ready"}` waits for the bot; `{"do": "probe", "script": […]}` counts the messages that
answer each turn of a script; `{"do": "rush", "script": […], "counts": […], "chats": N}` lets N
people go through it as fast as they are answered; `{"do": "steady", …, "rate": N}` begins N turns a
second; `{"do": "spread", "urls": […]}` pushes updates to several webhooks by chance. A turn is a
text, or an option id with `:` in second place, which is tapped.
"""

import asyncio
import itertools
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fake_telegram import FakeTelegram
from fake_telegram_people import Sent

QUIET_SECONDS = 0.15 if os.environ.get("BENCH_QUICK") == "1" else 0.4


class BalancedTelegram(FakeTelegram):
    """Telegram with a balancer before the webhook, which costs nothing here."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []
        self._dice = random.Random(5)

    async def _call_webhook(self, update: dict[str, Any]) -> bool:
        if self.urls:
            self.webhook = {**self.webhook, "url": self._dice.choice(self.urls)}
        return await super()._call_webhook(update)


class Crowd:
    def __init__(self, fake: BalancedTelegram) -> None:
        self._fake = fake
        self._chats = itertools.count(10_000)
        self._answers: dict[int, asyncio.Queue[float]] = {}
        self._options: dict[int, dict[str, str]] = {}
        fake.on_sent = self._take

    async def ready(self) -> dict[str, Any]:
        calls = self._fake.calls
        await self._fake.until(lambda: calls["getUpdates"] + calls["setWebhook"] > 0, 30)
        return {}

    async def spread(self, urls: list[str]) -> dict[str, Any]:
        self._fake.urls = urls
        return {}

    async def probe(self, script: list[str]) -> dict[str, Any]:
        chat = self._join()
        counts = []
        for turn in script:
            self._say(chat, turn)
            count = 0
            while await self._answered(chat, 5 if count == 0 else QUIET_SECONDS):
                count += 1
            counts.append(count)
        return {"counts": counts}

    async def rush(self, script: list[str], counts: list[int], chats: int) -> dict[str, Any]:
        started = time.monotonic()
        await asyncio.gather(*(self._converse(script, counts) for _ in range(chats)))
        seconds = time.monotonic() - started
        turns = chats * len(script)
        return {"turns": turns, "seconds": seconds, "messages": chats * sum(counts)}

    async def steady(
        self, script: list[str], counts: list[int], chats: int, rate: float
    ) -> dict[str, Any]:
        """Begin conversations so evenly that `rate` turns begin in a second, waiting for none."""
        waits: list[float] = []
        pause = chats / rate

        async def one(offset: float) -> None:
            await asyncio.sleep(offset)
            chat = self._join()
            for turn, count in zip(script, counts, strict=True):
                started = time.monotonic()
                self._say(chat, turn)
                for _ in range(count):
                    await self._answers[chat].get()
                waits.append(time.monotonic() - started)
                await asyncio.sleep(max(0.0, started + pause - time.monotonic()))

        await asyncio.gather(*(one(pause * number / chats) for number in range(chats)))
        waits.sort()
        return {
            "p50": waits[len(waits) // 2],
            "p99": waits[int(len(waits) * 0.99)],
            "worst": waits[-1],
            "turns": len(waits),
        }

    async def _converse(self, script: list[str], counts: list[int]) -> None:
        chat = self._join()
        for turn, count in zip(script, counts, strict=True):
            self._say(chat, turn)
            for _ in range(count):
                if not await self._answered(chat, 60):
                    raise TimeoutError(f"no answer to {turn}")

    def _join(self) -> int:
        chat = next(self._chats)
        self._answers[chat] = asyncio.Queue()
        return chat

    def _say(self, chat: int, turn: str) -> None:
        if turn[1:2] == ":":
            self._fake.tap(chat, turn)
        else:
            self._fake.text(chat, turn)

    async def _answered(self, chat: int, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._answers[chat].get(), seconds)
        except TimeoutError:
            return False
        return True

    def _take(self, sent: Sent) -> None:
        answers = self._answers.get(sent.chat)
        if answers is not None:
            answers.put_nowait(sent.at)
        self._fake.sent.clear()  # a long run shall not grow
        self._fake.history.clear()


async def main() -> None:
    fake = BalancedTelegram()
    async with fake:
        crowd = Crowd(fake)
        print(json.dumps({"url": fake.url}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            order = json.loads(line)
            result = await getattr(crowd, order.pop("do"))(**order)
            print(json.dumps(result), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
