"""One answer moves exactly one node, and what cannot be followed is a value."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from flows_for_tests import (
    A_SATURDAY,
    A_WEDNESDAY,
    FLOWS,
    IDENTITY,
    IDS,
    LADDER,
    a_flow,
    a_question,
    a_rule,
    a_situation,
    an_outcome,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.conditions import office_hours, weekend
from flows.definition import COUNTRIES, Flow
from flows.engine import Gone, NeedsCountry, Next, answer, begin, replay


def test_a_flow_begins_at_its_first_node() -> None:
    assert begin(IDENTITY, a_situation()) == "what_happened"
    assert begin(a_flow(an_outcome("end"), first="start"), a_situation()) == Gone("start")


@pytest.mark.parametrize(
    ("option", "country", "expected"),
    [
        ("never_had", "SV", "first_document"),
        ("never_had", None, "first_document"),  # the country is not asked before it matters
        ("lost", "SV", "replace_dui"),
        ("lost", "GT", "other_country"),
        ("lost", "US", "other_country"),
        ("lost", None, NeedsCountry("what_happened", "lost")),
        ("stolen", "SV", Gone("what_happened", "stolen")),
    ],
)
def test_the_first_line_that_holds_wins(option: str, country: str | None, expected: Next) -> None:
    assert answer(IDENTITY, "what_happened", option, a_situation(country)) == expected


@pytest.mark.parametrize(
    ("where", "option", "country", "at", "expected"),
    [
        ("airport", "none", None, A_WEDNESDAY, "desk"),
        ("airport", "none", None, A_SATURDAY, "closed"),
        ("airport", "some", None, A_SATURDAY, "town"),
        ("home", "none", "GT", A_WEDNESDAY, "capital"),
        ("home", "none", "SV", A_WEDNESDAY, "town"),
        ("home", "some", None, A_WEDNESDAY, NeedsCountry("papers", "some")),
    ],
)
def test_lines_look_at_earlier_answers_and_conditions(
    where: str, option: str, country: str | None, at: datetime, expected: Next
) -> None:
    situation = a_situation(country, {"where": where}, at)
    assert answer(LADDER, "papers", option, situation) == expected


@pytest.mark.parametrize("node", ["replace_dui", "nowhere"])
def test_nobody_answers_an_outcome_or_a_node_that_is_gone(node: str) -> None:
    assert answer(IDENTITY, node, "lost", a_situation()) == Gone(node)


def test_a_line_to_a_node_that_is_gone_and_no_line_at_all_are_values() -> None:
    flow = a_flow(
        a_question("start", ("a", "b"), a_rule("nowhere", answer="a"), a_rule("x", answer="c"))
    )
    assert answer(flow, "start", "a", a_situation()) == Gone("nowhere")
    assert answer(flow, "start", "b", a_situation()) == Gone("start", "b")


def test_an_unknown_condition_never_holds() -> None:
    flow = a_flow(
        a_question("start", ("a",), a_rule("x", condition="full_moon"), a_rule("end")),
        an_outcome("x"),
        an_outcome("end"),
    )
    assert answer(flow, "start", "a", a_situation()) == "end"


@pytest.mark.parametrize(
    ("answers", "country", "held", "stops"),
    [
        ({}, "SV", [], "where"),
        ({"where": "home"}, "SV", ["where"], "papers"),
        ({"papers": "none", "where": "airport"}, "SV", ["where", "papers"], "desk"),
        ({"where": "home", "papers": "some"}, "HN", ["where", "papers"], "capital"),
        (
            {"where": "home", "papers": "some"},
            None,
            ["where", "papers"],
            NeedsCountry("papers", "some"),
        ),
        ({"where": "sea", "papers": "some"}, "SV", [], "where"),  # the option was edited away
        ({"papers": "some", "old": "yes"}, "SV", [], "where"),  # so was a whole node
        ({"where": "home", "town": "x"}, "SV", ["where"], "papers"),
        ({"where": "airport", "papers": "none", "desk": "x"}, "SV", ["where", "papers"], "desk"),
    ],
)
def test_recorded_answers_are_walked_as_far_as_they_hold(
    answers: Mapping[str, str], country: str | None, held: list[str], stops: Next
) -> None:
    replayed = replay(LADDER, answers, a_situation(country))
    assert list(replayed.answers) == held
    assert replayed.stops == stops


def test_an_answer_from_another_path_does_not_decide() -> None:
    # "where" is only asked after "start"; an old answer to it must not count before.
    flow = a_flow(
        a_question("start", ("go",), a_rule("old", earlier={"where": "home"}), a_rule("where")),
        a_question("where", ("home",), a_rule("end")),
        an_outcome("old"),
        an_outcome("end"),
    )
    replayed = replay(flow, {"start": "go", "where": "home"}, a_situation())
    assert replayed.stops == "end"


@pytest.mark.parametrize(
    ("instant", "is_weekend", "is_open"),
    [
        (datetime(2026, 3, 6, 21, 59, tzinfo=UTC), False, True),  # Friday 15:59 there
        (datetime(2026, 3, 6, 22, 0, tzinfo=UTC), False, False),
        (datetime(2026, 3, 7, 5, 59, tzinfo=UTC), False, False),  # still Friday there
        (datetime(2026, 3, 7, 6, 0, tzinfo=UTC), True, False),
        (datetime(2026, 3, 8, 15, 0, tzinfo=UTC), True, False),
        (datetime(2026, 3, 9, 5, 59, tzinfo=UTC), True, False),  # Sunday 23:59
        (datetime(2026, 3, 9, 14, 0, tzinfo=UTC), False, True),  # Monday 8:00
        (datetime(2026, 3, 9, 13, 59, tzinfo=UTC), False, False),
    ],
)
def test_conditions_tell_the_hour_of_the_region(
    instant: datetime, is_weekend: bool, is_open: bool
) -> None:
    situation = a_situation(at=instant)
    assert (weekend(situation), office_hours(situation)) == (is_weekend, is_open)


@settings(deadline=None)
@given(FLOWS, st.dictionaries(IDS, IDS), st.sampled_from([None, *COUNTRIES, "US"]))
def test_no_flow_and_no_answers_make_the_engine_raise_or_turn_for_ever(
    flow: Flow, answers: dict[str, str], country: str | None
) -> None:
    situation = a_situation(country, answers)
    replayed = replay(flow, answers, situation)
    assert replayed.answers.items() <= answers.items()
    assert list(replay(flow, replayed.answers, situation).answers) == list(replayed.answers)
    for node, option in answers.items():
        there = answer(flow, node, option, situation)
        assert isinstance(there, NeedsCountry | Gone) or there in flow.nodes
        if country is not None:
            assert not isinstance(there, NeedsCountry)
