"""Every file of broken_flows/ is refused with the findings that stand beside it in a text file.

Each is a mistake that an editor could make. The texts are compared whole: they are what the editor
reads. To add one, put the flow there, run the test, and judge the words it shows.
"""

from pathlib import Path

import pytest
from flows_for_tests import ARTICLES, TOPICS

from flows.checks import check_flows, sort_findings
from flows.loader import load_flow

BROKEN = sorted((Path(__file__).parent / "broken_flows").glob("*.yaml"))


def findings_of(path: Path) -> str:
    flow, findings = load_flow(path, shown_as=path.name)
    if flow is not None:
        findings = findings + check_flows({flow.id: flow}, ARTICLES, TOPICS)
    return "".join(f"{finding}\n" for finding in sort_findings(findings))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_an_editor_is_told_what_is_wrong_with(path: Path) -> None:
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert expected, "a broken flow needs the findings that it should give"
    assert findings_of(path) == expected


def test_there_are_broken_flows_and_no_forgotten_text() -> None:
    folder = Path(__file__).parent / "broken_flows"
    assert len(BROKEN) >= 30
    assert {path.stem for path in BROKEN} == {path.stem for path in folder.glob("*.txt")}
