"""Updates that no turn can be made of are tried three times, set aside, and never stop the rest."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.exc import OperationalError

from bot import phrases, poison
from bot.chat import Chat, Inbound, Receipt
from bot.messages import Kind, Message
from bot.worker import Worker
from knowledge.store.database import is_shared
from knowledge.store.tables import handled_updates, outbox
from knowledge.store.work_tables import turn_tries


class Fragile(Chat):
    """The conversation, which breaks on some words, or whose database is away for a while."""

    breaks_on: str = "veneno"
    times: int = 1_000
    error: Exception = KeyError("private words")
    tries: int = 0

    def take_in(self, connection: Connection, inbound: Inbound) -> Receipt:
        receipt = super().take_in(connection, inbound)
        if receipt.repeated:
            return receipt
        if self.breaks_on in inbound.message.text and self.tries < self.times:
            self.tries += 1
            raise self.error
        return receipt


def fragile(chat: Chat) -> Fragile:
    return Fragile(chat.engine, chat.vault, chat.content, chat._composer)


def with_worker(
    chat: Chat, test: Callable[[Worker], Awaitable[None]], threads: int | None = None
) -> None:
    async def run() -> None:
        worker = Worker(chat, threads=threads)
        try:
            await asyncio.wait_for(test(worker), 90)
        finally:
            worker.close()

    asyncio.run(run())


def told(text: str, number: int, user: str = "ana", kind: Kind = Kind.TEXT) -> Inbound:
    return Inbound("test", user, Message(kind, text), address=user, update_id=str(number))


def stored(engine: Engine, table: object) -> list[dict[str, object]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]  # type: ignore[call-overload]


def test_a_poison_update_is_set_aside_after_three_tries(
    chat: Chat, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = fragile(chat)

    async def turns(worker: Worker) -> None:
        first, poisoned, last = await asyncio.gather(
            worker.take(told("hola", 1)),
            worker.take(told("veneno", 2)),
            worker.take(told("ayuda", 3)),
        )
        assert phrases.TROUBLE in poisoned.messages[0].text
        assert broken.tries == poison.TRIES
        assert [d.message for d in poisoned.deliveries] == list(poisoned.messages)
        order = [d.id for receipt in (first, poisoned, last) for d in receipt.deliveries]
        assert order == sorted(order)
        # Given again, it is known; nothing of what was written is kept anywhere.
        assert (await worker.take(told("veneno", 2))).repeated

    with_worker(broken, turns)
    assert len(stored(chat.engine, handled_updates)) == 3
    rows = [row for row in stored(chat.engine, turn_tries) if row["update_id"] == "2"]
    assert [row["tries"] for row in rows] in ([1], [poison.TRIES])
    log = capsys.readouterr().out
    assert log.count("turn failed") == 3
    assert "private words" not in log
    assert "test_poison.py" in log or "where" in log


def test_a_turn_that_fails_once_is_answered_and_leaves_no_count(chat: Chat) -> None:
    broken = fragile(chat)
    broken.times = 1

    async def turns(worker: Worker) -> None:
        receipt = await worker.take(told("veneno", 1))
        assert phrases.TROUBLE not in receipt.messages[0].text
        assert receipt.turn is not None

    with_worker(broken, turns)
    assert stored(chat.engine, turn_tries) == []


def test_words_of_danger_in_a_poison_update_get_their_help(chat: Chat) -> None:
    broken = fragile(chat)
    broken.breaks_on = "matar"

    async def turns(worker: Worker) -> None:
        receipt = await worker.take(told("me quiero matar", 1))
        assert any(message.urgent for message in receipt.messages)
        assert receipt.deliveries

    with_worker(broken, turns)


def test_a_database_that_is_away_is_no_poison(chat: Chat) -> None:
    broken = fragile(chat)
    broken.error = OperationalError("", None, Exception("away"))
    broken.times = 20

    async def turns(worker: Worker) -> None:
        for _ in range(20):
            with pytest.raises(OperationalError):
                await worker.take(told("veneno", 1))
        receipt = await worker.take(told("veneno", 1))
        assert receipt.turn is not None

    with_worker(broken, turns)
    assert stored(chat.engine, turn_tries) == []


def test_an_update_that_took_three_processes_down_is_not_tried_again(chat: Chat) -> None:
    broken = fragile(chat)
    inbound = told("veneno", 7)
    for _ in range(poison.TRIES):  # what a process leaves that dies in the middle of the turn
        with chat.engine.begin() as connection:
            poison.count(connection, inbound)

    async def turns(worker: Worker) -> None:
        receipt = await worker.take(inbound)
        assert phrases.TROUBLE in receipt.messages[0].text
        assert receipt.deliveries
        assert (await worker.take(told("hola", 8))).turn is not None

    with_worker(broken, turns)
    assert broken.tries == 0
    assert len(stored(chat.engine, outbox)) >= 2


def test_an_update_is_counted_when_it_is_tried_and_not_while_it_waits(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    count, take_in = poison.count, chat.take_in

    def counting(connection: Connection, inbound: Inbound) -> int:
        done.append(f"{inbound.update_id} counted")
        return count(connection, inbound)

    def taking(connection: Connection, inbound: Inbound) -> Receipt:
        done.append(f"{inbound.update_id} tried")
        return take_in(connection, inbound)

    monkeypatch.setattr(poison, "count", counting)
    monkeypatch.setattr(chat, "take_in", taking)

    async def turns(worker: Worker) -> None:
        await asyncio.gather(*(worker.take(told("hola", number)) for number in range(3)))

    with_worker(chat, turns, threads=1)
    assert done == [f"{number} {what}" for number in range(3) for what in ("counted", "tried")]


def test_counting_ends_soon_after_a_start(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poison, "CAREFUL_TURNS", 2)
    counted: list[str | None] = []
    count = poison.count

    def counting(connection: Connection, inbound: Inbound) -> int:
        counted.append(inbound.update_id)
        return count(connection, inbound)

    monkeypatch.setattr(poison, "count", counting)

    async def turns(worker: Worker) -> None:
        for number in range(4):
            await worker.take(told("hola", number))

    with_worker(chat, turns)
    assert counted == ["0", "1"]
    assert stored(chat.engine, turn_tries) == []


def test_a_set_aside_update_of_a_chat_without_address_says_nothing(chat: Chat) -> None:
    broken = fragile(chat)

    async def turns(worker: Worker) -> None:
        inbound = dataclasses.replace(told("veneno", 1), address=None)
        assert (await worker.take(inbound)).messages == ()
        with pytest.raises(KeyError):  # without a number the channel itself must answer
            await worker.take(dataclasses.replace(inbound, update_id=None))

    with_worker(broken, turns)


def test_counting_and_holding_cost_a_usual_turn_one_statement_at_most(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poison, "CAREFUL_TURNS", 0)
    statements: list[str] = []
    event.listen(
        chat.engine, "before_cursor_execute", lambda *given: statements.append(str(given[2]))
    )
    chat.take(told("hola", 0))
    statements.clear()
    chat.take(told("hola", 1))
    alone = len(statements)

    async def turns(worker: Worker) -> None:
        statements.clear()
        await worker.take(told("hola", 2))

    with_worker(chat, turns)
    assert len(statements) <= alone + is_shared(chat.engine)
