"""The privacy notice of this one service: the sentences of `knowledge/notice.yaml`, made true.

Who runs it and whether questions are kept come from the settings, how long things stay from
`knowledge/retention.yaml`. The page, the papers and the command all show these blocks.
"""

import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.terms import Terms
from flows.definition import Finding, Place
from flows.yaml_reader import Reader
from flows.yaml_source import YamlMap, read_yaml
from knowledge.retention import LANGUAGES, Kept, period_in_words, shipped_retention

FILE = Path(__file__).resolve().parent.parent / "knowledge" / "notice.yaml"
SHOWN_AS = "knowledge/notice.yaml"
KEYS = ("kind", "when", *LANGUAGES)
KINDS = ("heading", "text", "item", "kept")
PERIODS = ("visit", "erasure_marks", "backups", "question_wordings")
HEADINGS = {
    "es": ("Qué", "Cuánto tiempo", "Para qué"),
    "en": ("What", "How long", "Why"),
}
CASES = ("named", "unnamed", "reachable", "unreachable", "questions", "no_questions")

Row = tuple[str, str, str]  # what, how long, why
Piece = tuple[str, bool]  # some words, and whether they are bold


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph or item; of kind `kept` the rows of a table in the place of words."""

    kind: str
    pieces: tuple[Piece, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A block as it is written: in every language, and the case in which it is said."""

    kind: str
    when: str | None
    texts: Mapping[str, str]
    place: Place


def make_notice(
    language: str, terms: Terms, table: Mapping[str, Kept] | None = None
) -> tuple[Block, ...]:
    """Return the notice of a service in a language, in Spanish where it has no other."""
    table = shipped_retention() if table is None else table
    language = language if language in LANGUAGES else "es"
    values = {"operator": terms.operator or "", "contact": terms.contact or ""}
    values |= {name: _period(table[name], language) for name in PERIODS if name in table}
    cases = _cases(terms)
    return tuple(
        Block("kept", rows=tuple(as_rows(table.values(), language, persons=True)))
        if said.kind == "kept"
        else Block(said.kind, tuple(_pieces(said.texts[language], values)))
        for said in _shipped()
        if said.when is None or said.when in cases
    )


def as_rows(table: Iterable[Kept], language: str, *, persons: bool) -> Iterator[Row]:
    """Yield what is kept, how long and why; with `persons` what belongs to whoever writes to us."""
    for kept in table:
        if kept.person or not persons:
            yield kept.what[language], kept.ends[language], kept.why[language]


def as_markdown(blocks: Iterable[Block], language: str) -> str:
    """Return a notice as Markdown."""
    parts: list[str] = []
    before = ""
    for block in blocks:
        words = "".join(f"**{text}**" if bold else text for text, bold in block.pieces)
        if block.kind == "kept":
            words = rows_as_markdown(block.rows, language).rstrip("\n")
        lead = {"heading": "## ", "item": "- "}.get(block.kind, "")
        parts.append(("\n" if not (before == block.kind == "item") else "") + lead + words + "\n")
        before = block.kind
    return "".join(parts)


def rows_as_markdown(rows: Iterable[Row], language: str) -> str:
    """Return rows as a Markdown table with its headings."""
    headings = HEADINGS[language]
    lines = (headings, ("---",) * len(headings), *rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def load_notice(
    path: Path = FILE, shown_as: str = SHOWN_AS
) -> tuple[tuple[Sentence, ...], list[Finding]]:
    """Read the sentences; return them with everything that is wrong in the file."""
    node, findings = read_yaml(path, shown_as)
    if not isinstance(node, YamlMap):
        return (), findings
    reader = Reader(node, shown_as, findings)
    said = []
    for name, _ in reader.entries():
        inside = reader.map(name)
        if inside is None:
            continue
        inside.unknown_keys(KEYS)
        inside.require("kind")
        kind = inside.choice("kind", KINDS) or "text"
        texts = {language: inside.text(language) or "" for language in LANGUAGES}
        for language, text in texts.items():
            _check(inside, kind, language, text)
        when = inside.choice("when", CASES) if inside.has("when") else None
        said.append(Sentence(kind, when, texts, inside.place()))
    return tuple(said), findings


@cache
def _shipped() -> tuple[Sentence, ...]:
    return load_notice()[0]


def _check(inside: Reader, kind: str, language: str, text: str) -> None:
    if not text and kind != "kept":
        inside.note("has no words.", language)
    if text.count("**") % 2:
        inside.note("opens ** and does not close it.", language)
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        inside.note("has a brace that is not closed.", language)
        return
    for name in names:
        if name not in ("operator", "contact", *PERIODS):
            inside.note(f'"{{{name}}}" is no setting and no period.', language)


def _cases(terms: Terms) -> tuple[str, ...]:
    return (
        "named" if terms.operator else "unnamed",
        "reachable" if terms.contact else "unreachable",
        "questions" if terms.keeps_questions else "no_questions",
    )


def _pieces(text: str, values: Mapping[str, str]) -> Iterator[Piece]:
    for number, part in enumerate(text.split("**")):
        if part:  # a setting is filled in after, so that nothing in it becomes bold
            yield part.format_map(values), number % 2 == 1


def _period(kept: Kept, language: str) -> str:
    return period_in_words(kept.keep, language) if kept.keep else kept.ends[language]
