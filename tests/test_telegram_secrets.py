"""Who may call the webhook, and what never reaches a log."""

import json
import logging
from pathlib import Path

import aiohttp
import pytest
from fake_telegram import (
    BAD_GATEWAY,
    RESET,
    TOKEN,
    FakeTelegram,
    Trouble,
    slow_down,
)
from serving_for_tests import a_port
from telegram_for_tests import Logged, running, with_telegram

ALICE = 7_700_112_204  # so long that no time, port or size in a log looks like it


def test_the_webhook_refuses_what_is_not_from_telegram(tmp_path: Path) -> None:
    async def requests(fake: FakeTelegram) -> None:
        async with running(fake, tmp_path, "webhook") as service, aiohttp.ClientSession() as http:
            address = f"{service.url}/telegram/webhook"
            header = "X-Telegram-Bot-Api-Secret-Token"
            right = {header: service.chat.vault.token("telegram-webhook")}
            chat = {"id": 7, "type": "private"}
            update = json.dumps({"update_id": 5, "message": {"text": "hola", "chat": chat}})
            for headers, body, status in (
                ({}, update, 403),
                ({header: ""}, update, 403),
                ({header: right[header][:-1]}, update, 403),
                ({header: "ñandú"}, update, 403),
                (right, "{", 400),
                (right, "[" * 100_000, 400),
                (right, b"\xff\xfe", 400),
                (right, " " * 1_000_001, 413),
                (right, '{"update_id": 6, "poll_answer": {}}', 200),
                (right, "[]", 200),
            ):
                async with http.post(address, data=body, headers=headers) as response:
                    assert response.status == status, (headers, body[:20])
            async with http.get(address) as response:
                assert response.status == 405
            assert not fake.sent
            async with http.post(address, data=update, headers=right) as response:
                assert response.status == 200
            await fake.replies(7, 1)

    with_telegram(requests)


def test_neither_token_nor_names_nor_texts_are_logged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def conversation(fake: FakeTelegram) -> None:
        fake.trouble("deleteWebhook", RESET)
        fake.trouble("getUpdates", BAD_GATEWAY)
        for method in ("getMyName", "answerCallbackQuery"):
            fake.trouble(method, RESET, BAD_GATEWAY)
        fake.trouble(
            "sendMessage", RESET, BAD_GATEWAY, slow_down(0.1), Trouble(400, "Bad Request: x")
        )
        async with running(fake, tmp_path):
            fake.text(ALICE, "una frase muy particular")
            fake.tap(ALICE, "w:help")
            await fake.until(lambda: fake.calls["sendMessage"] >= 5)

    with_telegram(conversation)
    logged = capsys.readouterr().out + caplog.text
    assert "not delivered yet" in logged
    for secret in (TOKEN, TOKEN.partition(":")[2], str(ALICE), "particular", "secret", "Secreto"):
        assert secret not in logged


def test_a_server_that_is_not_there_is_not_named_with_the_token(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def start(fake: FakeTelegram) -> None:
        fake.url = f"http://127.0.0.1:{a_port()}"  # where nobody listens
        async with running(fake, tmp_path):
            await fake.until(lambda: "Telegram cannot be reached" in logged.text())

    logged = Logged(capsys)
    with_telegram(start)
    assert TOKEN not in logged.text()
