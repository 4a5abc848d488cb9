"""Small flows for tests: the smallest record that says what the test is about."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from hypothesis import strategies as st

from flows.conditions import CONDITIONS, Situation
from flows.definition import Flow, Node, Option, Outcome, Question, Rule

A_WEDNESDAY = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)  # 10:00 in the region
A_SATURDAY = datetime(2026, 3, 7, 16, 0, tzinfo=UTC)

ARTICLES = frozenset({"documents/birth-certificate", "documents/replace-national-id"})
TOPICS = frozenset({"documents", "work"})


def a_question(node_id: str, options: Iterable[str], *rules: Rule) -> Question:
    """A question whose labels are its option ids."""
    return Question(node_id, f"¿{node_id}?", tuple(Option(o, o) for o in options), rules)


def an_outcome(node_id: str) -> Outcome:
    return Outcome(node_id, f"Vaya a {node_id}.", articles=("documents/birth-certificate",))


def a_rule(
    go: str,
    answer: str = "",
    country: str = "",
    condition: str | None = None,
    earlier: Mapping[str, str] | None = None,
) -> Rule:
    """A line of `next`; several ids stand in one text, with spaces between."""
    tests = {node: frozenset(ids.split()) for node, ids in (earlier or {}).items()}
    return Rule(go, frozenset(answer.split()), frozenset(country.split()), tests, condition)


def a_flow(*nodes: Node, first: str | None = None, flow_id: str = "test") -> Flow:
    """A flow that begins at its first node."""
    return Flow(flow_id, "Prueba", first or nodes[0].id, {node.id: node for node in nodes})


def a_situation(
    country: str | None = "SV",
    answers: Mapping[str, str] | None = None,
    at: datetime = A_WEDNESDAY,
) -> Situation:
    return Situation(country, "es", answers or {}, at)


# Craft's example: an answer, the country, and everybody else.
IDENTITY = a_flow(
    a_question(
        "what_happened",
        ("lost", "expired", "never_had"),
        a_rule("first_document", answer="never_had"),
        a_rule("replace_dui", country="SV"),
        a_rule("other_country"),
    ),
    an_outcome("replace_dui"),
    an_outcome("first_document"),
    an_outcome("other_country"),
    flow_id="identity_document",
)

# An earlier answer, a condition and the country decide the second step.
LADDER = a_flow(
    a_question("where", ("airport", "home"), a_rule("papers")),
    a_question(
        "papers",
        ("some", "none"),
        a_rule("closed", answer="none", condition="weekend"),
        a_rule("desk", answer="none", earlier={"where": "airport"}),
        a_rule("capital", country="GT HN", earlier={"where": "home"}),
        a_rule("town"),
    ),
    *(an_outcome(node) for node in ("closed", "desk", "capital", "town")),
)

# Arbitrary flows, most of them broken: rings, lines to nowhere, unknown names.
IDS = st.sampled_from(["a", "b", "c", "d", "e"])
RULES = st.builds(
    a_rule,
    IDS,
    answer=st.sampled_from(["", "a", "a b", "c"]),
    country=st.sampled_from(["", "SV", "GT MX", "US"]),
    condition=st.sampled_from([None, *CONDITIONS, "unknown"]),
    earlier=st.dictionaries(IDS, st.sampled_from(["a", "b c"]), max_size=1),
)
QUESTIONS = st.builds(
    lambda node, options, rules: a_question(node, options, *rules),
    IDS,
    st.lists(IDS, max_size=3, unique=True),
    st.lists(RULES, max_size=4),
)
FLOWS = st.builds(
    lambda first, nodes: a_flow(*nodes, first=first),
    IDS,
    st.lists(QUESTIONS | st.builds(an_outcome, IDS), min_size=1, max_size=6),
)
