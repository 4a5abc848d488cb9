"""Saying what is wrong with an office in two taps, from the button to the task and the caution."""

from datetime import UTC, datetime, timedelta

import pytest
from offices_for_tests import an_office, at_id, put
from sqlalchemy import delete, func, select

from bot import chat as chats
from bot import phrases, reporting
from bot.chat import Chat, Inbound, Receipt
from bot.content import Content
from bot.messages import Kind, Location, Message, OutgoingMessage, Reported, Session
from bot.options import SHORT_ID, report_id, split_report
from flows.definition import MAX_OPTION_ID_BYTES
from knowledge.directory import reports, terms
from knowledge.store.directory_tables import service_at_locations
from knowledge.store.report_tables import service_reports

AT = datetime(2026, 11, 23, 16, tzinfo=UTC)  # Monday, 10:00 in El Salvador
OFFICES = ("cerca", "lejos")
NEAR, FAR = (reports.short_id(at_id(name)) for name in OFFICES)


@pytest.fixture
def talking(chat: Chat) -> Chat:
    """A chat over a directory of two passport offices."""
    with chat.engine.begin() as connection:
        terms.write_terms(connection)
        put(
            connection,
            an_office("cerca", department="La Paz", municipality="Zacatecoluca",
                      point=(13.50, -88.87), hours="Mo-Fr 08:00-16:00"),
            an_office("lejos", department="Sonsonate", municipality="Sonsonate",
                      point=(13.72, -89.72), hours="24/7"),
        )  # fmt: skip
    return chat


def say(chat: Chat, message: str | Location, user: str = "1", at: datetime = AT) -> Receipt:
    told: dict[str, object] = {"at": at, "country": "SV"}
    if isinstance(message, Location):
        told |= {"kind": Kind.LOCATION, "location": message}
    elif message.startswith("r:"):
        told |= {"kind": Kind.OPTION, "option": message}
    else:
        told |= {"text": message}
    return chat.take(Inbound("test", user, Message(**told)))  # type: ignore[arg-type]


def buttons(receipt: Receipt) -> list[str]:
    return [option.id for message in receipt.messages for option in message.options]


def cards(receipt: Receipt) -> list[OutgoingMessage]:
    return [message for message in receipt.messages if message.services]


def ask_for_offices(chat: Chat, user: str = "1") -> str:
    """Ask for the passport in Zacatecoluca; return the button that says that something is wrong."""
    answer = say(chat, "quiero sacar el pasaporte en Zacatecoluca", user)
    (button,) = (option for option in buttons(answer) if option.startswith("r:"))
    return button


def test_a_button_holds_five_offices_and_both_sides_mean_the_same_id() -> None:
    short = reports.short_id(at_id("cerca"))
    assert SHORT_ID == reports.SHORT == len(short)
    assert tuple(phrases.REPORT_KINDS) == reports.KINDS == tuple(phrases.CAUTION)
    assert len(report_id((short,) * 5).encode()) <= MAX_OPTION_ID_BYTES
    for kind in reports.KINDS:
        option = report_id((short,), kind)
        assert len(option.encode()) <= MAX_OPTION_ID_BYTES
        assert split_report(option) == ((short,), kind)


@pytest.mark.parametrize("option", ["r:", "r:abc", "r:/closed", f"r:{'a' * 24}/closed", "r:é/x"])
def test_a_button_that_is_none_of_ours_is_told_so(content: Content, option: str) -> None:
    assert reporting.step(Session(country="SV"), content, option) is None


