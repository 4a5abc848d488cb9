"""What people tell of their situation by the way, read from one file of phrases.

Only what flows can use is read (`flows.definition.SITUATIONS`), and only from what is plainly said;
whatever is not recognised is simply asked, and can be skipped.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.definition import SITUATIONS, Finding
from flows.folding import fold
from flows.yaml_reader import Reader
from flows.yaml_source import YamlMap, read_yaml

FILE = Path(__file__).parent / "situations.yaml"
_DEFAULT_UNDER = 1000


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation: a pattern over folded text; a number in it must be below `under`."""

    name: str
    pattern: re.Pattern[str]
    under: int

    def told_in(self, folded: str) -> bool:
        """Whether the text says it."""
        return any(
            all(int(number) < self.under for number in match.groups() if number)
            for match in self.pattern.finditer(folded)
        )


Situations = Mapping[str, Situation]


def situations_of(text: str, known: Situations) -> tuple[str, ...]:
    """Return the situations that `text` tells of, by name."""
    folded = fold(text)
    return tuple(name for name, situation in known.items() if situation.told_in(folded))


def load_situations(
    path: Path = FILE, shown_as: str = "knowledge/situations.yaml"
) -> tuple[dict[str, Situation], list[Finding]]:
    """Read the file; return the situations with all that is wrong, its own examples included."""
    node, findings = read_yaml(path, shown_as)
    known: dict[str, Situation] = {}
    if not isinstance(node, YamlMap):
        return known, findings
    reader = Reader(node, shown_as, findings)
    reader.unknown_keys(SITUATIONS)
    for name, _ in reader.entries():
        inside = reader.map(name)
        if inside is None:
            continue
        inside.unknown_keys(("words", "under", "examples", "harmless_examples"))
        inside.require("words", "examples")
        under = inside.text("under", ("int",))
        phrases = [_pattern(words) for words in inside.texts("words")]
        known[name] = Situation(
            name,
            re.compile(rf"(?<!\w)(?:{'|'.join(phrases) or '(?!)'})(?!\w)"),
            int(under) if under and under.isdecimal() else _DEFAULT_UNDER,
        )
        for example in inside.texts("examples"):
            if not known[name].told_in(fold(example)):
                inside.note(f'the example "{example}" is not found.', "examples")
        for example in inside.texts("harmless_examples"):
            if known[name].told_in(fold(example)):
                inside.note(f'"{example}" is found and should not be.', "harmless_examples")
    return known, findings


def _pattern(words: str) -> str:
    parts = (fold(part) for part in words.split("<n>"))
    return r"\s*(\d{1,3})\s*".join(re.escape(part) for part in parts).replace(r"\ ", " ")
