"""Whoever says to be under 18 by a tap is known as a child until the visit ends, and no longer."""

import re

import pytest

from bot.children import MINOR, is_child
from bot.content import Content
from bot.conversation import take_turn
from bot.counting import cells_of_turn
from bot.messages import Kind, Message, Session, Turn
from bot.options import answer_id
from bot.sessions import from_json, to_json
from flows.definition import Option, Question

TAP = "o:wellbeing/more/minor"
AWAY = ("menú", "f:work", "pasaporte", "o:arrival/safe/yes", "w:start")


def tell(session: Session, said: str, content: Content) -> Turn:
    """A turn after a text, or a tap where it is the id of an option."""
    tap = Message(kind=Kind.OPTION, option=said)
    turn = take_turn(session, tap if said[1:2] == ":" else Message(text=said), content)
    assert from_json(to_json(turn.session)) == turn.session
    return turn


def are_counted(before: Session, said: str, turn: Turn, content: Content) -> bool:
    return bool(cells_of_turn(before, turn, Message(text=said), "web", content))


def options(content: Content) -> dict[str, Option]:
    return {
        answer_id(flow.id, node.id, option.id): option
        for flow in content.flows.values()
        for node in flow.nodes.values()
        if isinstance(node, Question)
        for option in node.options
    }


def test_every_answer_that_says_it_of_oneself_is_marked_as_such(content: Content) -> None:
    found = options(content)
    marked = {name for name, option in found.items() if option.situation == MINOR}
    said = re.compile(r"(Para mí: t|T)engo menos de 18|Menos de 18")
    assert marked == {name for name, option in found.items() if said.match(option.label)}
    assert {"arrival", "health", "job_search", "leaving_again", "my_own_studies", "safety",
            "violence", "wellbeing"} == {name[2:].split("/")[0] for name in marked}  # fmt: skip


@pytest.mark.parametrize("country", ["HN", None])
def test_by_whichever_flow_they_tell_it_nothing_of_theirs_is_counted(
    content: Content, country: str | None
) -> None:
    for name in (name for name, option in options(content).items() if option.situation == MINOR):
        before = Session(country=country, greeted=True)
        turn = tell(before, name, content)
        assert not are_counted(before, name, turn, content), name
        assert not turn.session.situations
        for said in AWAY:
            after = tell(turn.session, said, content)
            assert is_child(after.session, content), (name, said)
            assert not are_counted(turn.session, said, after, content)


def test_an_answer_that_was_taken_back_says_nothing(content: Content) -> None:
    session = Session(country="GT", greeted=True)
    for said in ("f:wellbeing", "o:wellbeing/feeling/more", TAP):
        session = tell(session, said, content).session
    assert is_child(session, content)
    session = tell(session, "atrás", content).session
    assert session.answers == {"feeling": "more"}
    assert not is_child(session, content)
    again = tell(tell(session, TAP, content).session, "o:wellbeing/more/talk", content).session
    assert not is_child(tell(again, "menú", content).session, content)


def test_what_they_told_is_not_asked_again_in_another_flow(content: Content) -> None:
    session = tell(Session(country="GT", greeted=True), TAP, content).session
    session = tell(session, "menú", content).session
    assert session.situations == (MINOR,)
    asked = tell(session, "f:my_own_studies", content).session
    assert (asked.node, asked.answers) == ("with_adult", {"level": "minor"})


@pytest.mark.parametrize("word", ["salir", "borrar"])
def test_nothing_of_it_is_left_when_the_visit_ends(content: Content, word: str) -> None:
    session = tell(Session(country="GT", greeted=True), TAP, content).session
    turn = tell(tell(session, "menú", content).session, word, content)
    assert turn.ending is not None
    assert not is_child(turn.session, content)


def test_other_situations_told_by_a_tap_stay_in_their_flow(content: Content) -> None:
    session = tell(Session(country="GT", greeted=True), "o:violence/about_you/lgbt", content)
    assert tell(session.session, "menú", content).session.situations == ()
