"""Compares a translation with its Spanish sentence in what a machine can judge.

Prices, phones and hours must be the same digits: a person may trust nothing else of a text. Hours
may be written by either clock (18:00 or 6 p. m.).
"""

import re
from collections import Counter
from collections.abc import Iterator

# `{name}` is filled by our translator, `%(name)s` by a template.
_PLACEHOLDER = re.compile(r"\{[A-Za-z_][A-Za-z0-9_]*\}|%\([A-Za-z_]\w*\)[sd]")
_HOUR = re.compile(
    r"(?<![\d.,:$])(?P<hour>\d{1,2})(?::(?P<minutes>\d{2}))?\s?(?P<half>[ap])\.?\s?m\b\.?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_LEADING_ZERO_OF_AN_HOUR = re.compile(r"^0(?=\d:)")

# A text ends in the strongest of these; quotes and brackets may close before or after it.
_ENDINGS = "?!:.…"
_ABBREVIATED = re.compile(r"\b(?:EE\. ?UU|U\.S|[ap]\. ?m|D\.C|etc|ext)\.$", re.IGNORECASE)
_CLOSERS = "\"'»”’)]"


def differences(spanish: str, translation: str) -> Iterator[str]:
    """Yield what differs, each as words that go on from the name of a catalog."""
    ours, theirs = _placeholders(spanish), _placeholders(translation)
    if ours != theirs:
        yield f"the translation has {_list(theirs)} where the Spanish has {_list(ours)}"
    numbers, other_numbers = _numbers(spanish), _numbers(translation)
    if numbers != other_numbers:
        missing, extra = numbers - other_numbers, other_numbers - numbers
        yield (
            "the numbers differ: "
            f"only in Spanish {_list(missing)}, only in the translation {_list(extra)}"
        )
    if _margins(spanish) != _margins(translation):
        yield "the spaces at the beginning or the end differ"
    ending, other_ending = _ending(spanish), _ending(translation)
    if ending != other_ending and not _only_an_abbreviation(spanish, translation):
        yield f"the translation ends in {_quoted(other_ending)}, the Spanish in {_quoted(ending)}"


def _placeholders(text: str) -> Counter[str]:
    # A translation may well repeat a placeholder, or need it once where Spanish repeats it.
    return Counter(set(_PLACEHOLDER.findall(text)))


def _numbers(text: str) -> Counter[str]:
    plain = _HOUR.sub(_by_24_hours, _PLACEHOLDER.sub(" ", text))
    return Counter(_LEADING_ZERO_OF_AN_HOUR.sub("", number) for number in _NUMBER.findall(plain))


def _by_24_hours(found: re.Match[str]) -> str:
    hour = int(found["hour"])
    if not 1 <= hour <= 12:
        return found[0]
    hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    return f" {hour}:{found['minutes'] or '00'} "


def _margins(text: str) -> tuple[str, str]:
    bare = text.strip()
    start = len(text) - len(text.lstrip())
    return text[:start], text[start + len(bare) :]


def _ending(text: str) -> str:
    bare = text.strip().replace("...", "…")
    tail = bare[len(bare.rstrip(_ENDINGS + _CLOSERS)) :]
    return next((sign for sign in _ENDINGS if sign in tail), "")


def _only_an_abbreviation(spanish: str, translation: str) -> bool:
    """Tell whether one ends in a point that is not the end of a sentence, the other in none."""
    endings = {_ending(spanish), _ending(translation)}
    return endings == {"", "."} and any(map(_ABBREVIATED.search, (spanish, translation)))


def _list(found: Counter[str]) -> str:
    return ", ".join(sorted(found.elements())) or "none"


def _quoted(sign: str) -> str:
    return f'"{sign}"' if sign else "no punctuation"
