"""The Telegram channel over a real database, against the fake server, inside one test."""

import asyncio
import contextlib
import functools
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fake_telegram import TOKEN, FakeTelegram
from starlette.applications import Starlette

from bot.app import make_chat
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_updates import read_update
from bot.channels.telegram_webhook import add_webhook, with_updates_first
from bot.chat import Chat
from bot.content import SHIPPED, Content, read_content
from bot.limits import Limits
from bot.messages import OutgoingMessage
from bot.settings import Settings, read_settings
from bot.store import open_store
from bot.worker import Worker

SECRET_KEY = "a secret that is only good enough for tests 0123456789"

WAYS = ("polling", "webhook")


@dataclass(frozen=True)
class Service:
    """A running channel with the parts that tests look into."""

    fake: FakeTelegram
    channel: TelegramChannel
    chat: Chat
    url: str


@functools.cache
def content() -> Content:
    # A mistake in an article is another test's business.
    return read_content(read_settings().content_dir or SHIPPED)[0]


def a_chat(folder: Path) -> Chat:
    settings = Settings(data_dir=folder, secret_key=SECRET_KEY, shipped_directory=False)
    return make_chat(settings, open_store(settings), content())


@contextlib.asynccontextmanager
async def running(
    fake: FakeTelegram,
    folder: Path,
    way: str = "polling",
    chat: Chat | None = None,
    limits: Limits | None = None,
) -> AsyncIterator[Service]:
    """Run the channel as the application does: route first, then `start`, `stop`, the worker."""
    chat = chat or a_chat(folder)
    worker = Worker(chat)
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    channel = TelegramChannel(
        worker,
        TOKEN,
        api_url=fake.url,
        public_url=url if way == "webhook" else None,
        limits=limits,
    )
    app = Starlette()
    if channel.webhook is not None:
        add_webhook(app, channel.webhook)
    served = with_updates_first(app)
    server = uvicorn.Server(uvicorn.Config(served, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        await channel.start()
        yield Service(fake, channel, chat, url)
    finally:
        await channel.stop()
        server.should_exit = True
        await serving
        worker.close()
        chat.engine.dispose()


def with_telegram(
    test: Callable[[FakeTelegram], Awaitable[None]],
) -> None:
    """Run an asynchronous test with a fake server of its own."""

    async def run() -> None:
        async with FakeTelegram() as fake:
            await asyncio.wait_for(test(fake), 120)

    asyncio.run(run())


class Logged:
    """All that was written to stdout so far, so that a test can wait for a line of it."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._text = ""

    def text(self) -> str:
        self._text += self._capsys.readouterr().out
        return self._text


def expected_replies(updates: Iterable[dict[str, Any]]) -> list[OutgoingMessage]:
    """Return what the conversation itself answers to some updates, without any channel."""
    chat = _chat_alone()
    with chat.engine.begin() as connection:
        for table in ("sessions", "handled_updates", "outbox"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    inbounds = [read_update(update).inbound for update in updates]
    return [
        message
        for inbound in inbounds
        if inbound is not None
        for message in chat.take(inbound).messages
    ]


@functools.cache
def _chat_alone() -> Chat:
    settings = Settings(database_url="sqlite://", secret_key=SECRET_KEY, shipped_directory=False)
    return make_chat(settings, open_store(settings), content())


def rows(chat: Chat, table: str) -> int:
    with chat.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def sessions_of(chat: Chat) -> int:
    return rows(chat, "sessions")
