"""The sender over a real outbox; the channel is a function that the test writes."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sender_for_tests import Office, Post, in_no_time, until, with_office
from telegram_for_tests import sessions_of

from bot import outbox, sessions
from bot.chat import Inbound
from bot.messages import Kind, Message, OutgoingMessage, Session
from bot.sender import Later, Refused, Unreachable


def test_messages_arrive_in_order_and_leave_the_outbox(tmp_path: Path) -> None:
    post = Post()

    async def send(office: Office) -> None:
        for number in range(10):
            for address in ("a", "b", "c"):
                office.put(address, f"{number} first", f"{number} second")
        await until(lambda: len(post.accepted) == 60)
        await until(lambda: office.left == 0)

    with_office(tmp_path, post, send)
    expected = [f"{number} {which}" for number in range(10) for which in ("first", "second")]
    assert post.texts("a") == post.texts("b") == post.texts("c") == expected


def test_what_an_earlier_run_left_goes_out_first_and_in_order(tmp_path: Path) -> None:
    post = Post()

    async def send(office: Office) -> None:
        office.put("a", "new")
        await until(lambda: len(post.accepted) == 4)

    before = (("a", "old 1"), ("b", "other"), ("a", "old 2"))
    with_office(tmp_path, post, send, written_before=before)
    assert post.texts("a") == ["old 1", "old 2", "new"]


def test_no_more_than_so_many_are_sent_at_once_and_never_two_to_one_chat(tmp_path: Path) -> None:
    busy: set[str] = set()

    async def slowly(address: str, _message: OutgoingMessage) -> None:
        assert address not in busy
        busy.add(address)
        await asyncio.sleep(0.005)
        busy.remove(address)

    post = Post(slowly)

    async def send(office: Office) -> None:
        for number in range(30):
            office.put(f"chat {number % 10}", "x", "y")
        await until(lambda: len(post.accepted) == 60)

    with_office(tmp_path, post, send, at_once=4)
    assert post.most_at_once == 4


def test_help_in_danger_goes_ahead_of_other_chats(tmp_path: Path) -> None:
    async def slowly(_address: str, _message: OutgoingMessage) -> None:
        await asyncio.sleep(0.02)

    post = Post(slowly)

    async def send(office: Office) -> None:
        for number in range(40):
            office.put(f"chat {number}", "x")
        office.put("chat 39", "help behind a message", urgent=True)
        office.put("in danger", "help", urgent=True)
        await until(lambda: len(post.accepted) == 42)

    with_office(tmp_path, post, send, at_once=2)
    order = [text for _, text in post.accepted]
    assert order.index("help") < 6
    assert order.index("help behind a message") < 8


def test_a_chat_told_to_wait_waits_alone(tmp_path: Path) -> None:
    told = []

    async def slow_for_one(address: str, _message: OutgoingMessage) -> None:
        if address == "a" and not told:
            told.append(address)
            raise Later(0.3)

    post = Post(slow_for_one)

    async def send(office: Office) -> None:
        office.put("a", "1", "2")
        await until(lambda: bool(told))
        office.put("b", "x")
        await until(lambda: bool(post.texts("b")), 0.2)
        assert not post.texts("a")
        await until(lambda: post.texts("a") == ["1", "2"])

    in_no_time(tmp_path, post, send)


def test_a_channel_that_slows_many_chats_down_is_left_alone_by_all(tmp_path: Path) -> None:
    async def overloaded(address: str, _message: OutgoingMessage) -> None:
        if address != "late" and post.attempts <= 5:
            raise Later(1.0)

    post = Post(overloaded)

    async def send(office: Office) -> None:
        for number in range(5):
            office.put(f"chat {number}", "x")
        await until(lambda: post.attempts == 5)
        office.put("late", "y")
        await asyncio.sleep(0.9)
        assert not post.accepted
        await until(lambda: len(post.accepted) == 6)

    in_no_time(tmp_path, post, send)


def test_trouble_on_the_way_is_tried_again_and_keeps_the_order(tmp_path: Path) -> None:
    async def broken_at_first(_address: str, message: OutgoingMessage) -> None:
        if message.text == "1" and post.attempts < 3:
            raise ConnectionError

    post = Post(broken_at_first)

    async def send(office: Office) -> None:
        office.put("a", "1", "2")
        await until(lambda: post.texts("a") == ["1", "2"])
        await until(lambda: office.left == 0)

    with_office(tmp_path, post, send)


def test_a_refused_message_does_not_hold_up_the_next(tmp_path: Path) -> None:
    async def refuse(_address: str, message: OutgoingMessage) -> None:
        if message.text == "bad":
            raise Refused("too long")

    post = Post(refuse)

    async def send(office: Office) -> None:
        office.put("a", "bad", "good")
        await until(lambda: post.texts("a") == ["good"])
        await until(lambda: office.left == 0)

    with_office(tmp_path, post, send)


def test_a_chat_out_of_reach_loses_its_messages_and_its_session(tmp_path: Path) -> None:
    async def gone(_address: str, _message: OutgoingMessage) -> None:
        raise Unreachable

    post = Post(gone)

    async def send(office: Office) -> None:
        chat = office.worker.chat
        pseudonym = chat.vault.pseudonym("test", "a")
        with chat.engine.begin() as connection:
            sessions.save(connection, chat.vault, pseudonym, Session(), datetime.now(UTC))
        office.put("a", "1", "2")
        await until(lambda: office.left == 0)
        await until(lambda: sessions_of(chat) == 0)
        assert office.sender.waiting == 0
        assert post.attempts == 1

    with_office(tmp_path, post, send)


def test_a_message_too_old_or_erased_is_not_tried_for_ever(tmp_path: Path) -> None:
    async def broken(_address: str, _message: OutgoingMessage) -> None:
        raise ConnectionError

    post = Post(broken)

    async def send(office: Office) -> None:
        office.put("a", "1")
        await until(lambda: post.attempts == 1)
        with office.worker.chat.engine.begin() as connection:
            assert outbox.expire(connection, datetime.now(UTC) + timedelta(hours=30)) == 1
        await until(lambda: office.sender.waiting == 0)
        assert post.attempts == 2

    with_office(tmp_path, post, send)


def test_an_apology_without_a_row_is_sent_in_its_place(tmp_path: Path) -> None:
    post = Post()

    async def send(office: Office) -> None:
        (delivery,) = office.put("a", "1")
        office.sender.say(delivery.chat, "a", [OutgoingMessage("sorry")])
        office.put("a", "2")
        await until(lambda: len(post.accepted) == 3)

    with_office(tmp_path, post, send)
    assert post.texts("a") == ["1", "sorry", "2"]


def test_after_erasing_nothing_older_goes_out(tmp_path: Path) -> None:
    async def first_waits(_address: str, message: OutgoingMessage) -> None:
        if post.attempts == 1:
            raise Later(0.2)

    post = Post(first_waits)

    async def send(office: Office) -> None:
        chat = office.worker.chat
        inbound = Inbound("test", "a", Message(text="pasaporte"), address="a", update_id="1")
        office.sender.accept(chat.take(inbound))
        await until(lambda: post.attempts == 1)
        erase = Message(kind=Kind.OPTION, option="w:delete")
        receipt = chat.take(Inbound("test", "a", erase, address="a", update_id="2"))
        office.sender.accept(receipt)
        await until(lambda: len(post.accepted) == len(receipt.messages))
        await asyncio.sleep(0.4)
        assert post.texts("a") == [message.text for message in receipt.messages]
        await until(lambda: office.left == 0)

    with_office(tmp_path, post, send)


def test_closing_finishes_what_is_in_flight_and_leaves_the_rest(tmp_path: Path) -> None:
    async def slowly(_address: str, _message: OutgoingMessage) -> None:
        await asyncio.sleep(0.2)

    post = Post(slowly)

    async def send(office: Office) -> None:
        for number in range(6):
            office.put(f"chat {number}", "x", "y")
        await until(lambda: post.at_once == 3)
        await office.sender.close()
        assert len(post.accepted) == 3
        assert office.left == 9

    with_office(tmp_path, post, send, at_once=3)
