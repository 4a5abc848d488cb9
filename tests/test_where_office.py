"""Questions that ask no more than where the office is, and those that ask something else."""

import pytest

from bot import phrases
from bot.content import Content
from bot.conversation import take_turn
from bot.messages import Ask, Message, Say, Session, ShowServices, Turn
from bot.where_office import asks_where


def ask(content: Content, text: str, session: Session | None = None) -> Turn:
    if session is None:
        session = take_turn(
            Session(country="GT", greeted=True), Message(text="perdí mi dpi"), content
        ).session
        assert session.article is not None
    return take_turn(session, Message(text=text), content)


def offices(turn: Turn) -> list[ShowServices]:
    return [reply for reply in turn.replies if isinstance(reply, ShowServices)]


@pytest.mark.parametrize(
    "text",
    [
        "¿dónde es?", "donde queda la oficina", "a donde voy", "¿cuál es la dirección?",
        "oficinas cerca de mí", "oficina más cercana", "where is the office?", "where do i go",
        "what is the address", "nearest office please", "offices near me",
    ],
)  # fmt: skip
def test_who_asks_where_sees_the_offices_and_how_to_see_nearer_ones(
    content: Content, text: str
) -> None:
    assert asks_where(text, "GT")
    turn = ask(content, text)
    assert [show.municipality for show in offices(turn)] == [None]
    assert Say(phrases.SAY_WHERE) in turn.replies
    assert isinstance(turn.replies[-1], Ask)
    assert turn.answered


@pytest.mark.parametrize(
    "text",
    [
        "where is the office in xela", "oficina en xela", "¿dónde queda la oficina en Xela?",
        "a dónde voy en xela", "y en xela", "nearest office in quetzaltenango",
    ],
)  # fmt: skip
def test_with_a_place_they_see_the_offices_there(content: Content, text: str) -> None:
    turn = ask(content, text)
    assert [show.municipality for show in offices(turn)] == ["Quetzaltenango"]
    assert Say(phrases.SAY_WHERE) not in turn.replies


@pytest.mark.parametrize(
    "text",
    [
        "¿dónde hay trabajo?", "donde estudio inglés", "where can i find a job", "mi hijo no está",
        "la oficina de ICE se quedó con mi bolsa", "xela", "",
    ],
)  # fmt: skip
def test_it_asks_something_else(text: str) -> None:
    assert not asks_where(text, "GT")


def test_without_an_answer_on_the_screen_it_is_an_ordinary_question(content: Content) -> None:
    assert not offices(ask(content, "¿dónde es?", Session(country="GT", greeted=True)))


def test_a_town_that_is_known_is_not_asked_for(content: Content) -> None:
    first = ask(content, "vivo en xela").session
    turn = ask(content, "¿dónde queda la oficina?", first)
    assert [show.municipality for show in offices(turn)] == ["Quetzaltenango"]
    assert Say(phrases.SAY_WHERE) not in turn.replies