def test_two_taps_make_a_task_and_two_people_a_caution(talking: Chat) -> None:
    for user in ("0", "1", "2", "3"):  # one mark in 32 is shared: four people are two at least
        button = ask_for_offices(talking, user)
        assert button == f"r:{NEAR}{FAR}"
        asked = say(talking, button, user)
        assert asked.messages[-1].text == f"cerca\n{phrases.ASK_REPORT}"
        assert [o.label for o in asked.messages[-1].options] == [
            *phrases.REPORT_KINDS.values(), "Otra oficina: lejos", phrases.BUTTON_MENU
        ]  # fmt: skip
        thanked = say(talking, f"r:{NEAR}/closed", user)
        assert thanked.turn is not None
        assert thanked.turn.report == Reported(NEAR, "closed")
        assert thanked.messages[0].text.startswith(phrases.REPORT_THANKS)
    with talking.engine.begin() as connection:
        (task,) = reports.open_tasks(connection)
    assert (task.at_id, task.kinds, task.caution) == (at_id("cerca"), ("closed",), True)
    (shown,) = cards(say(talking, "quiero sacar el pasaporte en Zacatecoluca", "9"))
    assert phrases.CAUTION["closed"] in shown.text


def test_the_words_of_a_button_can_be_typed(talking: Chat) -> None:
    ask_for_offices(talking)
    say(talking, phrases.BUTTON_REPORT)
    thanked = say(talking, "El teléfono no sirve").turn
    assert thanked is not None
    assert thanked.report == Reported(NEAR, "phone")


def test_a_report_on_an_office_that_is_gone_is_not_thanked_for(talking: Chat) -> None:
    with talking.engine.begin() as connection:
        connection.execute(
            delete(service_at_locations).where(service_at_locations.c.id == at_id("lejos"))
        )
    answer = say(talking, f"r:{FAR}/moved")
    assert phrases.OFFICE_GONE in answer.messages[-1].text + answer.messages[0].text
    assert not any(phrases.REPORT_THANKS in message.text for message in answer.messages)
    with talking.engine.begin() as connection:
        assert connection.execute(select(func.count()).select_from(service_reports)).scalar() == 0


def test_marks_of_people_expire_with_everything_else(talking: Chat) -> None:
    say(talking, f"r:{NEAR}/closed")
    assert chats.expire(talking.engine, AT + timedelta(days=20))["report_marks"] == 0
    assert chats.expire(talking.engine, AT + timedelta(days=40))["report_marks"] == 1


def test_is_it_open_is_answered_for_the_offices_on_the_screen(talking: Chat) -> None:
    ask_for_offices(talking)
    (now,) = cards(say(talking, "¿está abierto ahora?"))
    assert now.text.startswith(phrases.OFFICES_NOW)
    assert [s["name"] for s in now.services] == ["cerca", "lejos"]
    assert [s["state"] for s in now.services] == ["open", "open"]
    (tonight,) = cards(say(talking, "is it open now?", at=AT + timedelta(hours=12)))
    assert [s["state"] for s in tonight.services] == ["opens_at", "open"]


def test_a_shared_location_serves_one_answer_and_leaves_nothing(talking: Chat) -> None:
    ask_for_offices(talking)
    known = say(talking, "menú").turn
    answer = say(talking, Location(13.7203, -89.7242))
    (shown,) = cards(answer)
    assert [s["name"] for s in shown.services] == ["lejos", "cerca"]
    assert shown.services[0]["distance_km"] < 1
    assert f"r:{FAR}{NEAR}" in buttons(answer)  # the button works without being remembered
    assert known is not None
    assert answer.turn is not None
    after = answer.turn.session
    assert after.offices == ()
    assert not any(option.startswith("r:") for option in after.offered)
    places = ("country", "department", "municipality")
    assert [getattr(after, name) for name in places] == [
        getattr(known.session, name) for name in places
    ]
    again = say(talking, "¿está abierto ahora?")
    assert again.messages[0].text.startswith(phrases.OFFICES_ANEW)
    (shown,) = cards(again)
    assert shown.services[0]["name"] == "cerca"


def test_a_location_alone_tells_the_country_for_its_answer_only(talking: Chat) -> None:
    first = Message(kind=Kind.OPTION, option="a:documents/passport", at=AT)
    talking.take(Inbound("test", "5", first))
    place = Message(kind=Kind.LOCATION, location=Location(13.7203, -89.7242), at=AT)
    turn = talking.take(Inbound("test", "5", place)).turn
    assert turn is not None
    assert turn.session.country is None
