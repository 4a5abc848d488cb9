"""What people say: nicknames, abbreviations and common words, as the two YAML files have them.

A test tells by name which line of `nicknames.yaml` names no place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from flows.definition import COUNTRIES
from flows.folding import fold, words

HERE = Path(__file__).parent
# The parser in C is some ten times faster; the one in Python serves where it was not built.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# The country itself, behind the name of a place: «La Paz, Honduras».
COUNTRY_NAMES = {
    "el salvador": "SV",
    "salvador": "SV",
    "guatemala": "GT",
    "honduras": "HN",
    "mexico": "MX",
    "mejico": "MX",
}

Path2 = tuple[str, str | None]  # department, and a place in it or None for the department itself


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of `words.yaml`; a cue is a tuple of words."""

    short: Mapping[str, str]
    levels: Mapping[str, str]  # word → level
    cues: Mapping[tuple[str, ...], str]  # words → "live", "near" or "weak"
    fillers: frozenset[str]
    common: frozenset[str]
    phrases: frozenset[str]
    bare: frozenset[str]
    strict: frozenset[str]
    people: frozenset[str]
    abroad: frozenset[str]


@lru_cache(maxsize=1)
def read_words() -> Words:
    """Return the word lists; the file is read once."""
    read = _read("words.yaml")
    return Words(
        short={str(short): str(whole) for short, whole in read["short"].items()},
        levels={word: level for level, listed in read["levels"].items() for word in listed},
        cues={tuple(cue.split()): kind for kind, cues in read["cues"].items() for cue in cues},
        fillers=frozenset(read["fillers"]),
        common=frozenset(read["common"].split()) | frozenset(read["villages"].split()),
        phrases=frozenset(read["phrases"]),
        bare=frozenset(read["bare"].split()),
        strict=frozenset(read["strict"].split()),
        people=frozenset(read["people"].split()),
        abroad=frozenset(read["abroad"]),
    )


@lru_cache(maxsize=1)
def _nicknames() -> Mapping[str, Any]:
    read: Mapping[str, Any] = _read("nicknames.yaml")
    return read


def sayings(country: str) -> dict[str, list[Path2]]:
    """Return the nicknames of a country, folded and written out, with the places they name."""
    found: dict[str, list[Path2]] = {}
    for path, said in _nicknames()[country].items():
        department, _, name = path.partition("/")
        for saying in said:
            key = " ".join(expand(words(saying)))
            found.setdefault(key, []).append((department, name or None))
    return found


def expand(tokens: Iterable[str]) -> list[str]:
    """Return folded words with abbreviations written out: «sta» is "santa"."""
    short = read_words().short
    return [short.get(token, token) for token in tokens]


@lru_cache(maxsize=len(COUNTRIES))
def short_departments(country: str) -> Mapping[str, str]:
    """Return the abbreviations of departments: folded → department."""
    given = _nicknames()["short_departments"][country]
    return {fold(short): department for department, shorts in given.items() for short in shorts}


def _read(name: str) -> Any:
    # The loader is a safe one: CSafeLoader or SafeLoader.
    return yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
