"""Fills catalogs from lists of pairs: what a translator wrote outside of the catalogs.

A file of pairs is a YAML list, each item with the Spanish sentence and its translation:

    - es: Pague en un banco.
      en: Pay at a bank.

The key of the translation is the language (`en`, `quc`). Sentences are compared exactly, except
that any run of spaces and line ends counts as one space.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message
from rapidfuzz import fuzz, process

from flows.definition import Finding, Place
from flows.yaml_reader import Reader
from flows.yaml_source import YamlList, YamlMap, read_yaml
from locales.catalogs import SOURCE_LANGUAGE

_SUGGESTED_FROM = 70  # of 100
_SHOWN = 70


@dataclass(frozen=True, slots=True)
class Pair:
    """One Spanish sentence with its translations, by language."""

    spanish: str
    translations: dict[str, str]
    place: Place


def read_pairs(directory: Path) -> tuple[list[Pair], list[Finding]]:
    """Read every file of pairs in a directory; what is wrong with one does not stop the others."""
    pairs: list[Pair] = []
    findings: list[Finding] = []
    for path in sorted(directory.rglob("*.yaml")):
        shown = path.as_posix()
        top, wrong = read_yaml(path, shown)
        findings.extend(wrong)
        if top is None:
            continue
        if not isinstance(top, YamlList):
            findings.append(Finding(Place(shown, 1), 'is not a list of pairs "- es: …".'))
            continue
        for item, line in zip(top.items, top.lines, strict=True):
            if not isinstance(item, YamlMap):
                findings.append(Finding(Place(shown, line), 'is not a pair "es: …", "en: …".'))
                continue
            reader = Reader(item, shown, findings)
            texts = {key: reader.text(key, accepts=("int", "float")) for key in item.entries}
            spanish = texts.pop(SOURCE_LANGUAGE, None)
            if spanish is None:
                reader.require(SOURCE_LANGUAGE)
                continue
            translations = {language: text for language, text in texts.items() if text}
            pairs.append(Pair(fold(spanish), translations, Place(shown, line)))
    return pairs, findings


def fill(messages: Iterable[Message], pairs: Sequence[Pair], language: str) -> int:
    """Set the translation of each message that a pair has, and tell how many changed.

    A pair counts as reviewed: it replaces an older translation and ends a fuzzy one. Where two
    pairs disagree the first counts (`disagreements` tells which do).
    """
    by_spanish: dict[str, str] = {}
    for pair in pairs:
        if language in pair.translations:
            by_spanish.setdefault(pair.spanish, pair.translations[language])
    changed = 0
    for message in messages:
        text = by_spanish.get(fold(message.id)) if isinstance(message.id, str) else None
        if text is None or (message.string == text and not message.fuzzy):
            continue
        message.string = text
        message.flags.discard("fuzzy")
        message.previous_id = []
        changed += 1
    return changed


def disagreements(pairs: Sequence[Pair]) -> list[Finding]:
    """Tell which pairs translate the same sentence in another way than an earlier pair."""
    findings = []
    first: dict[tuple[str, str], tuple[str, Place]] = {}
    for pair in pairs:
        for language, text in pair.translations.items():
            known, place = first.setdefault((pair.spanish, language), (text, pair.place))
            if known != text:
                message = f'{place} translates "{_short(pair.spanish)}" as "{_short(known)}".'
                findings.append(Finding(pair.place, message))
    return findings


def unmatched(pairs: Sequence[Pair], spanish: Iterable[str]) -> list[Finding]:
    """Tell which pairs belong to no sentence, with the sentence that was perhaps meant."""
    known = {fold(sentence) for sentence in spanish}
    choices = sorted(known)
    findings = []
    for pair in pairs:
        if pair.spanish in known:
            continue
        closest = process.extractOne(
            pair.spanish, choices, scorer=fuzz.ratio, score_cutoff=_SUGGESTED_FROM
        )
        hint = f' Did you mean "{closest[0]}"?' if closest else ""
        findings.append(Finding(pair.place, f'no text reads "{pair.spanish}".{hint}'))
    return findings


def fold(text: str) -> str:
    """Give a sentence with every run of white space as one space."""
    return " ".join(text.split())


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
