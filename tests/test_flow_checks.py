"""What the checks say when they know other flows, the directory and the translations."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from flows_for_tests import ARTICLES, FLOWS, IDENTITY, TOPICS, a_flow, a_rule, an_outcome
from hypothesis import given, settings

from flows.checks import check_flows
from flows.definition import Flow, Option, Outcome, Question, ServiceQuery
from flows.folding import fold
from flows.texts import flow_texts, list_texts
from flows.translation_checks import Translation


def told(*flows: Flow, **more: object) -> list[str]:
    by_id = {flow.id: flow for flow in flows}
    return [f.message for f in check_flows(by_id, ARTICLES, TOPICS, **more)]  # type: ignore[arg-type]


class Dictionary:
    """A catalog with one language, from a plain mapping."""

    languages: Sequence[str] = ("en",)

    def __init__(self, entries: Mapping[str, str | Translation]) -> None:
        self.entries = entries

    def find_translation(self, language: str, text: str) -> Translation | None:
        assert language == "en"
        found = self.entries.get(text)
        return Translation(found) if isinstance(found, str) else found


def in_english(flow: Flow, **changed: str | Translation) -> Dictionary:
    """A catalog that has every text of the flow, but for what is given by text."""
    return Dictionary({found.text: f"{found.text} (en)" for found in list_texts(flow)} | changed)


def test_a_sound_flow_gives_no_finding() -> None:
    assert told(IDENTITY, catalog=in_english(IDENTITY)) == []


def test_two_flows_do_not_start_with_the_same_word() -> None:
    first = replace(IDENTITY, starts_with=("dui", "Perdí mi documento"))
    second = replace(IDENTITY, id="other", starts_with=("perdi mi  documento!", "mi"))
    assert told(first, second) == [
        'starts_with: "perdi mi documento!" already opens identity_document (identity_document:1).'
    ]


NO_SUCH_FLOW = 'node end → flows: names "{}", but flows/library/ has no such flow.'


def test_a_flow_may_lead_to_another() -> None:
    first = a_flow(Outcome("end", "Siga.", flows=("second", "thrid")), flow_id="first")
    second = a_flow(an_outcome("end"), flow_id="third")
    assert told(first, second) == [
        NO_SUCH_FLOW.format("second"),
        f'{NO_SUCH_FLOW.format("thrid")} Did you mean "third"?',
    ]


NOTHING_TO_SHOW = (
    "node {}: has nothing to show to people from {}: neither its articles nor its services say "
    "anything about that country."
)


def test_an_outcome_has_something_to_show_in_every_country_where_people_get_there() -> None:
    question = Question(
        "start",
        "¿Qué?",
        (Option("a", "Esto"), Option("b", "Eso")),
        (a_rule("only_here", country="SV GT"), a_rule("elsewhere")),
    )
    flow = a_flow(
        question,
        an_outcome("only_here"),
        Outcome("elsewhere", "Vaya.", services=ServiceQuery("work")),
    )
    served = {("documents/birth-certificate", "SV"), ("work", "HN"), ("work", "GT")}
    assert told(flow, country_served=lambda term, country: (term, country) in served) == [
        NOTHING_TO_SHOW.format("elsewhere", "MX"),
        NOTHING_TO_SHOW.format("only_here", "GT"),
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (None, ['has no translation into "en" in locales/.']),
        ("", ['has no translation into "en" in locales/.']),
        (Translation("{day}", fuzzy=True), ['into "en" is marked fuzzy. Confirm it in locales/.']),
        ("{day}, {hour}", ["has the placeholders {day}, {hour}, the Spanish has {day}."]),
        ("Nothing", ["has the placeholders none, the Spanish has {day}."]),
        ("{day} " * 20, ["has 120 characters; here it may have 40.", "the placeholders"]),
        ("On {day}", []),
    ],
)
def test_every_text_is_translated(entry: str | Translation | None, expected: list[str]) -> None:
    flow = replace(IDENTITY, title="El {day}")
    entries = dict(in_english(flow).entries)
    entries.pop("El {day}")
    if entry is not None:
        entries["El {day}"] = entry
    findings = told(flow, catalog=Dictionary(entries))
    assert len(findings) == len(expected)
    for finding, piece in zip(sorted(findings), sorted(expected), strict=True):
        assert finding.startswith("title: ")
        assert piece in finding


OPTIONS = "node what_happened → options"


def test_two_options_do_not_become_one_in_another_language() -> None:
    catalog = in_english(IDENTITY, lost="Gone", expired="gone!", never_had="Help")
    assert told(IDENTITY, catalog=catalog) == [
        f'{OPTIONS} → expired: in "en", "gone!" also answers lost, as people type it. Change one.',
        f'{OPTIONS} → never_had: in "en", "Help" is a word that works everywhere. Choose another.',
    ]


def test_an_english_label_may_not_be_a_word_of_another_option() -> None:
    question = IDENTITY.nodes["what_happened"]
    assert isinstance(question, Question)
    lost, expired, never_had = question.options
    options = (lost, replace(expired, words=("gone",)), never_had)
    nodes = {**IDENTITY.nodes, question.id: replace(question, options=options)}
    flow = replace(IDENTITY, nodes=nodes)
    assert told(flow, catalog=in_english(flow, lost="Gone")) == [
        f'{OPTIONS} → lost: in "en", "Gone" also answers expired, as people type it. Change one.'
    ]


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Sí", "si"),
        ("  ¿QUÉ  pasó? ", "que paso"),
        ("el año-nuevo", "el ano nuevo"),
        ("perdí_mi DUI.", "perdi mi dui"),
        ("👍", ""),
    ],
)
def test_words_are_folded_as_people_type_them(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_every_text_is_listed_for_translation() -> None:
    assert [text for _, text in flow_texts(IDENTITY)] == [
        *("Prueba", "¿what_happened?", "lost", "expired", "never_had"),
        *("Vaya a replace_dui.", "Vaya a first_document.", "Vaya a other_country."),
    ]


@settings(deadline=None)
@given(FLOWS)
def test_no_flow_makes_the_checks_raise(flow: Flow) -> None:
    assert told(flow, catalog=in_english(flow)) == told(flow, catalog=in_english(flow))
