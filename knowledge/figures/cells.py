"""What is counted: dimensions, which pairs of them, and how many people a cell must have.

A cell is a dimension with its key, two of them, or none (the total). The table of pairs is the
whole of what can ever be asked for: a municipality is not in it, and no third dimension fits in.
"""

from typing import NamedTuple

SMALL = 10
SMALL_SENSITIVE = 20
UNKNOWN = "unknown"
OTHER = "other"
COUNTRIES = ("SV", "GT", "HN", "MX", UNKNOWN)
CHANNELS = ("telegram", "whatsapp", "web", OTHER)
QUESTIONS = ("answered", "unanswered")
RATINGS = ("helped", "not-helped")


class Cell(NamedTuple):
    """What a figure is of; `by` is empty for the total, `by2` for one dimension."""

    by: str = ""
    key: str = ""
    by2: str = ""
    key2: str = ""


TOTAL = Cell()

# One message falls on exactly one key of the first four, on one at most of the others but `node`.
# `question` is whether a typed question had an answer; `node` a question of a flow that was shown,
# `answered` and `left` what became of it; `outcome` an end of a flow; `services` the topic that
# offices were shown for.
DIMENSIONS = (
    "country",
    "language",
    "channel",
    "department",
    "topic",
    "article",
    "question",
    "danger",
    "flow",
    "node",
    "answered",
    "left",
    "outcome",
    "services",
    "rating",
)
PAIRS = (
    ("topic", "country"),
    ("department", "topic"),
    ("topic", "language"),
    ("question", "country"),
    ("flow", "country"),
    ("danger", "country"),
)
# Weeks are small: they have the figures that a coordinator acts upon within days, and no diagram.
WEEKLY = frozenset(
    {
        ("", ""),
        ("country", ""),
        ("language", ""),
        ("channel", ""),
        ("topic", ""),
        ("question", ""),
        ("danger", ""),
        ("flow", ""),
        ("topic", "country"),
    }
)
TABLES = frozenset({("", ""), *((name, "") for name in DIMENSIONS), *PAIRS})

# Twenty people instead of ten where a guess about one could hurt, by what an id begins with.
SENSITIVE = {
    "health/": "illness, pregnancy, disability",
    "psychosocial/": "state of mind, addiction, violence at home",
    "protection/": "threats, extortion, trafficking, orientation, detained or missing relatives",
    "children/": "children apart from their parents or in danger",
    "legal/remigration-risks": "plans to leave again",
    "legal/regular-pathways": "plans to leave again",
    "legal/us-immigration-case": "an open case, a removal order",
    "money/debts-coyote": "debts to smugglers, which also tell of plans",
    "leaving_again/": "plans to leave again (flow)",
    "safety/": "danger (flow)",
    "threats/": "threats, displacement (flow)",
    "violence/": "violence (flow)",
    "wellbeing/": "state of mind (flow)",
    "family_conflict/": "conflict and violence at home (flow)",
    "someone_missing/": "a missing person (flow)",
    "someone_detained/": "a detained relative (flow)",
    "debt/": "debts to smugglers (flow)",
}
_SENSITIVE_STARTS = tuple(SENSITIVE)
_WITH_TOPICS = frozenset(
    {"topic", "article", "services", "flow", "node", "answered", "left", "outcome"}
)


def threshold(cell: Cell) -> int:
    """Return how many different people a cell must have to be shown."""
    for by, key in ((cell.by, cell.key), (cell.by2, cell.key2)):
        if by == "danger":
            return SMALL_SENSITIVE
        if by in _WITH_TOPICS and f"{key}/".startswith(_SENSITIVE_STARTS):
            return SMALL_SENSITIVE
        if by == "article" and key.startswith(_SENSITIVE_STARTS):
            return SMALL_SENSITIVE
    return SMALL


def is_weekly(cell: Cell) -> bool:
    """Whether a cell is released by the week too, not by the month alone."""
    return (cell.by, cell.by2) in WEEKLY
