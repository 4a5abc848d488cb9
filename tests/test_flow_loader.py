"""A flow that an editor writes becomes the value that the engine walks."""

from pathlib import Path

from flows.definition import Flow, Option, Outcome, Question, Rule, ServiceQuery, place_of
from flows.loader import load_flow, load_flows

EXAMPLE = """\
flow: identity_document
title: Documento de identidad
menu: 2
starts_with: [documento, dui, perdí mi documento]   # palabras que abren este flujo
first: what_happened

nodes:
  what_happened:
    question: ¿Qué pasó con su documento de identidad?
    hint: Si no está seguro, elija la primera opción.
    options:
      lost: {label: Lo perdí, words: [perdi, robaron, lost]}
      never_had: Nunca lo he sacado
    next:
      - if: {answer: never_had, country: [SV, GT]}
        go: where_born
      - go: replace

  where_born:
    question: ¿Dónde nació?
    options: {here: Aquí, abroad: En otro país}
    next:
      - {if: {what_happened: [lost, never_had], condition: weekend}, go: replace}
      - go: replace

  replace:
    outcome: >
      Estos son los pasos
      para reponerlo.
    articles: documents/replace-national-id
    services: {taxonomy_term: documents}
    flows: [other]
"""


def load(tmp_path: Path, text: str = EXAMPLE) -> Flow:
    path = tmp_path / "identity_document.yaml"
    path.write_text(text, encoding="utf-8")
    flow, findings = load_flow(path)
    assert findings == []
    assert flow is not None
    return flow


def test_a_flow_is_read_whole(tmp_path: Path) -> None:
    assert load(tmp_path) == Flow(
        id="identity_document",
        title="Documento de identidad",
        first="what_happened",
        menu=2,
        starts_with=("documento", "dui", "perdí mi documento"),
        nodes={
            "what_happened": Question(
                "what_happened",
                "¿Qué pasó con su documento de identidad?",
                (
                    Option("lost", "Lo perdí", ("perdi", "robaron", "lost")),
                    Option("never_had", "Nunca lo he sacado"),
                ),
                (
                    Rule("where_born", frozenset({"never_had"}), frozenset({"SV", "GT"})),
                    Rule("replace"),
                ),
                hint="Si no está seguro, elija la primera opción.",
            ),
            "where_born": Question(
                "where_born",
                "¿Dónde nació?",
                (Option("here", "Aquí"), Option("abroad", "En otro país")),
                (
                    Rule(
                        "replace",
                        earlier={"what_happened": frozenset({"lost", "never_had"})},
                        condition="weekend",
                    ),
                    Rule("replace"),
                ),
            ),
            "replace": Outcome(
                "replace",
                "Estos son los pasos para reponerlo.",
                ("documents/replace-national-id",),
                ServiceQuery("documents", "municipality"),
                ("other",),
            ),
        },
    )


def test_the_parts_of_a_flow_know_their_lines(tmp_path: Path) -> None:
    flow = load(tmp_path)
    question, outcome = flow.nodes["what_happened"], flow.nodes["replace"]
    assert isinstance(question, Question)
    lines = [
        place_of(flow, flow, "first").line,
        place_of(flow, question).line,
        place_of(flow, question.options[0]).line,
        place_of(flow, question.next[0], "go").line,
        place_of(flow, outcome, "articles").line,
    ]
    assert lines == [5, 8, 12, 16, 30]


def test_a_folder_of_flows_is_read_by_id(tmp_path: Path) -> None:
    (tmp_path / "identity_document.yaml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "old.yml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("flow: [a", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("nada", encoding="utf-8")
    flows, findings = load_flows(tmp_path, shown_as="library")
    assert list(flows) == ["identity_document"]
    assert [str(finding) for finding in findings] == [
        "library/broken.yaml:1: opens a list with [ that is not closed: a comma or ] is missing.",
        "library/old.yml:1: is not read. Call it old.yaml.",
    ]


def test_a_folder_that_is_not_there_holds_no_flows(tmp_path: Path) -> None:
    assert load_flows(tmp_path / "gone") == ({}, [])
