"""The person's rights in chat: «mis datos» is what is stored, «borrar» leaves nothing of it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from offices_for_tests import an_office, at_id, put
from sqlalchemy import Connection, LargeBinary, MetaData, Table, insert, select

from bot import my_data, outbox, phrases
from bot.channels.console import Conversation
from bot.chat import Chat, Inbound, Receipt
from bot.content import Content
from bot.messages import Kind, Message, Session
from bot.options import report_id
from bot.sessions import from_json
from knowledge.directory import reports, terms
from knowledge.store import of_a_chat
from knowledge.store.tables import metadata

AT = datetime(2026, 11, 23, 16, tzinfo=UTC)
USER = "5550001"


def say(chat: Chat, text: str, user: str = USER, address: str | None = None) -> Receipt:
    kind = {"kind": Kind.OPTION, "option": text} if text[1:2] == ":" else {"text": text}
    message = Message(country="SV", at=AT, **kind)  # type: ignore[arg-type]  # one or the other
    return chat.take(Inbound("telegram", user, message, address=address))


def written(receipt: Receipt) -> str:
    return "\n".join(message.text for message in receipt.messages)


def shown(receipt: Receipt) -> Any:
    """The data below the words, as somebody would copy them out of the chat."""
    return json.loads(
        written(receipt).split("está guardado:\n")[1].split("\n\n")[0].split("\n¿")[0]
    )


def in_one(value: Any) -> Any:
    """Put long texts together again."""
    if isinstance(value, list) and value and all(isinstance(v, str) for v in value):
        return "".join(value) if len(value[0]) == my_data.LONGEST else value
    if isinstance(value, list):
        return [in_one(item) for item in value]
    return {k: in_one(v) for k, v in value.items()} if isinstance(value, dict) else value


def held(chat: Chat, user: str = USER) -> dict[str, list[dict[str, Any]]]:
    """What any table of the database itself holds of a person, sealed or not."""
    pseudonym = chat.vault.pseudonym("telegram", user)
    found = {}
    with chat.engine.connect() as connection:
        for table in _tables(connection):
            rows = connection.execute(select(table).where(table.c.chat == pseudonym)).mappings()
            if kept := [dict(row) for row in rows]:
                found[table.name] = kept
    return found


def _tables(connection: Connection) -> list[Table]:
    """The tables as they are in the database, whatever the code knows of them."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if "chat" in table.c]


@pytest.mark.parametrize("word", ["mis datos", "Mis Datos", "w:data"])
def test_my_data_equals_the_stored_rows(chat: Chat, word: str) -> None:
    say(chat, "mi hija tiene 7 años y perdí mi dui en Zacatecoluca")
    answer = say(chat, word)
    told = shown(answer)
    rows = held(chat)
    assert set(told) == set(rows) == {"sessions"}
    pseudonym = chat.vault.pseudonym("telegram", USER)
    (row,) = rows["sessions"]
    assert told["sessions"] == [
        {"state": json.loads(chat.vault.unseal(row["state"], pseudonym)), "touched": row["touched"]}
    ]
    assert from_json(json.dumps(told["sessions"][0]["state"])) == answer.turn.session  # type: ignore[union-attr]
    words = written(answer).split(phrases.DATA_AS_STORED.split("\n")[0])[0]
    for part in ("Español", "Zacatecoluca", "El Salvador", "hijas o hijos", "30 de noviembre"):
        assert part in words
    assert pseudonym.hex() not in written(answer)


def test_replies_on_their_way_are_shown_whole(chat: Chat) -> None:
    say(chat, "qué necesito para el pasaporte", address=USER)
    pseudonym = chat.vault.pseudonym("telegram", USER)
    with chat.engine.connect() as connection:
        waiting = outbox.pending(connection, chat.vault, "telegram")
    told = in_one(shown(say(chat, "mis datos")))
    assert [row["sealed"][0] for row in told["outbox"]] == [d.address for d in waiting]
    assert [row["sealed"][1]["text"] for row in told["outbox"]] == [d.message.text for d in waiting]
    assert [row["id"] for row in told["outbox"]] == [d.id for d in waiting]
    assert all(d.chat == pseudonym for d in waiting)


