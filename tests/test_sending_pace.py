"""Telegram's limits, what goes first, and an hour without Telegram, in hours that take no time."""

import asyncio
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from sender_for_tests import Office, Post, clock, in_no_time

from bot.messages import OutgoingMessage
from bot.sending_pace import CHAT_BURST, Outage, Pace

CHATS = 300
EACH = 3


async def delivered(post: Post, count: int) -> None:
    while len(post.accepted) < count:  # noqa: ASYNC110 - time jumps from one look to the next
        await asyncio.sleep(0.01)


def most_in(times: list[float], seconds: float) -> int:
    """Return how many of `times` lie at most within `seconds` of each other."""
    most, begin = 0, 0
    for end, time in enumerate(times):
        while time - times[begin] >= seconds:
            begin += 1
        most = max(most, end - begin + 1)
    return most


def test_an_hour_without_telegram_loses_nothing_and_ends_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    began = 0.0
    tries: list[float] = []
    came: list[tuple[float, str, str]] = []

    async def away_for_an_hour(address: str, message: OutgoingMessage) -> None:
        tries.append(clock())
        if clock() < began + 3600:
            raise ConnectionError
        came.append((clock(), address, message.text))

    post = Post(away_for_an_hour)

    async def hour(office: Office) -> None:
        nonlocal began
        began = clock()
        for number in range(EACH):
            for chat in range(CHATS):
                office.put(f"chat {chat}", f"{number}")
                await asyncio.sleep(3600 / CHATS / EACH / 1.1)
        in_vain = len(tries)
        await delivered(post, 1)
        office.put("somebody else", "a fresh reply")
        office.put("in danger", "help", urgent=True)
        await delivered(post, CHATS * EACH + 2)
        assert office.sender.waiting == 0
        with capsys.disabled():
            print(
                f"\none hour away: {CHATS * EACH} replies of {CHATS} chats, {in_vain} tries in "
                f"vain, back after {came[0][0] - began - 3600:.1f} s, all delivered "
                f"{came[-1][0] - came[0][0]:.0f} s later, "
                f"at most {most_in([at for at, _, _ in came], 1.0)} in a second"
            )

    in_no_time(tmp_path, post, hour, Pace())
    heard: dict[str, list[str]] = defaultdict(list)
    for _, address, text in came:
        heard[address].append(text)
    assert all(heard[f"chat {c}"] == [str(n) for n in range(EACH)] for c in range(CHATS))
    assert came[0][0] < began + 3600 + 16
    assert most_in([at for at, _, _ in came], 1.0) <= 30
    places = {address: place for place, (_, address, _) in reversed(list(enumerate(came)))}
    # Help goes before the rest, a fresh reply too, and then the chats that wait for longest.
    assert places["in danger"] < 5
    assert places["somebody else"] < 8
    oldest_first = [places[f"chat {chat}"] for chat in range(CHATS)]
    late = sum(abs(place - chat) > 15 for chat, place in enumerate(_ranks(oldest_first)))
    assert late <= CHATS // 50, late


def _ranks(values: list[int]) -> list[int]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0] * len(values)
    for rank, index in enumerate(order):
        ranks[index] = rank
    return ranks


def test_telegram_s_limits_are_kept_for_all_and_for_each_chat(tmp_path: Path) -> None:
    times: dict[str, list[float]] = defaultdict(list)

    async def note(address: str, _message: OutgoingMessage) -> None:
        times[address].append(clock())

    post = Post(note)

    async def flood(office: Office) -> None:
        for number in range(40):
            office.put("one chat", str(number))
        for chat in range(100):
            office.put(f"chat {chat}", "a", "b")
        await delivered(post, 240)

    in_no_time(tmp_path, post, flood, Pace())
    everything = sorted(at for several in times.values() for at in several)
    assert most_in(everything, 1.0) <= 30
    assert everything[-1] - everything[0] < 45
    assert most_in(times["one chat"], 10.0) <= CHAT_BURST + 10
    assert post.texts("one chat") == [str(number) for number in range(40)]
    # One chat's flood holds nobody up.
    assert max(times[f"chat {chat}"][1] for chat in range(100)) - everything[0] < 10


def test_help_in_danger_is_never_held_back_by_limits(tmp_path: Path) -> None:
    helped: list[float] = []

    async def note(_address: str, message: OutgoingMessage) -> None:
        if message.urgent:
            helped.append(clock())

    post = Post(note)

    async def flood(office: Office) -> None:
        for chat in range(200):
            office.put(f"chat {chat}", "a", "b", "c")
        await delivered(post, 20)
        asked = clock()
        office.put("chat 199", "help", urgent=True)
        office.put("in danger", "help", urgent=True)
        await delivered(post, 602)
        assert max(helped) - asked < 0.5

    in_no_time(tmp_path, post, flood, Pace())


def test_the_limit_is_shared_by_the_processes_that_send() -> None:
    pace, sent, now = Pace(), Counter[int](), 0.0
    pace.share = 3
    while now < 10:
        while pace.seconds(now) <= 0:
            pace.note(b"%d" % sum(sent.values()), now)
            sent[int(now)] += 1
        now += 0.01
    assert max(sent.values()) <= 13
    assert 80 <= sum(sent.values()) <= 100


def test_an_outage_is_many_chats_in_a_row_and_ends_with_one_success() -> None:
    now = [0.0]
    outage = Outage(lambda: now[0])
    for chat in range(4):
        assert not outage.failed(b"%d" % chat)
    assert not outage.worked()
    began = [outage.failed(b"%d" % chat) for chat in range(6)]
    assert began == [False] * 4 + [True, False]
    waits = []
    for _ in range(8):
        waits.append(outage.seconds())
        now[0] += outage.seconds()
        outage.failed(b"x")
    assert waits == sorted(waits)
    assert waits[-1] == 15
    assert outage.worked()
    assert outage.seconds() == 0
