"""Conversations through the real channel, by polling and by webhook, against a fake server."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from fake_telegram import FakeTelegram
from telegram_for_tests import WAYS, expected_replies, rows, running, sessions_of, with_telegram

from bot import phrases
from bot.channels.telegram_updates import ALLOWED_UPDATES

ALICE = 1001
# Turns whose replies tell one from the next, so that a wrong order shows.
TURNS = ("hola", "c:GT", "qwrtz", "w:help")


def say(fake: FakeTelegram, chat: int, turn: str) -> int:
    return fake.tap(chat, turn) if turn[1] == ":" else fake.text(chat, turn)


@pytest.mark.parametrize("way", WAYS)
def test_a_conversation_goes_through(tmp_path: Path, way: str) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        async with running(fake, tmp_path, way) as service:
            fake.text(ALICE, "hola")
            await fake.until(lambda: any(sent.buttons for sent in fake.sent_to(ALICE)))
            option, label = fake.sent_to(ALICE)[-1].buttons[0]
            before = len(fake.sent)
            fake.tap(ALICE, label)
            await fake.replies(ALICE, before + 1)
            await fake.until(lambda: rows(service.chat, "outbox") == 0)
            await fake.until(lambda: len(fake.taps_answered) == 1)
        expected = expected_replies(fake.history)
        assert [sent.text for sent in fake.sent] == [message.text for message in expected]
        assert fake.history[-1]["callback_query"]["data"] == option

    with_telegram(conversation)


@pytest.mark.parametrize("way", WAYS)
def test_two_hundred_chats_at_once_are_each_answered_in_order(tmp_path: Path, way: str) -> None:
    async def burst(fake: FakeTelegram) -> None:
        chats = range(5000, 5200)
        async with running(fake, tmp_path, way):
            for turn in TURNS:
                for chat in chats:
                    say(fake, chat, turn)
            expected = [m.text for m in expected_replies(fake.updates_of(chats[0]))]
            await fake.until(lambda: len(fake.sent) >= len(expected) * len(chats), 100)
            await asyncio.sleep(0.1)
        assert len(set(expected)) == len(expected)
        for chat in chats:
            assert [sent.text for sent in fake.sent_to(chat)] == expected

    with_telegram(burst)


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "a", "width": 1, "height": 1}], "caption": "mi acta"},
        {"voice": {"file_id": "a", "duration": 2}},
        {"document": {"file_id": "a"}},
        {"sticker": {"file_id": "a"}},
        {"contact": {"phone_number": "1", "first_name": "Ana"}},
    ],
    ids=lambda content: next(iter(content)),
)
def test_what_cannot_be_read_is_answered_and_not_fetched(
    tmp_path: Path, content: dict[str, Any]
) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        async with running(fake, tmp_path):
            fake.message(ALICE, content)
            await fake.until(
                lambda: any(phrases.CANNOT_READ_THIS in sent.text for sent in fake.sent)
            )
        assert "getFile" not in fake.calls

    with_telegram(conversation)


def test_a_location_is_answered_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        async with running(fake, tmp_path):
            fake.message(ALICE, {"location": {"latitude": 14.0723, "longitude": -87.1921}})
            await fake.replies(ALICE, 1)

    with_telegram(conversation)
    for file in tmp_path.iterdir():
        assert b"14.0723" not in file.read_bytes()


def test_groups_and_edits_of_captions_are_left_alone(tmp_path: Path) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        async with running(fake, tmp_path):
            fake.message(ALICE, {"text": "hola", "chat": {"id": -5, "type": "group"}})
            fake.edit(ALICE, {"photo": [{"file_id": "a"}], "caption": "hola"})
            fake.text(ALICE + 1, "hola")
            await fake.replies(ALICE + 1, 1)
        assert {sent.chat for sent in fake.sent} == {ALICE + 1}

    with_telegram(conversation)


def test_a_button_of_long_ago_is_answered_and_acknowledged(tmp_path: Path) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        async with running(fake, tmp_path):
            for option in ("o:gone/gone/gone", "f:gone", "¿?"):
                before = len(fake.sent)
                fake.tap(ALICE, option)
                await fake.replies(ALICE, before + 1)
            await fake.until(lambda: len(fake.taps_answered) == 3)

    with_telegram(conversation)


@pytest.mark.parametrize("way", WAYS)
def test_whoever_blocks_the_bot_is_forgotten(tmp_path: Path, way: str) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        async with running(fake, tmp_path, way) as service:
            fake.text(ALICE, "hola")
            await fake.replies(ALICE, 1)
            assert sessions_of(service.chat) == 1
            fake.kick(ALICE)
            await fake.until(lambda: sessions_of(service.chat) == 0)

    with_telegram(conversation)


def test_the_first_start_sets_the_profile_and_the_second_finds_it_right(tmp_path: Path) -> None:
    async def starts(fake: FakeTelegram) -> None:
        for _ in range(2):
            before = fake.calls["getMyShortDescription"]
            async with running(fake, tmp_path) as service:
                profile = service.channel._presenting
                await fake.until(lambda profile=profile: profile.done())
            assert fake.calls["getMyShortDescription"] > before
        written = sum(count for call, count in fake.calls.items() if call.startswith("setMy"))
        assert written == len(fake.profile) >= 4
        assert fake.profile["name", ""] == "Ventanilla"
        assert fake.profile["commands", ""][0]["command"] == "menu"

    with_telegram(starts)


def test_polling_takes_the_webhook_away_and_a_webhook_names_its_secret(tmp_path: Path) -> None:
    async def starts(fake: FakeTelegram) -> None:
        async with running(fake, tmp_path, "webhook") as service:
            await fake.until(lambda: bool(fake.webhook))
            assert fake.webhook["url"] == f"{service.url}/telegram/webhook"
            assert fake.webhook["secret_token"] == service.chat.vault.token("telegram-webhook")
            assert fake.webhook["allowed_updates"] == list(ALLOWED_UPDATES)
        async with running(fake, tmp_path, "polling"):
            fake.text(ALICE, "hola")
            await fake.replies(ALICE, 1)
            assert not fake.webhook

    with_telegram(starts)
