"""How much a chat and an address may send, and that danger is heard over any limit."""

import pytest

from bot.content import Content
from bot.limits import RATES, REMEMBERED, Limits, Rate, Ruling, _Buckets
from bot.messages import Kind, Message

CHAT, OTHER = b"one chat", b"another"


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def small(clock: Clock, **rates: Rate) -> Limits:
    return Limits({"chat": Rate(3, 1.0), "told": Rate(1, 1 / 60), **rates}, clock=clock)


def test_a_chat_may_send_a_burst_and_then_so_many_a_second() -> None:
    clock = Clock()
    limits = small(clock)
    assert [limits.wait("chat", CHAT) for _ in range(4)] == [0, 0, 0, pytest.approx(1.0)]
    assert limits.wait("chat", OTHER) == 0
    clock.now += 0.5
    assert limits.wait("chat", CHAT) == pytest.approx(0.5)
    clock.now += 0.5
    assert limits.wait("chat", CHAT) == 0
    assert limits.wait("chat", CHAT) > 0
    clock.now += 100
    assert [limits.wait("chat", CHAT) > 0 for _ in range(4)] == [False, False, False, True]


def test_what_is_refused_costs_nothing_and_what_comes_again_is_refunded() -> None:
    clock = Clock()
    limits = small(clock)
    for _ in range(20):
        limits.wait("chat", CHAT)
    clock.now += 1
    assert limits.wait("chat", CHAT) == 0
    limits.refund("chat", CHAT)
    assert limits.wait("chat", CHAT) == 0
    assert limits.wait("chat", CHAT) > 0


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_processes_together_let_through_as_much_as_one(processes: int) -> None:
    several = [Limits({"chat": Rate(40, 1)}, processes=processes) for _ in range(processes)]
    passed = sum(several[n % processes].wait("chat", CHAT) == 0 for n in range(200))
    assert 40 <= passed <= 41 + processes


def test_without_rates_nothing_is_limited(content: Content) -> None:
    limits = Limits.off()
    for _ in range(5000):
        assert limits.judge(Message(text="hola"), content, CHAT).ruling is Ruling.TURN


def test_buckets_do_not_grow_without_end() -> None:
    buckets = _Buckets(10, 0.001)
    for number in range(REMEMBERED + 500):
        buckets.wait(number.to_bytes(4, "big"), 0.0)
    assert len(buckets._full_at) == REMEMBERED
    buckets.wait(b"later", 1e9)
    assert len(buckets._full_at) == 1


def test_addresses_are_known_by_a_hash_that_no_other_process_makes() -> None:
    limits, others = Limits(), Limits()
    key = limits.address_key("190.5.1.2")
    assert b"190" not in key
    assert key == limits.address_key("190.5.1.2") != limits.address_key("190.5.1.3")
    assert key == limits.address_key("::ffff:190.5.1.2")
    assert key != others.address_key("190.5.1.2")


def test_an_address_of_ipv6_counts_as_its_whole_network() -> None:
    limits = Limits()
    home = limits.address_key("2001:db8:1:2::1")
    assert home == limits.address_key("2001:db8:1:2:ffff::9")
    assert home != limits.address_key("2001:db8:1:3::1")


@pytest.mark.parametrize(
    ("message", "ruling"),
    [
        (Message(text="perdi mi dui"), Ruling.REFUSE),
        (Message(Kind.OPTION, option="w:menu"), Ruling.REFUSE),
        (Message(Kind.OTHER), Ruling.REFUSE),
        (Message(text="me quiero matar"), Ruling.TURN),
        (Message(text="i want to kill myself"), Ruling.TURN),
        (Message(Kind.OTHER, text="mi marido me pega"), Ruling.TURN),
        (Message(Kind.OPTION, option="d:self-harm"), Ruling.TURN),
        (Message(Kind.OPTION, option="w:exit"), Ruling.TURN),
        (Message(Kind.OPTION, option="w:delete"), Ruling.TURN),
        (Message(Kind.GONE), Ruling.TURN),
    ],
    ids=lambda value: value.text or value.option or value.kind if hasattr(value, "kind") else value,
)
def test_over_the_limit_only_what_cannot_wait_is_heard(
    message: Message, ruling: Ruling, content: Content
) -> None:
    limits = small(Clock())
    for _ in range(3):
        limits.judge(Message(text="hola"), content, CHAT)
    assert limits.judge(message, content, CHAT).ruling is ruling


def test_a_flood_of_danger_gets_help_without_a_turn_each(content: Content) -> None:
    limits = small(Clock(), urgent=Rate(2, 0.1), messages=Rate(100, 1))
    danger = Message(text="me quiero matar")
    rulings = [limits.judge(danger, content, CHAT, "190.5.1.2").ruling for _ in range(20)]
    assert rulings == [Ruling.TURN] * 5 + [Ruling.HELP] * 15


def test_a_chat_is_told_once_in_a_minute(content: Content) -> None:
    clock = Clock()
    limits = small(clock)
    for _ in range(3):
        limits.judge(Message(text="hola"), content, CHAT)
    told = [limits.judge(Message(text="hola"), content, CHAT).tell for _ in range(10)]
    assert told == [True] + [False] * 9
    assert limits.judge(Message(text="hola"), content, CHAT).seconds == 1


def test_new_conversations_of_one_address_are_limited_together(content: Content) -> None:
    limits = Limits({"chat": Rate(40, 1), "messages": Rate(5, 1)}, clock=Clock())
    rulings = [
        limits.judge(Message(text="hola"), content, f"chat {n}".encode(), "190.5.1.2").ruling
        for n in range(8)
    ]
    assert rulings == [Ruling.TURN] * 5 + [Ruling.REFUSE] * 3
    elsewhere = limits.judge(Message(text="hola"), content, b"chat 1", "190.5.1.3")
    assert elsewhere.ruling is Ruling.TURN


def test_whole_towns_share_an_address_so_addresses_may_send_more_than_chats() -> None:
    assert RATES["messages"].burst >= 10 * RATES["chat"].burst
    assert RATES["messages"].per_second >= 10 * RATES["chat"].per_second
