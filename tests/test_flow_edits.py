"""Whatever an editor does to a flow, nothing breaks: it is told, or it works."""

from pathlib import Path

import pytest
from flows_for_tests import A_WEDNESDAY, ARTICLES, TOPICS, a_situation
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.checks import check_flows
from flows.definition import Outcome
from flows.drawing import draw_mermaid, draw_svg
from flows.engine import replay
from flows.loader import load_flow
from flows.walking import walk

SOUND = """\
flow: edited
title: Documento de identidad
starts_with: [documento, dui]
first: start
nodes:
  start:
    question: ¿Qué pasó con su documento?
    options:
      lost: {label: Lo perdí, words: [perdi]}
      never: Nunca lo he sacado
    next:
      - if: {answer: never}
        go: born
      - if: {country: SV, condition: weekend}
        go: replace
      - go: born
  born:
    question: ¿Nació aquí?
    options: {here: "Sí", abroad: "No"}
    next:
      - if: {start: lost, answer: [here, abroad]}
        go: replace
      - go: first
  replace:
    outcome: Vaya al registro.
    articles: [documents/replace-national-id]
    services: {taxonomy_term: documents, near: country}
  first:
    outcome: Saque su partida.
    articles: [documents/birth-certificate]
""".splitlines()

LINES = st.integers(0, len(SOUND) - 1)
WORDS = st.sampled_from(
    [
        *("start", "born", "replace", "first", "lost", "never", "SV", "GT", "documents", "no"),
        *("", ":", "- ", "[", "{", "'", "question", "outcome", "next", "options", "if", "go"),
    ]
)
EDITS = st.one_of(
    st.tuples(st.just("delete"), LINES),
    st.tuples(st.just("repeat"), LINES),
    st.tuples(st.just("swap"), LINES, LINES),
    st.tuples(st.just("indent"), LINES, st.integers(0, 8)),
    st.tuples(st.just("word"), LINES, WORDS, WORDS),
)


def edited(edits: list[tuple[object, ...]]) -> str:
    lines = list(SOUND)
    for edit in edits:
        match edit:
            case ("delete", int(line)):
                lines[line] = ""
            case ("repeat", int(line)):
                lines[line] = f"{lines[line]}\n{lines[line]}"
            case ("swap", int(line), int(other)):
                lines[line], lines[other] = lines[other], lines[line]
            case ("indent", int(line), int(spaces)):
                lines[line] = " " * spaces + lines[line].lstrip()
            case ("word", int(line), str(old), str(new)):
                lines[line] = lines[line].replace(old, new) if old else lines[line] + new
    return "\n".join(lines)


def test_the_flow_that_is_edited_below_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "edited.yaml"
    path.write_text(edited([]), encoding="utf-8")
    flow, findings = load_flow(path)
    assert findings == []
    assert flow is not None
    assert check_flows({flow.id: flow}, ARTICLES, TOPICS) == []


@settings(deadline=None, max_examples=200)
@given(st.lists(EDITS, min_size=1, max_size=4))
def test_a_flow_without_findings_brings_everybody_to_an_outcome(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[object, ...]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "edited.yaml"
    path.write_text(edited(edits), encoding="utf-8")
    flow, findings = load_flow(path)
    assert flow is not None or findings
    if flow is None:
        return
    findings = findings + check_flows({flow.id: flow}, ARTICLES, TOPICS)
    draw_mermaid(flow, str)
    draw_svg(flow, str)
    replay(flow, {"start": "lost", "born": "here"}, a_situation())
    for country in ("SV", "MX"):
        for steps in walk(flow, country, str, A_WEDNESDAY):
            sound = steps[-1].problem is None and isinstance(flow.nodes[steps[-1].node], Outcome)
            assert sound or findings
