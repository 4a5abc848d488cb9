"""Reads typed text for danger, before anything else, and gives the fixed, reviewed help.

Needs no database, search or network: words, messages and numbers are data loaded at start
(`knowledge/danger/`), readable by a protection specialist. The text is only looked at; nothing of
it is kept.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flows.definition import COUNTRIES, Finding, Place
from flows.yaml_reader import Reader
from flows.yaml_source import YamlMap, read_yaml
from flows.folding import fold

CATEGORY_KEYS = (
    "contract", "line", "es", "act", "line_text", "words", "examples", "harmless_examples",
)  # fmt: skip
NUMBER_KEYS = ("number", "what", "source", "date", "called")
# Where no country is known, one line names the emergency number of all four (safety, S6).
REVIEW_DAYS = 180


@dataclass(frozen=True, slots=True)
class HelpNumber:
    """A number to call in a country, with the page that says so."""

    number: str
    what: str
    source: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of danger: the phrases that show it and the two sentences that answer it.

    `contract` is the name other systems know it by (`self-harm`), None when they do not.
    """

    id: str
    contract: str | None
    line: str
    acknowledge: str
    act: str
    line_text: str
    words: tuple[str, ...]
    examples: tuple[str, ...] = ()
    harmless_examples: tuple[str, ...] = ()
    line_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class DangerBook:
    """Everything that `read` and the composer need: categories, numbers, harmless idioms."""

    categories: Mapping[str, Category]
    numbers: Mapping[str, Mapping[str, HelpNumber]]  # country → line → number
    harmless: tuple[str, ...] = ()
    reviewer: str = ""
    reviewed: str = ""
    _pattern: re.Pattern[str] = field(default=re.compile(r"(?!)"), compare=False)
    _harmless: re.Pattern[str] = field(default=re.compile(r"(?!)"), compare=False)
    _owner: Mapping[str, str] = field(default_factory=dict, compare=False)

    def number(self, country: str, line: str) -> HelpNumber | None:
        """Return a country's number for a line; None when no sourced one is known."""
        return self.numbers.get(country, {}).get(line)


def read(text: str, book: DangerBook) -> str | None:
    """Return the category of danger that `text` shows, or None.

    Where a text shows several, the order of the file decides: a life first.
    """
    folded = book._harmless.sub(" ", f" {fold(text)} ")  # noqa: SLF001 - compiled for this function
    found = {book._owner[m] for m in book._pattern.findall(folded)}  # noqa: SLF001
    return next((name for name in book.categories if name in found), None)


def load_danger(directory: Path, shown_as: str) -> tuple[DangerBook, list[Finding]]:
    """Read `messages.yaml` and `numbers.yaml`; return them with all that is wrong."""
    findings: list[Finding] = []
    numbers = _read_numbers(directory / "numbers.yaml", f"{shown_as}/numbers.yaml", findings)
    path = f"{shown_as}/messages.yaml"
    node, found = read_yaml(directory / "messages.yaml", path)
    findings += found
    if not isinstance(node, YamlMap):
        return DangerBook({}, numbers), findings
    reader = Reader(node, path, findings)
    reader.unknown_keys(("reviewer", "reviewed", "harmless", "categories"))
    reader.require("reviewer", "reviewed", "categories")
    categories = {}
    inside = reader.map("categories")
    if inside is not None:
        for name, _ in inside.entries():
            category = _read_category(name, inside.map(name, where=name))
            if category is not None:
                categories[name] = category
    book = _compile(
        categories,
        numbers,
        tuple(fold(t) for t in reader.texts("harmless")),
        reader.text("reviewer") or "",
        reader.text("reviewed", ("timestamp",)) or "",
    )
    findings += _check_examples(book, path)
    return book, findings


def _compile(
    categories: Mapping[str, Category],
    numbers: Mapping[str, Mapping[str, HelpNumber]],
    harmless: tuple[str, ...],
    reviewer: str,
    reviewed: str,
) -> DangerBook:
    owner: dict[str, str] = {}
    for name, category in categories.items():
        for phrase in category.words:
            owner.setdefault(fold(phrase), name)
    return DangerBook(
        categories,
        numbers,
        harmless,
        reviewer,
        reviewed,
        _any_of(owner),
        _all_of(harmless),
        owner,
    )


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    # A look-ahead finds phrases that overlap: "me pega" inside "mi esposo me pega" hides nothing.
    return re.compile(rf"(?<= )(?=({_alternatives(phrases)}) )")


def _all_of(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<= )(?:{_alternatives(phrases)})(?= )")


def _alternatives(phrases: Iterable[str]) -> str:
    longest_first = sorted((p for p in phrases if p), key=len, reverse=True)
    return "|".join(map(re.escape, longest_first)) or "(?!)"


def _read_category(name: str, reader: Reader | None) -> Category | None:
    if reader is None:
        return None
    reader.unknown_keys(CATEGORY_KEYS)
    reader.require("line", "es", "act", "line_text", "words", "examples")
    return Category(
        id=name,
        contract=reader.text("contract", ("null",)),
        line=reader.text("line") or "",
        acknowledge=reader.text("es") or "",
        act=reader.text("act") or "",
        line_text=reader.text("line_text") or "",
        words=reader.texts("words"),
        examples=reader.texts("examples"),
        harmless_examples=reader.texts("harmless_examples"),
        line_number=reader.line,
    )


def _read_numbers(
    path: Path, shown_as: str, findings: list[Finding]
) -> dict[str, dict[str, HelpNumber]]:
    node, found = read_yaml(path, shown_as)
    findings += found
    numbers: dict[str, dict[str, HelpNumber]] = {country: {} for country in COUNTRIES}
    if not isinstance(node, YamlMap):
        return numbers
    reader = Reader(node, shown_as, findings)
    reader.unknown_keys(COUNTRIES)
    for country in COUNTRIES:
        lines = reader.map(country, where=country)
        if lines is None:
            reader.note(f"{country} has no numbers: at least «emergency» is needed.")
            continue
        for line, _ in lines.entries():
            entry = lines.map(line)
            if entry is None:
                continue
            entry.unknown_keys(NUMBER_KEYS)
            # A number without a source is never shown (safety, S7).
            if entry.require("number", "what", "source"):
                numbers[country][line] = HelpNumber(
                    entry.text("number") or "",
                    entry.text("what") or "",
                    entry.text("source") or "",
                    entry.text("date", ("null", "timestamp", "int")),
                )
        if "emergency" not in numbers[country]:
            reader.note(f"{country} has no «emergency» number with a source.")
    return numbers


def _check_examples(book: DangerBook, path: str) -> list[Finding]:
    findings = []
    for category in book.categories.values():
        place = Place(path, category.line_number)
        missed = [e for e in category.examples if read(e, book) != category.id]
        alarms = [e for e in category.harmless_examples if read(e, book) is not None]
        findings += [
            *(Finding(place, f'{category.id}: the example "{e}" is not found.') for e in missed),
            *(
                Finding(place, f'{category.id}: the harmless "{e}" raises an alarm.')
                for e in alarms
            ),
        ]
    return findings
