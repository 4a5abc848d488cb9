"""The help itself: order, numbers with a source, plain words, children first, in every state."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot import danger, phrases
from bot.compose import Composer
from bot.content import SHIPPED, Content
from bot.conversation import take_turn
from bot.danger import Category, DangerBook, check_danger
from bot.messages import Ask, Ending, Kind, Message, Session, ShowConcern, ShowDanger
from bot.options import question_ids
from flows.definition import COUNTRIES, Question
from knowledge.readability import MIN_EASE_IN_DANGER, check_reading

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DIRECTORY = SHIPPED / "knowledge" / "danger"
REVIEWED = date(2026, 11, 22)
MOST_NUMBERS = 3
EMERGENCY = {"SV": "911", "GT": "110", "HN": "911", "MX": "911"}


def say(session: Session, text: str, content: Content):
    return take_turn(session, Message(text=text, at=AT), content)


def told(category: str, country: str | None, content: Content, language: str = "es") -> str:
    session = Session(language=language, country=country)
    (message,) = Composer(content).trouble(session, category)
    return message.text


def every_message(content: Content) -> list[tuple[str, str]]:
    return [(name, country) for name in content.danger.categories for country in COUNTRIES]


def test_the_first_reply_acknowledges_gives_the_number_and_one_choice(content: Content) -> None:
    for name, country in every_message(content):
        known = content.danger.categories[name]
        lines = told(name, country, content).split("\n")
        assert lines[0] == known.acknowledge
        first = 2 if known.line_first and content.danger.number(country, *known.lines) else 1
        assert EMERGENCY[country] in lines[first], (name, country)
        assert lines[-1] == phrases.LIMITS
    turn = say(Session(country="SV"), "me quiero morir", content)
    assert [type(reply) for reply in turn.replies] == [ShowDanger, Ask]


def test_no_message_names_more_than_three_numbers_and_each_has_its_source(
    content: Content,
) -> None:
    for name, country in every_message(content):
        (message,) = Composer(content).trouble(Session(country=country), name)
        assert 1 <= len(message.sources) <= MOST_NUMBERS
        assert all(source["url"].startswith("https://") for source in message.sources)
        shown = sum(
            number.number in message.text for number in content.danger.numbers[country].values()
        )
        assert shown >= len(message.sources)
        assert message.urgent


def test_messages_are_very_easy_to_read_and_ask_nothing(content: Content) -> None:
    from flows.definition import Place

    for name in content.danger.categories:
        for country in (*COUNTRIES, None):
            text = told(name, country, content)
            assert "?" not in text, "nobody is asked who, how, when or why"
            assert not check_reading(name, [(Place("x", 1), text)], MIN_EASE_IN_DANGER)


def test_the_line_for_women_is_offered_for_violence_at_home_alone(content: Content) -> None:
    with_women = [n for n, c in content.danger.categories.items() if "women" in c.lines]
    assert with_women == ["gbv"]
    assert "126" in told("gbv", "SV", content)
    assert "126" not in told("violence_now", "SV", content)


def test_without_a_country_all_four_numbers_stand_in_one_line(content: Content) -> None:
    turn = say(Session(), "me van a matar", content)
    text = Composer(content).compose(turn, None)[0].text
    assert phrases.EMERGENCY_ALL in text
    asked = turn.replies[-1]
    assert isinstance(asked, Ask)
    assert [o.id for o in asked.options][:4] == [f"c:{country}" for country in COUNTRIES]
    after = take_turn(turn.session, Message(Kind.OPTION, option="c:GT", at=AT), content)
    assert after.replies[0] == ShowDanger("violence_now", "GT")


def test_a_child_is_told_tú_and_the_line_for_children_first(content: Content) -> None:
    turn = say(Session(country="SV"), "tengo 13 años y mi papá me pega", content)
    assert turn.crisis == "child-danger"
    text = Composer(content).compose(turn, None)[0].text
    assert text.index("119") < text.index("911")
    assert "Llama al" in text
    assert "usted" not in text.lower()
    asked = turn.replies[-1]
    assert isinstance(asked, Ask)
    assert asked.text == phrases.NEXT_STEP_CHILD


def test_the_age_of_somebody_else_makes_nobody_a_child(content: Content) -> None:
    for text in ("mi hija tiene 13 años y su papá le pega", "tengo 13 años de casada y me pega"):
        reading = danger.examine(text, content.danger)
        assert reading.category is not None
        assert not content.danger.categories[reading.category].for_child


def waiting_states(content: Content) -> list[Session]:
    states = [
        Session(),
        Session(greeted=True),
        Session(country="HN", greeted=True, misses=1),
        Session(greeted=True, pending="a:documents/passport", offered=("c:SV", "c:GT")),
        Session(country="MX", greeted=True, article="documents/passport", offered=("w:menu",)),
        Session(flow="gone", node="gone", offered=("x:y", "")),
    ]
    for flow in content.flows.values():
        node = flow.nodes[flow.first]
        if isinstance(node, Question):
            states.append(
                Session(
                    country="GT",
                    flow=flow.id,
                    node=node.id,
                    offered=question_ids(flow.id, node),
                    greeted=True,
                )
            )
    return states


def test_danger_is_answered_first_in_every_state(content: Content) -> None:
    for session in waiting_states(content):
        for text, crisis in (("me quiero matar", "self-harm"), ("he beats me", "violence")):
            turn = say(session, text, content)
            assert isinstance(turn.replies[0], ShowDanger), session
            assert turn.crisis == crisis
            assert (turn.session.flow, turn.session.node) == (session.flow, session.node)


def test_danger_said_again_gets_help_again(content: Content) -> None:
    session = Session(country="SV")
    for _ in range(30):
        turn = say(session, "me quiero morir", content)
        assert isinstance(turn.replies[0], ShowDanger)
        session = turn.session


def test_the_question_that_waited_comes_back_when_the_person_chooses(content: Content) -> None:
    flow = next(f for f in content.flows.values() if isinstance(f.nodes[f.first], Question))
    session = Session(country="SV", flow=flow.id, node=flow.first, greeted=True)
    turn = say(session, "me van a matar", content)
    after = take_turn(turn.session, Message(Kind.OPTION, option="w:continue", at=AT), content)
    assert after.session.node == flow.first
    assert say(turn.session, "salir", content).ending is Ending.EXIT


def test_help_goes_out_even_when_the_search_is_broken(content: Content) -> None:
    broken = replace(content, index=None)
    session = Session(language="es", country="SV", greeted=True)
    turn = take_turn(session, Message(text="me quiero morir", at=AT), broken)
    assert isinstance(turn.replies[0], ShowDanger)


# Uneasy sentences, none of them plain: which ones only raise a concern is learned, not written.
UNEASY = (
    "hay gente rara afuera y tengo miedo",
    "pasaron dejando un mensaje de que ya tienen mi foto",
    "ya no tengo ganas de luchar, a veces pienso cosas feas",
    "siento que mi familia no me necesita para nada",
    "todos los días me siento peor y no quiero ver a nadie",
)


def concern_text(content: Content) -> str:
    """Return a sentence that only the score notices."""
    found = [text for text in UNEASY if danger.examine(text, content.danger).concern]
    assert found
    return found[0]


def test_a_concern_adds_one_line_and_a_button_above_the_answer(content: Content) -> None:
    text = concern_text(content)
    session = Session(country="SV", greeted=True)
    turn = say(session, text, content)
    assert turn.concern
    assert turn.crisis is None
    assert isinstance(turn.replies[0], ShowConcern)
    shown = Composer(content).compose(turn, None)
    assert shown[0].text == phrases.CONCERN
    assert [option.id for option in shown[0].options] == ["d:unnamed"]
    assert "d:unnamed" in turn.session.offered
    for said in (
        Message(Kind.OPTION, option="d:unnamed", at=AT),
        Message(text="sí", at=AT),
        Message(text="Estoy en peligro", at=AT),
    ):
        after = take_turn(turn.session, said, content)
        assert isinstance(after.replies[0], ShowDanger), said


def test_an_option_typed_as_it_stands_is_not_guessed_at(content: Content) -> None:
    for flow in content.flows.values():
        for node in flow.nodes.values():
            if not isinstance(node, Question):
                continue
            offered = question_ids(flow.id, node)
            session = Session(
                country="SV", flow=flow.id, node=node.id, offered=offered, greeted=True
            )
            for option in node.options:
                turn = say(session, option.label, content)
                assert not turn.concern, (flow.id, option.label)


def test_every_category_has_a_message_with_reviewer_and_date(content: Content) -> None:
    for category in content.danger.categories.values():
        assert category.reviewer
        assert date.fromisoformat(category.reviewed) == REVIEWED
    assert set(content.danger.phrases) <= set(content.danger.categories)


def test_what_is_shipped_has_no_finding_today_and_an_old_review_is_one(content: Content) -> None:
    assert check_danger(content.danger, REVIEWED, DIRECTORY) == []
    assert check_danger(content.danger, date(2027, 5, 21), DIRECTORY) == []
    late = [str(f) for f in check_danger(content.danger, date(2027, 5, 22), DIRECTORY)]
    assert len(late) == len(content.danger.categories)
    assert all("was last reviewed on 2026-11-22" in text for text in late)


@pytest.mark.parametrize(
    ("change", "told_as"),
    [
        ({"contract": "danger"}, 'contract: "danger" is not one of'),
        ({"act": "Llame ya."}, "act: has no {emergency}."),
        ({"line_text": "Llame."}, "line_text: has no {line}."),
        ({"lines": ("nobody",)}, 'line: no country has a number for "nobody".'),
        ({"child": "nobody"}, 'child: names "nobody", which is no message.'),
        ({"reviewed": "ayer"}, 'reviewed: "ayer" is not a date like 2026-11-22.'),
    ],
)
def test_a_wrong_message_is_told(change: dict[str, str], told_as: str, content: Content) -> None:
    category: Category = replace(content.danger.categories["self_harm"], **change)
    book: DangerBook = replace(
        content.danger, categories={**content.danger.categories, "self_harm": category}
    )
    findings = [str(f) for f in check_danger(book, REVIEWED, DIRECTORY)]
    assert any(told_as in text for text in findings), findings
