"""A flood of one chat on Telegram: told once, dropped, acknowledged; nobody else waits for it."""

import asyncio
from pathlib import Path

import pytest
from fake_telegram import FakeTelegram
from telegram_for_tests import WAYS, a_chat, content, rows, running, with_telegram

from bot.limits import Limits, Rate
from bot.phrases import TOO_MANY

FLOOD, BETO = 7001, 7002
FEW = {"chat": Rate(3, 0.001), "told": Rate(1, 0.001), "urgent": Rate(1, 0.001)}


@pytest.mark.parametrize("way", WAYS)
def test_a_flood_is_told_once_and_danger_in_it_is_answered(tmp_path: Path, way: str) -> None:
    async def flood(fake: FakeTelegram) -> None:
        async with running(fake, tmp_path, way, limits=Limits(FEW)) as service:
            for _ in range(30):
                fake.text(FLOOD, "w:help")
            fake.text(FLOOD, "me quiero matar")
            fake.text(BETO, "hola")
            await fake.until(lambda: fake.undelivered == 0 and fake.sent_to(BETO))
            await fake.until(lambda: any("911" in s.text for s in fake.sent_to(FLOOD)))
            told = [s for s in fake.sent_to(FLOOD) if s.text == content().text("es", TOO_MANY)]
            assert len(told) == 1
            handled = rows(service.chat, "handled_updates")
            assert handled == 3 + 1 + 1  # the burst, the danger, the other chat

    with_telegram(flood)


def test_a_chat_that_says_it_is_leaving_is_always_heard(tmp_path: Path) -> None:
    async def leave(fake: FakeTelegram) -> None:
        chat = a_chat(tmp_path)
        async with running(fake, tmp_path, chat=chat, limits=Limits(FEW)):
            for _ in range(6):
                fake.text(FLOOD, "hola")
            await fake.until(lambda: fake.undelivered == 0)
            assert rows(chat, "sessions") == 1
            fake.tap(FLOOD, "w:delete")
            await fake.until(lambda: fake.undelivered == 0)
            await asyncio.sleep(0.2)
            assert rows(chat, "handled_updates") == 3 + 1

    with_telegram(leave)
