"""Taking out of a text what could lead to somebody: numbers of papers, phones, addresses, names.

What the patterns are, what they miss, and the cases that they are tested with: `scrubbing.yaml`.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from flows.folding import clean

FILE = Path(__file__).parent / "scrubbing.yaml"
# Long texts are stories, and stories hold what no pattern knows.
MOST_CHARS = 280
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-"))


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is taken out, and the label that stands in its place."""

    label: str
    expression: re.Pattern[str]


@cache
def patterns() -> tuple[Pattern, ...]:
    """Return the patterns in the order in which they are applied."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))["patterns"]
    return tuple(Pattern(row["label"], re.compile(row["re"])) for row in rows)


def scrub(text: str) -> str | None:
    """Return a text without what could lead to somebody; None for one that cannot be kept.

    Whatever goes wrong in here drops the text: it is never kept as it came.
    """
    try:
        return _scrubbed(text)
    except Exception:  # noqa: BLE001 - a text that broke the scrubber must go nowhere, a log neither
        return None


def _scrubbed(text: str) -> str | None:
    # Digits of other scripts and invisible characters would pass by the patterns.
    plain = clean(unicodedata.normalize("NFKC", text)).translate(_DASHES)
    if not plain or len(plain) > MOST_CHARS:
        return None
    for pattern in patterns():
        plain = pattern.expression.sub(f"[{pattern.label}]", plain)
    return plain
