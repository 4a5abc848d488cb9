"""Several processes on one PostgreSQL: order, one voice, and what happens when one of them dies."""

import asyncio
import contextlib
import random
import threading
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import SECRET, Databases
from sender_for_tests import Post
from sender_for_tests import until as wait_until
from serving_for_tests import Balancer, FaultyTelegram, Serving
from sqlalchemy import Engine, update
from telegram_for_tests import expected_replies

from bot import outbox, sending_shared
from bot.chat import Chat, Inbound
from bot.compose import Composer
from bot.content import Content
from bot.messages import Message, OutgoingMessage
from bot.outbox import Delivery
from bot.sender import Sender
from bot.settings import Settings
from bot.worker import Worker
from knowledge.store.database import hold, open_engine
from knowledge.store.leases import Process
from knowledge.store.work_tables import leases

CHATS = range(50_001, 50_016)
TURNS = (
    *("hola", "c:GT", "w:help", "qwrtz", "w:privacy"),
    *("l:en", "w:help", "zxcvb", "w:person", "w:exit"),
)


@pytest.fixture
def shared_chat(postgresql_databases: Databases, tmp_path: Path, content: Content):  # type: ignore[no-untyped-def]
    with postgresql_databases(tmp_path) as url:
        engine = open_engine(url)
        yield Chat(engine, Settings(secret_key=SECRET).vault(), content, Composer(content))
        engine.dispose()


class Colleague:
    """One process among several, as far as sending goes."""

    def __init__(self, chat: Chat, post: Post) -> None:
        self.process = Process()
        self.worker = Worker(chat)
        self.sender = Sender(self.worker, "test", post.deliver, process=self.process)

    def write(self, address: str, *texts: str) -> tuple[Delivery, ...]:
        """Write what a turn would write here, as it would."""
        chat = self.worker.chat
        pseudonym = chat.vault.pseudonym("test", address)
        messages = [OutgoingMessage(text) for text in texts]
        with chat.engine.begin() as connection:
            hold(connection, pseudonym)
            return outbox.add(
                connection, chat.vault, "test", pseudonym, address, messages,
                datetime.now(UTC), self.process,
            )  # fmt: skip

    def put(self, address: str, *texts: str) -> None:
        self.sender.put(self.write(address, *texts))

    def die(self) -> None:
        """Stop at once, as a killed process does."""
        for task in (*self.sender._tasks, *self.sender._runners):
            task.cancel()
        self.sender._closing = True


@contextlib.asynccontextmanager
async def colleagues(chat: Chat, post: Post) -> AsyncIterator[tuple[Colleague, Colleague]]:
    both = Colleague(chat, post), Colleague(chat, post)
    for one in both:
        await one.sender.start()
    try:
        yield both
    finally:
        for one in both:
            await one.sender.close()
            one.worker.close()


