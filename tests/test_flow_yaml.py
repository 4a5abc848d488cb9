"""Files of content are read safely: every mistake becomes a finding with its line."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import yaml_source
from flows.definition import Finding
from flows.loader import load_flow
from flows.yaml_reader import Reader, did_you_mean
from flows.yaml_source import YamlList, YamlMap, YamlText, read_yaml, read_yaml_bytes


def reader_of(text: str) -> Reader:
    node, findings = read_yaml_bytes(text.encode(), "file.yaml")
    assert isinstance(node, YamlMap)
    return Reader(node, "file.yaml", findings)


def told(reader: Reader) -> list[str]:
    return [str(finding) for finding in reader.findings]


def test_nodes_know_their_lines() -> None:
    node, findings = read_yaml_bytes(b"a: uno\nb:\n  - dos\n  -\nc:\n", "file.yaml")
    assert findings == []
    assert isinstance(node, YamlMap)
    assert node.entries["a"] == YamlText("uno", 1)
    assert node.entries["b"] == YamlList((YamlText("dos", 3), None), 3, (3, 4))
    assert node.entries["c"] is None
    assert node.keys["c"] == YamlText("c", 5)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("no", "bool"),
        ("Sí", None),
        ("on", "bool"),
        ("10:30", "int"),
        ("12", "int"),
        ("1.5", "float"),
        ("2026-03-01", "timestamp"),
        ("null", "null"),
        ("~", "null"),
        ('"no"', None),
        ("'10:30'", None),
        ("2231-1000", None),
    ],
)
def test_a_bare_word_remembers_what_yaml_would_read(written: str, kind: str | None) -> None:
    node, _ = read_yaml_bytes(f"a: {written}".encode(), "file.yaml")
    assert isinstance(node, YamlMap)
    assert node.entries["a"] == YamlText(written.strip("\"'"), 1, kind)


def test_a_caller_that_expects_a_date_or_nothing_gets_it() -> None:
    reader = reader_of("checked: 2026-11-21\ndate: null\ncount: 12\n")
    assert reader.text("checked", accepts=("timestamp",)) == "2026-11-21"
    assert reader.text("date", accepts=("null", "timestamp")) is None
    assert reader.text("count", accepts=("int",)) == "12"
    assert told(reader) == []


def test_a_bare_no_is_told_and_still_read() -> None:
    reader = reader_of("answer: no\n")
    assert reader.text("answer") == "no"
    assert told(reader) == ['file.yaml:1: answer: no reads as false to YAML: write "no" in quotes.']


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("words: [uno, dos]", ("uno", "dos")),
        ("words: uno", ("uno",)),
        ("words:", ()),
        ("other: x", ()),
    ],
)
def test_a_list_of_texts_may_be_one_text(text: str, expected: tuple[str, ...]) -> None:
    reader = reader_of(text)
    assert reader.texts("words") == expected
    assert told(reader) == []


NOT_A_TEXT = (
    "has a list or keys where a text should stand. Put a text that begins with [ or { in quotes."
)


def test_every_problem_of_a_map_is_told_at_once() -> None:
    reader = reader_of("titel: x\nlist: [a, [b], '']\nnear: far\nmap: text\nmaps:\n  - text\n")
    reader.unknown_keys(("title", "list", "near", "map", "maps"))
    reader.require("title")
    assert reader.texts("list") == ("a",)
    assert reader.choice("near", ("near", "country")) is None
    assert reader.map("map") is None
    assert reader.maps("maps") == ()
    assert told(reader) == [
        'file.yaml:1: the key "titel" is not known here. Did you mean "title"?',
        'file.yaml:1: the key "title" is missing.',
        f"file.yaml:2: list: {NOT_A_TEXT}",
        "file.yaml:2: list: is empty.",
        'file.yaml:3: near: "far" is not one of country, near.',
        'file.yaml:4: map: should hold lines of the form "key: value".',
        'file.yaml:6: maps: has an item that is not of the form "key: value".',
    ]


def test_a_reader_within_names_the_way_to_it() -> None:
    reader = reader_of("countries:\n  SV:\n    steps:\n      - {say: no}\n")
    countries = reader.map("countries")
    assert countries is not None
    country = countries.map("SV", where="SV")
    assert country is not None
    (step,) = country.maps("steps")
    step.text("say")
    assert told(reader) == [
        'file.yaml:4: SV → steps → say: no reads as false to YAML: write "no" in quotes.'
    ]


def test_a_far_word_is_not_suggested() -> None:
    assert did_you_mean("replace_diu", ["replace_dui", "first"]) == ' Did you mean "replace_dui"?'
    assert did_you_mean("something", ["else"]) == ""
    assert did_you_mean("x" * 100_000, ["x" * 100_000]) == ""


def test_a_giant_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "giant.yaml"
    path.write_bytes(b"a: b\n" * 200_001)
    node, findings = read_yaml(path, shown_as="giant.yaml")
    assert node is None
    assert [str(finding) for finding in findings] == [
        "giant.yaml:1: is larger than 1,000,000 bytes. Split it into several files."
    ]


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    node, findings = read_yaml(tmp_path / "gone.yaml", shown_as="gone.yaml")
    assert node is None
    assert [str(finding) for finding in findings] == [
        "gone.yaml:1: cannot be opened: No such file or directory."
    ]


def test_a_byte_order_mark_is_no_mistake() -> None:
    node, findings = read_yaml_bytes(b"\xef\xbb\xbfa: b\n", "file.yaml")
    assert findings == []
    assert isinstance(node, YamlMap)


def test_a_long_line_of_marks_is_refused_at_once() -> None:
    for text in ("a: [ " * 60_000, "a: '" * 60_000, "[" * 300_000, "a: b\n" + ": [] x" * 60_000):
        node, findings = read_yaml_bytes(text.encode(), "file.yaml")
        assert node is None
        assert len(findings) == 1


# Pieces that mean something to YAML, so that random texts are not refused at the first letter.
PIECES = st.sampled_from(
    [
        *("a", "b: ", "- ", "\n", "\n  ", "  ", "[", "]", "{", "}", ",", ":", "'", '"', "|", ">"),
        *("&x ", "*x", "!t ", "#", "%", "@", "?", "---\n", "...\n", "no", "10:30", "~", "\\"),
        *("\t", "\r", "\x00", "\x85", "\u2028", "flow: ", "nodes:", "next:", "if: ", "go: "),
    ]
)


def promised(raw: bytes) -> None:
    node, findings = read_yaml_bytes(raw, "file.yaml")
    assert node is not None or findings
    assert all(isinstance(f, Finding) and f.place.line >= 1 for f in findings)
    assert all("\n" not in f.message for f in findings)


@settings(deadline=None)
@given(st.lists(PIECES).map("".join) | st.text())
def test_no_text_makes_the_reader_raise(text: str) -> None:
    promised(text.encode("utf-8", "replace"))


@settings(deadline=None)
@given(st.binary())
def test_no_bytes_make_the_reader_raise(raw: bytes) -> None:
    promised(raw)


@settings(deadline=None)
@given(st.lists(PIECES).map("".join))
def test_the_parser_in_python_keeps_the_same_promises(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_source, "_LOADER", yaml.SafeLoader)
        promised(text.encode())


KEYS = st.sampled_from(
    [
        *("flow", "title", "first", "nodes", "starts_with", "question", "hint", "options", "next"),
        *("if", "go", "answer", "country", "condition", "outcome", "articles", "services"),
        *("flows", "taxonomy_term", "near", "label", "words", "a"),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | st.sampled_from(["SV", "a", "first", "x y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=30,
)


@settings(deadline=None)
@given(VALUES)
def test_no_yaml_value_makes_the_loader_raise(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    path = tmp_path_factory.getbasetemp() / "anything.yaml"
    path.write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    flow, findings = load_flow(path)
    assert flow is not None or findings