def test_my_data_works_in_the_middle_of_a_question_and_in_english(chat: Chat) -> None:
    asked = say(chat, "documents")
    answer = say(chat, "my data")
    assert answer.turn is not None
    assert answer.turn.session.language == "en"
    assert answer.messages[-1].options == asked.messages[-1].options


def test_a_long_visit_fits_into_messages_and_still_reads_back(chat: Chat) -> None:
    pseudonym = chat.vault.pseudonym("telegram", USER)
    rows = {"sessions": [{"state": {"offered": [f"o:documents/x/{n}" for n in range(200)]}}]}
    for text in ("perdí mi dui", "menú", "documentos"):
        say(chat, text, address=USER)
    answer = say(chat, "mis datos")
    assert all(len(message.text) <= 1024 for message in answer.messages)
    assert len(in_one(shown(answer))["outbox"]) >= 3
    assert json.loads(my_data.as_text(rows)) == rows
    assert pseudonym


def test_the_terminal_keeps_nothing_and_says_so(content: Content) -> None:
    talk = Conversation(content, lambda _: [], "es", "SV")
    assert phrases.DATA_NOTHING in "".join(m.text for m in talk.say(Message(text="mis datos")))


def test_erasing_leaves_no_row_in_any_table(chat: Chat) -> None:
    """Every table of the real schema with a column `chat` is filled, and empty afterwards."""
    pseudonym, other = (chat.vault.pseudonym("telegram", user) for user in (USER, "other"))
    say(chat, "documentos", "other", address="other")
    before = {name: len(rows) for name, rows in held(chat, "other").items()}
    with chat.engine.begin() as connection:
        tables = _tables(connection)
        assert tables
        for table in tables:
            values: dict[str, Any] = {
                c.name: b"x" if isinstance(c.type, LargeBinary) else 1
                for c in table.c
                if not c.nullable and c.name != "id"
            }
            connection.execute(insert(table), values | {"chat": pseudonym})
    assert {table.name for table in tables} == set(held(chat))
    answer = say(chat, "borrar")
    assert held(chat) == {}
    assert {name: len(rows) for name, rows in held(chat, "other").items()} == before
    assert "No puedo borrar la copia" in written(answer)
    assert other != pseudonym


def test_no_table_hides_a_person_under_another_name(chat: Chat) -> None:
    """What is as long as a pseudonym is called `chat`, or is named here with the reason."""
    known = {
        ("staff_recovery_codes", "hash"),  # staff
        ("staff_attempts", "key"),  # staff
        ("staff_known_networks", "key"),  # staff
    }
    found = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, LargeBinary) and column.type.length == 16
    }
    assert found - known == {(table.name, "chat") for table in of_a_chat.tables_of_chats()}


def test_leaving_ends_the_visit_and_keeps_what_is_on_its_way(chat: Chat) -> None:
    say(chat, "documentos", address=USER)
    say(chat, "salir", address=USER)
    assert set(held(chat)) == {"outbox"}  # the goodbye has yet to arrive


def test_of_a_child_nothing_stays_but_the_visit(chat: Chat) -> None:
    with chat.engine.begin() as connection:
        terms.write_terms(connection)
        put(connection, an_office("cerca", department="La Paz", municipality="Zacatecoluca"))
    say(chat, "tengo 15 años, soy menor de edad")
    before = _all_rows(chat)
    button = report_id((reports.short_id(at_id("cerca")),), "closed")
    for text in ("perdí mi dui", "xyzzy qwrtz", button, "mis datos"):
        answer = say(chat, text)
        if text == button:
            assert phrases.REPORT_BY_CHILD in written(answer)
    after = _all_rows(chat)
    assert {name for name in after if after[name] != before[name]} <= {"sessions"}
    assert len(after["sessions"]) == 1
    assert isinstance(answer.turn and answer.turn.session, Session)


def _all_rows(chat: Chat) -> dict[str, list[Any]]:
    with chat.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in metadata.sorted_tables
        }
