"""Reads the files of `knowledge/danger/` into a `DangerBook`, with all that is wrong in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.danger.book import Category, DangerBook, Examples, HelpNumber
from bot.danger.patterns import (
    Choice,
    Groups,
    PatternError,
    PatternSet,
    compile_pattern,
    compile_set,
    vocabulary,
)
from bot.danger.score import Scorer, words_of_groups
from bot.danger.text import spelling
from bot.danger.weights import read_weights
from flows.definition import COUNTRIES, Finding
from flows.yaml_reader import Reader
from flows.yaml_source import YamlMap, read_yaml

CATEGORY_KEYS = (
    "contract", "line", "line_first", "child", "for_child", "articles",
    "es", "act", "line_text", "reviewer", "reviewed",
)  # fmt: skip
WORDS_KEYS = ("shorthand", "groups", "harmless", "child_writes", "child_harmless", "danger")
PHRASES_KEYS = ("phrases", "examples", "harmless_examples")
YES = ("yes",)  # a mark that is there or is not
NUMBER_KEYS = ("number", "what", "source", "date", "called")

Value = TypeVar("Value")


def load_danger(directory: Path, shown_as: str) -> tuple[DangerBook, list[Finding]]:
    """Read messages, numbers, words and weights; return them with all that is wrong."""
    findings: list[Finding] = []
    numbers = _read_numbers(directory / "numbers.yaml", f"{shown_as}/numbers.yaml", findings)
    categories = _read_messages(directory / "messages.yaml", f"{shown_as}/messages.yaml", findings)
    words = _read_words(directory / "words.yaml", f"{shown_as}/words.yaml", findings, categories)
    learned = read_weights(directory)
    sets = [words.harmless, words.child_writes, words.child_harmless, *words.phrases.values()]
    known, stems = vocabulary(sets)
    known |= {word for full in words.shorthand.values() for word in full.split()}
    groups = words_of_groups(words.groups)
    book = DangerBook(
        categories,
        numbers,
        words.phrases,
        words.harmless,
        words.child_writes,
        words.child_harmless,
        spelling(words.shorthand, known, stems),
        Scorer(groups=groups)
        if learned is None
        else Scorer(learned["weights"], learned["bias"], learned["counts"], groups),
        words.examples,
        "" if learned is None else learned["learned_from"],
    )
    return book, findings


@dataclass(frozen=True, slots=True)
class _Words:
    """What `words.yaml` holds."""

    groups: Groups
    shorthand: Mapping[str, str]
    harmless: PatternSet
    child_writes: PatternSet
    child_harmless: PatternSet
    phrases: Mapping[str, PatternSet]
    examples: Mapping[str, Examples]


def _read_words(
    path: Path, shown_as: str, findings: list[Finding], categories: Mapping[str, Category]
) -> _Words:
    node, found = read_yaml(path, shown_as)
    findings += found
    reader = Reader(node if isinstance(node, YamlMap) else YamlMap({}, {}, 1), shown_as, findings)
    reader.unknown_keys(WORDS_KEYS)
    reader.require("groups", "harmless", "danger")
    groups = _each(reader, "groups", lambda at, key: at.texts(key, ("int",)))
    shorthand = _each(reader, "shorthand", lambda at, key: at.text(key) or "")
    choices: dict[str, Choice] = {}
    phrases, examples = {}, {}
    dangers = reader.map("danger")
    for name, _ in dangers.entries() if dangers is not None else ():
        at = dangers.map(name, where=name) if dangers is not None else None
        if at is None:
            continue
        if name not in categories:
            at.note("has no message of this name in messages.yaml.")
            continue
        at.unknown_keys(PHRASES_KEYS)
        at.require(*PHRASES_KEYS)
        phrases[name] = _phrases(at, "phrases", groups, choices)
        examples[name] = Examples(at.texts("examples"), at.texts("harmless_examples"), at.line)
    return _Words(
        groups,
        shorthand,
        _phrases(reader, "harmless", groups, choices),
        _phrases(reader, "child_writes", groups, choices),
        _phrases(reader, "child_harmless", groups, choices),
        phrases,
        examples,
    )


def _each(reader: Reader, key: str, read: Callable[[Reader, str], Value]) -> dict[str, Value]:
    at = reader.map(key)
    return {} if at is None else {name: read(at, name) for name, _ in at.entries()}


def _phrases(reader: Reader, key: str, groups: Groups, choices: dict[str, Choice]) -> PatternSet:
    """Compile the phrases under a key; those that cannot be read are noted and left out."""
    fit = []
    for item in reader.items(key):
        try:
            compile_pattern(item.text, groups, choices)
            fit.append(item.text)
        except PatternError as error:
            reader.note(str(error), key, item.line)
    return compile_set(fit, groups, choices)


def _read_messages(path: Path, shown_as: str, findings: list[Finding]) -> dict[str, Category]:
    node, found = read_yaml(path, shown_as)
    findings += found
    if not isinstance(node, YamlMap):
        return {}
    reader = Reader(node, shown_as, findings)
    reader.unknown_keys(("categories",))
    reader.require("categories")
    inside = reader.map("categories")
    if inside is None:
        return {}
    names = [name for name, _ in inside.entries()]
    read = (_read_category(name, inside.map(name, where=name)) for name in names)
    return {category.id: category for category in read if category is not None}


def _read_category(name: str, reader: Reader | None) -> Category | None:
    if reader is None:
        return None
    reader.unknown_keys(CATEGORY_KEYS)
    reader.require("es", "act", "reviewer", "reviewed")
    lines = reader.texts("line")
    if lines:
        reader.require("line_text")
    return Category(
        id=name,
        contract=reader.text("contract", ("null",)),
        lines=lines,
        acknowledge=reader.text("es") or "",
        act=reader.text("act") or "",
        line_text=reader.text("line_text") or "",
        line_first=reader.choice("line_first", YES) is not None,
        child=reader.text("child"),
        for_child=reader.choice("for_child", YES) is not None,
        articles=reader.texts("articles"),
        reviewer=reader.text("reviewer") or "",
        reviewed=reader.text("reviewed", ("timestamp",)) or "",
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
