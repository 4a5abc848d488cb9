"""Concepts: words that mean the same, in another country, another language, another street.

`concepts.yaml` is written by editors; here it becomes a matcher that names the concepts of a
message. The longest phrase wins, then the exact word, then the longest stem («deport*»).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.definition import COUNTRIES, Finding
from flows.folding import words
from flows.yaml_reader import Reader, did_you_mean
from flows.yaml_source import YamlMap, read_yaml
from knowledge.search.shorthand import ALWAYS, Shorthand

MIN_STEM = 3
OTHERWISE = "otro"


@dataclass(frozen=True, slots=True)
class Match:
    """A concept found in a message, and the words that named it."""

    concept: str
    words: tuple[str, ...]


@dataclass(slots=True)
class Concepts:
    """Finds concepts in folded words; made once, then only read."""

    phrases: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = field(default_factory=dict)
    exact: dict[str, str] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)
    by_country: dict[tuple[str, ...], Mapping[str, str]] = field(default_factory=dict)
    shorthand: Shorthand = field(default_factory=Shorthand)
    longest_stem: int = 0

    def find(self, tokens: Sequence[str], country: str | None = None) -> list[Match]:
        """Return the concepts of `tokens`, in the order in which they are named."""
        found = []
        position = 0
        while position < len(tokens):
            concept, length = self._at(tokens, position)
            if concept is not None:
                named = tuple(tokens[position : position + length])
                found.append(Match(self._settle(concept, named, country), named))
            position += length
        return found

    def members(self) -> Iterable[str]:
        """Yield every whole word that a concept names: words that are known, never repaired."""
        yield from self.exact
        for seconds in self.phrases.values():
            for entries in seconds.values():
                for phrase, _ in entries:
                    yield from (word for word in phrase if not word.endswith("*"))

    def knows(self, word: str) -> bool:
        """Whether `word`, alone, names a concept."""
        return self._of_word(word) is not None

    def _at(self, tokens: Sequence[str], position: int) -> tuple[str | None, int]:
        seconds = self.phrases.get(tokens[position])
        if seconds and position + 1 < len(tokens):
            second = tokens[position + 1]
            entries = [*seconds.get(second[:MIN_STEM], ()), *seconds.get(second, ())]
            best = max(
                (entry for entry in entries if _fits(entry[0], tokens, position)),
                key=lambda entry: len(entry[0]),
                default=None,
            )
            if best is not None:
                return best[1], len(best[0])
        return self._of_word(tokens[position]), 1

    def _of_word(self, word: str) -> str | None:
        concept = self.exact.get(word)
        if concept is not None or len(word) < MIN_STEM:
            return concept
        for length in range(min(len(word), self.longest_stem), MIN_STEM - 1, -1):
            concept = self.stems.get(word[:length])
            if concept is not None:
                return concept
        return None

    def _settle(self, concept: str, named: tuple[str, ...], country: str | None) -> str:
        senses = self.by_country.get(named)
        if senses is None:
            return concept
        return senses.get(country or OTHERWISE, senses[OTHERWISE])


def _fits(phrase: Sequence[str], tokens: Sequence[str], position: int) -> bool:
    if position + len(phrase) > len(tokens):
        return False
    for offset in range(1, len(phrase)):
        wanted = phrase[offset]
        token = tokens[position + offset]
        if wanted != token and not (wanted.endswith("*") and token.startswith(wanted[:-1])):
            return False
    return True


def load_concepts(
    path: Path, shown_as: str, shorthand: Shorthand
) -> tuple[Concepts, list[Finding]]:
    """Read the concepts; return them with all that is wrong in the file.

    Members are written out like questions are: "dont have one" is found as "do not have one".
    """
    node, findings = read_yaml(path, shown_as)
    concepts = Concepts(shorthand=shorthand)
    if not isinstance(node, YamlMap):
        return concepts, findings
    reader = Reader(node, shown_as, findings)
    reader.unknown_keys(("concepts", "by_country"))
    groups = reader.map("concepts")
    names = [] if groups is None else [name for name, _ in groups.entries()]
    if groups is not None:
        for name in names:
            for item in groups.items(name):
                _add(concepts, name, item.text, groups, item.line)
    _read_by_country(concepts, reader, names)
    return concepts, findings


def _add(concepts: Concepts, name: str, member: str, reader: Reader, line: int) -> None:
    phrase = _phrase(member, concepts.shorthand)
    if not phrase:
        reader.note(f'"{member}" holds no letters.', name, line)
        return
    if phrase[0].endswith("*") and len(phrase) > 1:
        reader.note(f'"{member}": only the last words of a phrase may end in "*".', name, line)
        return
    if any(word.endswith("*") and len(word) <= MIN_STEM for word in phrase):
        reader.note(f'"{member}": {MIN_STEM} letters at least before the "*".', name, line)
        return
    other = _owner(concepts, phrase)
    if other is not None:
        if other != name:
            reader.note(f'"{member}" is in {other} already.', name, line)
    elif len(phrase) > 1:
        seconds = concepts.phrases.setdefault(phrase[0], {})
        seconds.setdefault(_second(phrase), []).append((phrase, name))
    elif phrase[0].endswith("*"):
        concepts.stems[phrase[0][:-1]] = name
        concepts.longest_stem = max(concepts.longest_stem, len(phrase[0]) - 1)
    else:
        concepts.exact[phrase[0]] = name


def _phrase(member: str, shorthand: Shorthand) -> tuple[str, ...]:
    parts: list[str] = []
    for part in member.split():
        found = shorthand.write_out(words(part), ALWAYS)
        if found and part.endswith("*"):
            found[-1] += "*"
        parts += found
    return tuple(parts)


def _second(phrase: tuple[str, ...]) -> str:
    """Return what a phrase is kept under: its second word, or the beginning of a stem."""
    second = phrase[1]
    return second[:MIN_STEM] if second.endswith("*") else second


def _owner(concepts: Concepts, phrase: tuple[str, ...]) -> str | None:
    if len(phrase) > 1:
        known = concepts.phrases.get(phrase[0], {}).get(_second(phrase), ())
        return next((name for other, name in known if other == phrase), None)
    if phrase[0].endswith("*"):
        return concepts.stems.get(phrase[0][:-1])
    return concepts.exact.get(phrase[0])


def _read_by_country(concepts: Concepts, reader: Reader, names: Sequence[str]) -> None:
    senses = reader.map("by_country")
    if senses is None:
        return
    for word, _ in senses.entries():
        inside = senses.map(word, where=word)
        if inside is None:
            continue
        inside.unknown_keys((*COUNTRIES, OTHERWISE))
        if not inside.require(OTHERWISE):
            continue
        read = {key: inside.text(key) or "" for key, _ in inside.entries()}
        for concept in read.values():
            if concept not in names:
                inside.note(f'"{concept}" is no concept.{did_you_mean(concept, names)}')
        phrase = _phrase(word, concepts.shorthand)
        _add(concepts, read[OTHERWISE], word, senses, inside.line)
        concepts.by_country[phrase] = read
