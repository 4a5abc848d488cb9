"""Every path of a flow can be read as a transcript."""

from itertools import islice

from flows_for_tests import (
    A_SATURDAY,
    A_WEDNESDAY,
    FLOWS,
    IDENTITY,
    LADDER,
    a_flow,
    a_question,
    a_rule,
    an_outcome,
)
from hypothesis import given, settings

from flows.definition import Flow, Outcome, ServiceQuery
from flows.walking import count_paths, walk, walk_as_text


def many_paths(questions: int) -> Flow:
    """A flow of two ways at each question, so of 2**questions paths."""
    nodes = [
        a_question(f"q{number}", ("a", "b"), a_rule(f"q{number + 1}"))
        for number in range(questions)
    ]
    return a_flow(*nodes, an_outcome(f"q{questions}"))


def test_every_path_of_a_country_is_walked() -> None:
    paths = [
        [step.option or step.node for step in path]
        for path in walk(IDENTITY, "SV", str, A_WEDNESDAY)
    ]
    assert paths == [
        ["lost", "replace_dui"],
        ["expired", "replace_dui"],
        ["never_had", "first_document"],
    ]


def test_a_walk_looks_at_the_clock() -> None:
    def ends(at: object) -> set[str]:
        return {path[-1].node for path in walk(LADDER, "SV", str, at)}  # type: ignore[arg-type]

    assert ends(A_WEDNESDAY) == {"desk", "town"}
    assert ends(A_SATURDAY) == {"closed", "town"}


def test_a_path_is_a_transcript() -> None:
    flow = a_flow(
        a_question("start", ("a",), a_rule("end")),
        Outcome("end", "Vaya.", ("documents/passport",), ServiceQuery("work"), ("other",)),
    )
    assert "".join(walk_as_text(flow, "SV", str.upper, A_WEDNESDAY)) == (
        "test · SV · 1\n"
        "  start: ¿START?\n"
        "    > A\n"
        "  end: VAYA.\n"
        "    = documents/passport\n"
        "    = work (municipality)\n"
        "    → other\n"
    )


def test_the_last_line_says_that_there_are_more_paths() -> None:
    *paths, last = walk_as_text(IDENTITY, "SV", str, A_WEDNESDAY, at_most=2)
    assert len(paths) == 2
    assert last == "identity_document has more paths than these 2; the others are not shown.\n"
    assert len(list(walk_as_text(IDENTITY, "SV", str, A_WEDNESDAY, at_most=3))) == 3


def test_paths_come_one_by_one() -> None:
    flow = many_paths(30)
    first = list(islice(walk(flow, "SV", str, A_WEDNESDAY), 3))
    assert [path[-1].node for path in first] == ["q30"] * 3
    assert count_paths(flow, "SV", A_WEDNESDAY, at_most=50) == 50
    assert count_paths(many_paths(4), "SV", A_WEDNESDAY) == 16


def test_a_path_that_comes_back_or_leads_nowhere_says_so() -> None:
    flow = a_flow(
        a_question("start", ("back", "gone"), a_rule("start", answer="back"), a_rule("nowhere"))
    )
    problems = [path[-1].problem for path in walk(flow, "SV", str, A_WEDNESDAY)]
    assert problems == [
        "the path comes back to this question",
        "the flow does not go on from here",
    ]


@settings(deadline=None)
@given(FLOWS)
def test_every_walk_ends_in_an_outcome_or_a_problem(flow: Flow) -> None:
    for path in walk(flow, "GT", str, A_WEDNESDAY, at_most=200):
        assert all(step.option is not None for step in path[:-1])
        last = path[-1]
        assert last.problem or isinstance(flow.nodes[last.node], Outcome)
