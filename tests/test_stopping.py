"""A stop takes ten seconds at most, whatever is slow at that moment, and no turn is lost."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import aiohttp
import pytest
from fake_telegram import TOKEN, FakeTelegram, Trouble
from serving_for_tests import a_port
from telegram_for_tests import SECRET_KEY, WAYS

ROOT = Path(__file__).resolve().parent.parent
CHATS = range(51_001, 51_021)
STOP_SECONDS = 10.0


async def start(
    fake: FakeTelegram, folder: Path, way: str, port: int
) -> asyncio.subprocess.Process:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("VENTANILLA_")} | {
        "VENTANILLA_DATA_DIR": str(folder),
        "VENTANILLA_SECRET_KEY": SECRET_KEY,
        "VENTANILLA_SHIPPED_DIRECTORY": "off",
        "VENTANILLA_TELEGRAM_TOKEN": TOKEN,
        "VENTANILLA_TELEGRAM_API_URL": fake.url,
    }
    if way == "webhook":
        environment["VENTANILLA_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        environment["VENTANILLA_TELEGRAM_WEBHOOK"] = "1"
    seen = fake.calls["getUpdates"] + fake.calls["setWebhook"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "serve", "--port", str(port)),
        env=environment,
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
    )
    await fake.until(lambda: fake.calls["getUpdates"] + fake.calls["setWebhook"] > seen, 60)
    return process


@pytest.mark.parametrize("way", WAYS)
def test_a_stop_is_quick_and_loses_no_turn(tmp_path: Path, way: str) -> None:
    port = a_port()

    async def stop_and_go_on() -> None:
        async with FakeTelegram() as fake:
            process = await start(fake, tmp_path, way, port)
            try:
                slow = Trouble(502, delay=30.0)
                for chat in CHATS[::2]:
                    fake.trouble("sendMessage", slow, chat=chat)
                for chat in CHATS:
                    fake.text(chat, "hola")
                await fake.until(lambda: len(fake.sent) >= 3, 30)
                # A client that never ends its request, and one that never begins.
                _reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"POST /chat HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
                await writer.drain()
                asked = time.monotonic()
                process.send_signal(signal.SIGTERM)
                status = await asyncio.wait_for(process.wait(), 30)
                took = time.monotonic() - asked
                writer.close()
                assert took < STOP_SECONDS, f"{took:.1f} s"
                assert status in (0, -signal.SIGTERM)
                fake.no_more_trouble()
                process = await start(fake, tmp_path, way, port)
                await fake.until(lambda: all(fake.sent_to(chat) for chat in CHATS), 60)
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()

    asyncio.run(asyncio.wait_for(stop_and_go_on(), 170))


def test_a_request_at_hand_is_answered_before_the_end(tmp_path: Path) -> None:
    port = a_port()

    async def ask_and_stop() -> None:
        async with FakeTelegram() as fake, aiohttp.ClientSession() as http:
            process = await start(fake, tmp_path, "polling", port)
            try:

                async def ask() -> int:
                    address = f"http://127.0.0.1:{port}/chat"
                    async with http.post(address, json={"text": "hola"}) as answer:
                        await answer.read()
                        return answer.status

                asking = [asyncio.create_task(ask()) for _ in range(30)]
                await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
                process.send_signal(signal.SIGTERM)
                statuses = await asyncio.gather(*asking)
                assert set(statuses) == {200}
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()

    asyncio.run(asyncio.wait_for(ask_and_stop(), 120))