async def until(post: Post, count: int, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while len(post.accepted) < count:  # noqa: ASYNC110 - the post has no event
            await asyncio.sleep(0.01)


def end_lease(engine: Engine, owner: str) -> None:
    with engine.begin() as connection:
        ended = update(leases).where(leases.c.owner == owner)
        connection.execute(ended.values(expires=leases.c.expires - 1000))


def test_replies_of_one_chat_keep_their_order_whoever_makes_them(shared_chat: Chat) -> None:
    dice = random.Random(7)

    async def slowly(_address: str, _message: OutgoingMessage) -> None:
        await asyncio.sleep(dice.uniform(0, 0.02))

    post = Post(slowly)

    async def run() -> None:
        async with colleagues(shared_chat, post) as both:
            for number in range(150):
                dice.choice(both).put(f"chat {number % 5}", f"{number} a", f"{number} b")
                await asyncio.sleep(dice.uniform(0, 0.01))
            await until(post, 300)
            await asyncio.sleep(0.7)

    asyncio.run(run())
    assert len(post.accepted) == 300
    for chat in range(5):
        numbers = [number for number in range(150) if number % 5 == chat]
        expected = [f"{number} {part}" for number in numbers for part in "ab"]
        assert post.texts(f"chat {chat}") == expected


def test_what_a_dead_process_leaves_is_sent_by_another_in_order(
    shared_chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending_shared, "RENEW_SECONDS", 0.1)
    stuck = True

    async def slow_for_the_first(_address: str, _message: OutgoingMessage) -> None:
        if stuck:
            await asyncio.sleep(60)

    post = Post(slow_for_the_first)

    async def run() -> None:
        nonlocal stuck
        async with colleagues(shared_chat, post) as (one, two):
            one.put("a", "1", "2")
            await asyncio.sleep(0.1)
            two.put("a", "3")  # behind what the first has: its business
            one.die()
            stuck = False
            two.put("b", "x")
            await until(post, 1)
            two.put("a", "4")
            await asyncio.sleep(1)
            assert post.texts("a") == []  # it may live still
            end_lease(shared_chat.engine, one.process.name("test"))
            await until(post, 5)

    asyncio.run(run())
    assert post.texts("a") == ["1", "2", "3", "4"]


def test_a_process_that_was_away_for_too_long_begins_anew_and_doubles_nothing(
    shared_chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending_shared, "RENEW_SECONDS", 0.1)
    busy = True

    async def later(_address: str, _message: OutgoingMessage) -> None:
        if busy:
            raise ConnectionError

    post = Post(later)

    async def run() -> None:
        nonlocal busy
        async with colleagues(shared_chat, post) as (one, two):
            name = one.process.name("test")
            one.put("a", "1", "2")
            two.put("b", "1", "2")
            await asyncio.sleep(0.2)
            end_lease(shared_chat.engine, name)
            while one.process.name("test") == name:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            busy = False
            one.put("a", "3")
            await until(post, 5)
            await asyncio.sleep(1)

    asyncio.run(run())
    assert post.texts("a") == ["1", "2", "3"]
    assert post.texts("b") == ["1", "2"]


def test_what_one_process_erases_is_not_sent_by_another(shared_chat: Chat) -> None:
    async def never(_address: str, _message: OutgoingMessage) -> None:
        raise ConnectionError

    post = Post(never)

    async def run() -> None:
        async with colleagues(shared_chat, post) as (one, _):
            (first, *_rest) = one.write("a", "1", "2")
            one.put("b", "1")
            await wait_until(lambda: one.sender.waiting == 3)  # it has found what was written
            with shared_chat.engine.begin() as connection:
                outbox.forget_chat(connection, first.chat)
            await wait_until(lambda: one.sender.waiting == 1)
            await asyncio.sleep(0.8)
            assert one.sender.waiting == 1

    asyncio.run(run())


def test_turns_of_one_chat_in_several_processes_are_one_after_the_other(
    shared_chat: Chat,
) -> None:
    """Even for a chat without a session, whose row nobody can hold yet."""
    busy = threading.Lock()
    take_in = shared_chat.take_in

    def only_one(connection, inbound):  # type: ignore[no-untyped-def]
        assert busy.acquire(blocking=False)
        try:
            return take_in(connection, inbound)
        finally:
            busy.release()

    shared_chat.take_in = only_one  # type: ignore[method-assign]

    async def run() -> None:
        workers = [Worker(shared_chat), Worker(shared_chat)]
        try:
            await asyncio.gather(
                *(
                    workers[number % 2].take(
                        Inbound("test", "ana", Message(text="hola"), "ana", str(number))
                    )
                    for number in range(20)
                )
            )
        finally:
            for worker in workers:
                worker.close()

    asyncio.run(run())


@pytest.mark.parametrize("way", ["webhook", "polling"])
def test_two_processes_tell_people_what_one_would(
    postgresql_databases: Databases, tmp_path: Path, way: str
) -> None:
    dice = random.Random(5)

    async def converse(url: str) -> None:
        async with FaultyTelegram(0.0, dice) as fake:
            both = [Serving(fake, tmp_path, way, url) for _ in range(2)]
            async with Balancer(both, dice) as balancer:
                for serving in both:
                    serving.public_url = balancer.url
                try:
                    await asyncio.gather(*(serving.start() for serving in both))
                    for turn in TURNS:
                        for chat in CHATS:
                            fake.tap(chat, turn) if turn[1] == ":" else fake.text(chat, turn)
                        await asyncio.sleep(dice.uniform(0, 0.3))
                    expected = [m.text for m in expected_replies(fake.updates_of(CHATS[0]))]
                    await fake.until(lambda: len(fake.sent) >= len(expected) * len(CHATS), 60)
                    await asyncio.sleep(1)
                    heard = defaultdict(list)
                    for sent in fake.sent:
                        heard[sent.chat].append(sent.text)
                    assert all(heard[chat] == expected for chat in CHATS)
                finally:
                    await asyncio.gather(*(serving.end() for serving in both))

    with postgresql_databases(tmp_path) as url:
        asyncio.run(asyncio.wait_for(converse(url), 150))
