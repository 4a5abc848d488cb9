"""What happens to messages and replies when Telegram, the network, the database or we fail."""

import asyncio
import dataclasses
from pathlib import Path

import pytest
from fake_telegram import (
    BAD_GATEWAY,
    RESET,
    RESET_AFTER_ACCEPTING,
    FakeTelegram,
    Trouble,
    slow_down,
)
from telegram_for_tests import (
    WAYS,
    Logged,
    a_chat,
    expected_replies,
    rows,
    running,
    sessions_of,
    with_telegram,
)

from bot import phrases
from bot.chat import Chat
from bot.compose import Composer

ALICE, BETO = 1001, 1002
TURNS = ("hola", "c:SV", "qwrtz", "w:privacy", "w:help")


def expected_texts(fake: FakeTelegram, chat: int) -> list[str]:
    return [message.text for message in expected_replies(fake.updates_of(chat))]


def converse(fake: FakeTelegram, chat: int = ALICE) -> None:
    for turn in TURNS:
        fake.tap(chat, turn) if turn[1] == ":" else fake.text(chat, turn)


@pytest.mark.parametrize("way", WAYS)
def test_an_update_delivered_twice_is_answered_once(tmp_path: Path, way: str) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        fake.deliver_twice = way == "webhook"
        for _ in range(2):  # after a restart a poller gets all that is not confirmed once more
            async with running(fake, tmp_path, way) as service:
                await asyncio.sleep(0.1)
                if not fake.history:
                    converse(fake)
                else:
                    fake.redeliver()
                await fake.until(lambda: fake.undelivered == 0 or way == "polling")
                await fake.replies(ALICE, len(expected_texts(fake, ALICE)))
                await fake.until(lambda: rows(service.chat, "outbox") == 0)
                await asyncio.sleep(0.2)
        assert [sent.text for sent in fake.sent] == expected_texts(fake, ALICE)

    with_telegram(conversation)


@pytest.mark.parametrize("way", WAYS)
def test_half_a_character_holds_nobody_up(tmp_path: Path, way: str) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        fake.text(ALICE, "hola \ud83d")  # as JSON writes an emoji that was cut in two
        fake.text(BETO, "hola")
        async with running(fake, tmp_path, way):
            await fake.replies(ALICE, 1)
            await fake.replies(BETO, len(expected_texts(fake, BETO)))

    with_telegram(conversation)


@pytest.mark.parametrize(
    "trouble",
    [BAD_GATEWAY, RESET, slow_down(0.3), Trouble(500, "Internal"), Trouble(418, "?")],
    ids=["502", "reset", "429", "500", "418"],
)
def test_a_reply_that_fails_comes_later_and_in_order(tmp_path: Path, trouble: Trouble) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        fake.trouble("sendMessage", trouble, chat=ALICE)
        async with running(fake, tmp_path):
            converse(fake)
            converse(fake, BETO)
            expected = expected_texts(fake, ALICE)
            await fake.replies(BETO, len(expected))
            await fake.replies(ALICE, len(expected))
        for chat in (ALICE, BETO):
            assert [sent.text for sent in fake.sent_to(chat)] == expected

    with_telegram(conversation)


def test_a_reply_whose_answer_was_lost_is_doubled_and_not_lost(tmp_path: Path) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        fake.trouble("sendMessage", RESET_AFTER_ACCEPTING, chat=ALICE)
        async with running(fake, tmp_path):
            converse(fake)
            expected = expected_texts(fake, ALICE)
            await fake.replies(ALICE, len(expected) + 1)
        assert [sent.text for sent in fake.sent] == [expected[0], *expected]

    with_telegram(conversation)


def test_a_chat_told_to_wait_holds_no_other_chat_up(tmp_path: Path) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        fake.trouble("sendMessage", slow_down(60), chat=ALICE)
        async with running(fake, tmp_path):
            fake.text(ALICE, "hola")
            await fake.until(lambda: fake.calls["sendMessage"] == 1)
            fake.text(BETO, "hola")
            await fake.replies(BETO, 1)
            assert not fake.sent_to(ALICE)

    with_telegram(conversation)


@pytest.mark.parametrize("kind", ["blocked", "unknown"])
def test_a_chat_that_cannot_be_reached_is_forgotten(tmp_path: Path, kind: str) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        getattr(fake, kind).add(ALICE)
        async with running(fake, tmp_path) as service:
            fake.text(ALICE, "hola")
            fake.text(ALICE, "pasaporte")
            await fake.until(lambda: fake.calls["sendMessage"] >= 1)
            await fake.until(lambda: sessions_of(service.chat) == 0)
            await fake.until(lambda: rows(service.chat, "outbox") == 0)
            fake.text(BETO, "hola")
            await fake.replies(BETO, 1)

    with_telegram(conversation)


