"""The whole service is killed in the middle of a burst, again and again, and loses nothing.

`ventanilla serve` runs as processes of their own against a fake Telegram that refuses a share of
what is sent, and is ended by SIGKILL at random instants. What it must keep: every message is
answered, in order; only replies that were on their way at a kill come twice; an update delivered
again changes nothing. `VENTANILLA_TEST_SIZE=full` sends 10,000 messages of 500 chats with 20 kills.
"""

import asyncio
import os
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import Databases
from serving_for_tests import Balancer, FaultyTelegram, Serving, fewest_repeats, in_flight
from sqlalchemy import create_engine, text
from telegram_for_tests import expected_replies

FULL = os.environ.get("VENTANILLA_TEST_SIZE") == "full"
CHATS = range(40_001, 40_501 if FULL else 40_026)
KILLS = 20 if FULL else 2
SECONDS = 1500 if FULL else 300
FAULTS = 0.15
# A batch of delivered replies leaves the outbox 0.03 s later, and more on a busy machine.
IN_FLIGHT_SECONDS = 3.0
# Turns whose replies need no directory; what they say differs from turn to turn.
TEN = (
    *("hola", "c:GT", "w:help", "qwrtz", "w:privacy"),
    *("l:en", "w:help", "zxcvb", "w:person", "w:exit"),
)
TURNS = TEN * 2 if FULL else TEN

SETUPS = {
    "sqlite, polling": ("sqlite", "polling", 1),
    "sqlite, webhook": ("sqlite", "webhook", 1),
    "postgresql, polling, 2 processes": ("postgresql", "polling", 2),
    "postgresql, webhook, 2 processes": ("postgresql", "webhook", 2),
}


@pytest.mark.parametrize("setup", SETUPS)
def test_killed_processes_lose_no_message_and_repeat_only_what_was_in_flight(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    setup: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine, way, count = SETUPS[setup]
    databases: Databases = request.getfixturevalue(f"{engine}_databases")
    seed = random.randrange(1_000_000)
    with databases(tmp_path) as url:
        told = asyncio.run(
            asyncio.wait_for(burst(tmp_path, url, way, count, random.Random(seed)), SECONDS)
        )
    with capsys.disabled():
        print(f"\n{setup}: {told} (seed {seed})")


async def burst(folder: Path, url: str, way: str, count: int, dice: random.Random) -> str:
    async with FaultyTelegram(FAULTS, dice) as fake:
        fake.deliver_twice = way == "webhook"
        backends = [Serving(fake, folder, way, url) for _ in range(count)]
        async with Balancer(backends, dice) as balancer:
            for serving in backends:
                serving.public_url = balancer.url
            try:
                await asyncio.gather(*(serving.start() for serving in backends))
                await kill_again_and_again(fake, backends, dice)
                return await judge(fake, backends, url)
            finally:
                for serving in backends:
                    await serving.kill()


async def kill_again_and_again(
    fake: FaultyTelegram, backends: Sequence[Serving], dice: random.Random
) -> None:
    # All that is to be said, chat by chat in order, the chats mixed by chance.
    said = [chat for chat in CHATS for _ in TURNS]
    dice.shuffle(said)
    turns = {chat: iter(TURNS) for chat in CHATS}
    share = len(said) // (KILLS + 1) + 1
    for begin in range(0, len(said), share):
        for chat in said[begin : begin + share]:
            turn = next(turns[chat])
            fake.tap(chat, turn) if turn[1] == ":" else fake.text(chat, turn)
        if begin + share < len(said):
            sent = len(fake.sent)
            await fake.until(lambda sent=sent: len(fake.sent) > sent, 60)
            await asyncio.sleep(dice.uniform(0.0, 0.3))
            victim = dice.choice(backends)
            await victim.kill()
            await victim.start()


async def judge(fake: FaultyTelegram, backends: Sequence[Serving], url: str) -> str:
    """Wait until all is answered, compare, and give all updates again."""
    # All say the same, so all are to hear the same.
    expected = [message.text for message in expected_replies(fake.updates_of(CHATS[0]))]
    await fake.until(lambda: len(fake.sent) >= len(expected) * len(CHATS), SECONDS)
    # Some of those came twice, perhaps, and others are still to come.
    await fake.until(lambda: fake.undelivered == 0, SECONDS)
    await fake.until(lambda: left_in_outbox(url) == 0, 60)

    received: dict[int, list[str]] = defaultdict(list)
    for sent in fake.sent:
        received[sent.chat].append(sent.text)
    repeats = [fewest_repeats(expected, received[chat]) for chat in CHATS]
    lost = [chat for chat, repeated in zip(CHATS, repeats, strict=True) if repeated is None]
    assert not lost, (received[lost[0]], expected)
    kills = [kill for serving in backends for kill in serving.kills]
    repeated, may_repeat = sum(filter(None, repeats)), in_flight(fake, kills, IN_FLIGHT_SECONDS)
    assert repeated <= may_repeat
    figures = (
        f"{len(fake.history)} messages of {len(CHATS)} chats, {len(fake.sent)} replies, "
        f"{len(kills)} kills, {fake.faults} sends refused, 0 lost, {repeated} repeated "
        f"(of {may_repeat} in flight)"
    )
    await deliver_again(fake, backends)
    return figures


async def deliver_again(fake: FaultyTelegram, backends: Sequence[Serving]) -> None:
    """Give all updates once more; for a poller, to one that does not know the offset."""
    before = len(fake.sent)
    if backends[0].way == "polling":
        for serving in backends:
            await serving.end()
        fake.redeliver()
        await asyncio.gather(*(serving.start() for serving in backends))
        await fake.until(lambda: fake.undelivered == 0, SECONDS)
    else:
        fake.deliver_twice = False
        accepted = fake.webhook_statuses[200]
        fake.redeliver()
        await fake.until(
            lambda: fake.webhook_statuses[200] >= accepted + len(fake.history), SECONDS
        )
    await asyncio.sleep(0.5)
    assert len(fake.sent) == before


def left_in_outbox(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        left = connection.execute(text("SELECT count(*) FROM outbox")).scalar_one()
    engine.dispose()
    return int(left)
