"""Saying whether an answer helped: when it is asked, how it is told, and what is counted of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import my_data, phrases
from bot.channels.telegram_messages import keyboard
from bot.chat import Chat, Inbound, Receipt
from bot.content import Content
from bot.conversation import take_turn
from bot.counting import cells_of_turn
from bot.messages import Ask, Kind, Message, Rated, Session, ShownOption, Turn
from bot.options import BACK, HELPED, MENU, NOT_HELPED, PERSON
from bot.sessions import from_json, to_json
from flows.definition import MAX_OPTION_ID_BYTES, Outcome
from knowledge.figures import indicators
from knowledge.figures.catalog import content_catalog, make_catalog
from knowledge.figures.cells import RATINGS, Cell
from knowledge.figures.release import release_due
from knowledge.staff.rights import Area

AT = datetime(2026, 11, 23, 16, tzinfo=UTC)
CONCERN = "hay gente rara afuera y tengo miedo, qué necesito para el pasaporte"
PASSPORT = "documents/passport"
SALVADOR = Session(country="SV", greeted=True)


def say(session: Session, said: str, content: Content) -> Turn:
    option = {"kind": Kind.OPTION, "option": said} if said[1:2] == ":" else {"text": said}
    message = Message(at=AT, **option)  # type: ignore[arg-type]  # one or the other
    return take_turn(session, message, content)


def after(content: Content, *said: str, session: Session = SALVADOR) -> Turn:
    for words in said:
        turn = say(session, words, content)
        session = from_json(to_json(turn.session))
    return turn


def pairs(turn: Turn) -> list[str]:
    return [option for option in turn.session.offered if option.startswith((HELPED, NOT_HELPED))]


def cells(before: Session, said: str, content: Content) -> tuple[Cell, ...]:
    option = {"kind": Kind.OPTION, "option": said} if said[1:2] == ":" else {"text": said}
    message = Message(at=AT, **option)  # type: ignore[arg-type]  # one or the other
    return cells_of_turn(before, take_turn(before, message, content), message, "web", content)


@pytest.fixture
def shown(content: Content) -> Session:
    """Somebody who has just read how to get a passport."""
    return after(content, "qué necesito para el pasaporte").session


def test_the_pair_ends_the_list_below_an_answer(content: Content, shown: Session) -> None:
    assert shown.offered[-3:] == (MENU, HELPED + PASSPORT, NOT_HELPED + PASSPORT)
    other = say(SALVADOR, f"a:{PASSPORT}", content)
    assert isinstance(other.replies[-1], Ask)
    assert [option.id for option in other.replies[-1].options] == list(shown.offered)


def test_every_article_is_rated_unless_it_helps_in_danger(content: Content) -> None:
    helping = {a for known in content.danger.categories.values() for a in known.articles}
    assert helping
    for article in content.articles:
        offered = pairs(say(SALVADOR, f"a:{article}", content))
        asked = article not in helping and not article.startswith("assistant/")
        assert offered == ([HELPED + article, NOT_HELPED + article] if asked else [])
        assert len((HELPED + article).encode()) <= MAX_OPTION_ID_BYTES
    names = [
        f"{flow.id}/{node.id}"
        for flow in content.flows.values()
        for node in flow.nodes.values()
        if isinstance(node, Outcome)
    ]
    assert max(len((HELPED + name).encode()) for name in names) <= MAX_OPTION_ID_BYTES


def test_an_outcome_without_an_article_is_rated_by_its_own_name(content: Content) -> None:
    flow = content.flows["documents"]
    bare = {
        name: replace(node, articles=(), flows=()) if isinstance(node, Outcome) else node
        for name, node in flow.nodes.items()
    }
    content = replace(content, flows={**content.flows, flow.id: replace(flow, nodes=bare)})
    session = after(content, "documentos").session
    while session.node and not isinstance(flow.nodes[session.node], Outcome):
        session = say(session, session.offered[0], content).session
    name = f"{session.flow}/{session.node}"
    assert session.offered[-2:] == (HELPED + name, NOT_HELPED + name)
    no = say(session, NOT_HELPED + name, content)
    assert no.session.offered == (PERSON, BACK, MENU)
    assert no.session.rated == (name,)


@pytest.mark.parametrize(
    "said",
    [
        ["hola"],
        ["documentos"],
        ["documentos", "qué necesito para el pasaporte"],  # a question waits
        ["me quiero morir"],
        ["me quiero morir", "a:psychosocial/suicidal-thoughts"],
        ["persona"],
        ["privacidad"],
        ["tengo 15 años y estoy solo", "qué necesito para el pasaporte"],
    ],
)
def test_nobody_is_asked_where_it_would_be_in_the_way(content: Content, said: list[str]) -> None:
    assert pairs(after(content, *said)) == []


def test_a_reply_that_asks_about_danger_asks_nothing_else(content: Content) -> None:
    turn = after(content, CONCERN)
    assert (turn.concern, turn.article) == (True, PASSPORT)
    assert pairs(turn) == []


def test_who_taps_that_they_are_under_18_is_not_asked_nor_counted(content: Content) -> None:
    asked = 0
    for flow in content.flows.values():
        for node in flow.nodes.values():
            for option in getattr(node, "options", ()):
                if option.id != "minor":
                    continue
                before = replace(SALVADOR, flow=flow.id, node=node.id)
                turn = say(before, f"o:{flow.id}/{node.id}/minor", content)
                assert pairs(turn) == []
                asked += 1
                if option.situation == "minor":
                    assert cells(before, f"o:{flow.id}/{node.id}/minor", content) == ()
    assert asked >= 5


def test_yes_is_thanked_and_leads_back_to_what_was_there(content: Content, shown: Session) -> None:
    turn = say(shown, HELPED + PASSPORT, content)
    assert turn.replies[0] == Rated(phrases.RATED_HELPED, helped=True)
    assert turn.session.offered == shown.offered[:-2]
    assert turn.session == replace(shown, offered=shown.offered[:-2], rated=(PASSPORT,))


def test_no_leads_to_other_words_and_a_person(content: Content, shown: Session) -> None:
    turn = say(shown, NOT_HELPED + PASSPORT, content)
    assert turn.replies[0] == Rated(phrases.RATED_NOT_HELPED, helped=False)
    assert turn.session.offered == (PERSON, MENU)


def test_an_older_pair_tapped_in_a_flow_goes_on_with_its_question(content: Content) -> None:
    waiting = after(content, "documentos")
    for option in (HELPED + PASSPORT, NOT_HELPED + PASSPORT):
        turn = say(waiting.session, option, content)
        assert turn.replies[1:] == waiting.replies[-1:]
        assert turn.rating is not None
        assert turn.session == replace(waiting.session, rated=(PASSPORT,))


def test_what_was_rated_is_not_asked_again_nor_counted_twice(
    content: Content, shown: Session
) -> None:
    assert Cell("rating", "not-helped") in cells(shown, NOT_HELPED + PASSPORT, content)
    rated = say(shown, NOT_HELPED + PASSPORT, content).session
    assert pairs(say(rated, "qué necesito para el pasaporte", content)) == []
    for option in (NOT_HELPED + PASSPORT, HELPED + PASSPORT):  # an older message still has them
        again = say(rated, option, content)
        assert again.rating is None
        assert again.session.rated == (PASSPORT,)
        assert not any(cell.by == "rating" for cell in cells(rated, option, content))


def test_the_memory_of_ratings_is_short_and_leaves_with_the_visit(content: Content) -> None:
    session = SALVADOR
    for article in content.articles:
        session = say(session, HELPED + article, content).session
    assert len(session.rated) == 10
    assert say(session, "salir", content).session.rated == ()


HELPS = ["me sirvió", "Me sirvió mucho, gracias", "sí me sirve", "gracias me sirvió", "me sirvio",
         "me sirbio", "it helped", "that helped, thank you", "That was very helpful!",
         "me ayudó", "me servio"]  # fmt: skip
DOES_NOT = ["no me sirvió", "no me sirvio", "no me sirbio", "No me ayudó", "no me sirvió de nada",
            "no me sirve", "not helpful", "it didn’t help", "it didnt help me", "that did not help",
            "unhelpful", "nome sirvio", "esto no me sirvió"]  # fmt: skip


@pytest.mark.parametrize("text", HELPS)
def test_it_can_be_said_in_words(content: Content, shown: Session, text: str) -> None:
    rating = say(shown, text, content).rating
    assert rating is not None
    assert rating.helped


@pytest.mark.parametrize("text", DOES_NOT)
def test_that_it_did_not_can_be_said_in_words(content: Content, shown: Session, text: str) -> None:
    rating = say(shown, text, content).rating
    assert rating is not None
    assert not rating.helped


@pytest.mark.parametrize(
    "text", ["sí", "no", "gracias", "no gracias", "ok", "ayuda", "no me sirve el dui", "¿me sirve?",
             "el teléfono no sirve", "me sirve el acta de nacimiento", "i need help",
             "me ayuda", "¿me ayuda?", "help me"],
)  # fmt: skip
def test_other_words_rate_nothing(content: Content, shown: Session, text: str) -> None:
    assert say(shown, text, content).rating is None


@pytest.mark.parametrize("text", [*HELPS, *DOES_NOT])
def test_the_same_words_rate_nothing_where_nothing_was_asked(content: Content, text: str) -> None:
    menu = after(content, "menú").session
    assert say(menu, text, content).rating is None


@pytest.mark.parametrize("option", [HELPED, NOT_HELPED, "y:gone/gone", "n:documents/what", "y:x"])
def test_a_button_that_is_none_of_ours_is_told_so(content: Content, option: str) -> None:
    turn = say(SALVADOR, option, content)
    assert turn.rating is None
    assert turn.session.rated == ()
    assert phrases.OLD_BUTTON in str(turn.replies)


def test_what_is_counted_is_a_cell_of_every_release_and_no_question(
    content: Content, shown: Session
) -> None:
    known = set(content_catalog().cells)
    typed = cells(shown, "me sirvió", content)
    assert set(typed) <= known
    assert [cell for cell in typed if cell.by == "rating"] == [Cell("rating", "helped")]
    assert not any(cell.by in ("question", "article", "topic") for cell in typed)
    child = replace(shown, situations=("minor",))
    assert cells(child, HELPED + PASSPORT, content) == ()


def test_a_session_of_before_ratings_goes_on(content: Content, shown: Session) -> None:
    old = to_json(shown).replace(b'"rated":[],', b"")
    assert b"rated" not in old
    assert from_json(old) == shown
    assert from_json('{"rated": ["documents/passport", 3]}').rated == (PASSPORT,)
    assert from_json('{"rated": "documents/passport"}').rated == ()
    assert say(from_json(old), HELPED + PASSPORT, content).rating is not None


def test_a_pair_is_a_row_of_its_own_on_telegram() -> None:
    options = [ShownOption("s:x", "Más oficinas"), ShownOption(MENU, "Menú"),
               ShownOption("w:back", "Atrás"), ShownOption("y:x", phrases.BUTTON_HELPED),
               ShownOption("n:x", phrases.BUTTON_NOT_HELPED)]  # fmt: skip
    for shown in (options, options[:2] + options[3:], options[1:2] + options[3:]):
        row = keyboard(shown)[-1]
        assert [button["callback_data"] for button in row] == ["y:x", "n:x"]


def tap(chat: Chat, user: str, option: str) -> Receipt:
    message = Message(kind=Kind.OPTION, option=option, country="SV", at=AT)
    return chat.take(Inbound("web", user, message))


def test_ratings_become_the_indicator_and_leave_no_answer_behind(chat: Chat) -> None:
    for number in range(37):
        option = (HELPED if number < 25 else NOT_HELPED) + PASSPORT
        tap(chat, str(number), option)
        tap(chat, str(number), option)  # twice is once
    catalog = make_catalog({"rating": RATINGS, "country": ("SV",)})
    release_due(chat.engine, datetime(2026, 12, 8, 18, tzinfo=UTC), catalog)
    with chat.engine.begin() as connection:
        found = {each.id: each for each in indicators.of_month(connection, "2026-11", Area())}
        told = my_data.stored(connection, chat.vault, chat.vault.pseudonym("web", "36"))
    helped = found["answers_helped"]
    assert (helped.part, helped.whole, helped.everywhere) == (25, 37, True)
    (row,) = told["sessions"]
    assert row["state"]["rated"] == [PASSPORT]
    assert "n:" not in str(row["state"]["offered"])
    written = "\n".join(m.text for m in tap(chat, "36", "w:data").messages)
    title = chat.content.articles[PASSPORT].title
    assert phrases.DATA_RATED.format(answers=title) in written