def test_a_restart_delivers_what_was_left_in_the_outbox(tmp_path: Path) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        fake.trouble("sendMessage", *[slow_down(60)] * 40)
        async with running(fake, tmp_path) as service:
            for chat in range(20):
                fake.text(7000 + chat, "hola")
                fake.text(7000 + chat, "w:help")
            await fake.until(lambda: rows(service.chat, "handled_updates") == 40)
            assert sessions_of(service.chat) == 20
            left = rows(service.chat, "outbox")
        assert left >= 20
        assert not fake.sent
        fake.no_more_trouble()
        async with running(fake, tmp_path) as service:
            await fake.until(lambda: rows(service.chat, "outbox") == 0)
        assert len(fake.sent) == left
        for chat in range(20):
            texts = [sent.text for sent in fake.sent_to(7000 + chat)]
            assert texts == expected_texts(fake, 7000 + chat)

    with_telegram(conversation)


@pytest.mark.parametrize("way", WAYS)
def test_without_the_database_danger_is_answered_at_once_and_the_rest_later(
    tmp_path: Path, way: str
) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        chat = a_chat(tmp_path)
        async with running(fake, tmp_path, way, chat):
            with chat.engine.begin() as connection:
                connection.exec_driver_sql("ALTER TABLE sessions RENAME TO away")
            fake.text(ALICE, "me quiero matar")
            fake.text(BETO, "hola")
            await fake.replies(ALICE, 1)
            if way == "webhook":  # at least one more delivery of both
                await fake.until(lambda: fake.webhook_statuses[503] >= 4)
            else:
                await asyncio.sleep(1.5)
            assert "911" in "".join(sent.text for sent in fake.sent_to(ALICE))
            helped = len(fake.sent)
            assert not fake.sent_to(BETO)
            with chat.engine.begin() as connection:
                connection.exec_driver_sql("ALTER TABLE away RENAME TO sessions")
            await fake.replies(BETO, 1)
            await fake.until(lambda: len(fake.sent_to(ALICE)) > helped)

    with_telegram(conversation)


@pytest.mark.parametrize("way", WAYS)
def test_a_turn_that_fails_is_apologised_for_and_does_not_stop_the_queue(
    tmp_path: Path, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        whole = a_chat(tmp_path)
        # Content at odds with itself: the conversation shows articles that are not there.
        broken = Composer(dataclasses.replace(whole.content, articles={}))
        chat = Chat(whole.engine, whole.vault, whole.content, broken)
        async with running(fake, tmp_path, way, chat):
            fake.tap(ALICE, "a:documents/passport")
            fake.tap(ALICE, "c:GT")
            fake.tap(ALICE, "w:help")
            await fake.until(lambda: any(phrases.HELP in sent.text for sent in fake.sent))
        texts = [sent.text for sent in fake.sent_to(ALICE)]
        assert any(phrases.TROUBLE in text for text in texts[:-1])
        assert any(phrases.HELP in text for text in texts)

    with_telegram(conversation)
    log = capsys.readouterr().out
    assert "KeyError" in log
    assert "compose.py" in log


@pytest.mark.parametrize(("status", "name"), [(401, "Unauthorized"), (404, "Not Found")])
def test_a_wrong_token_is_said_once_and_stops_the_channel(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], status: int, name: str
) -> None:
    async def start(fake: FakeTelegram) -> None:
        fake.trouble("deleteWebhook", Trouble(status, name))
        async with running(fake, tmp_path):
            await fake.until(lambda: "VENTANILLA_TELEGRAM_TOKEN" in logged.text())
            await asyncio.sleep(0.3)
        assert fake.calls["getUpdates"] == 0

    logged = Logged(capsys)
    with_telegram(start)
    assert logged.text().count("VENTANILLA_TELEGRAM_TOKEN") == 1


def test_a_second_poller_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def start(fake: FakeTelegram) -> None:
        fake.trouble("getUpdates", Trouble(409, "Conflict: terminated by other getUpdates"))
        async with running(fake, tmp_path):
            await fake.until(lambda: "Another program fetches" in logged.text())
            await asyncio.sleep(0.3)
        assert fake.calls["getUpdates"] == 1

    logged = Logged(capsys)
    with_telegram(start)
    assert logged.text().count("Another program fetches") == 1


def test_telegram_out_of_reach_at_the_start_is_waited_for(tmp_path: Path) -> None:
    async def start(fake: FakeTelegram) -> None:
        fake.trouble("deleteWebhook", RESET)
        fake.trouble("getUpdates", BAD_GATEWAY)
        async with running(fake, tmp_path):
            fake.text(ALICE, "hola")
            await fake.replies(ALICE, 1)

    with_telegram(start)
