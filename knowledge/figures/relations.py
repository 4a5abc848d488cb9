"""What figures say about each other: the sums that somebody with a pencil can try.

Messages add up, people do not: somebody can be in two cells. So of people it is only known that a
whole has at least as many as each part and at most as many as all parts together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from knowledge.figures.cells import TOTAL, Cell

# Every message has exactly one key of these, and at most one of those.
_ONE = frozenset({"country", "language", "channel"})
_AT_MOST_ONE = frozenset({"topic", "question", "danger", "flow", "services", "rating"})


class Kind(Enum):
    """How parts make up a whole."""

    SPLIT = auto()  # every message of the whole is in exactly one part
    AMONG = auto()  # a message of the whole is in one part at most
    INSIDE = auto()  # a message of a part is in the whole, maybe in several parts
    COVERED = auto()  # a message of the whole is in some part; a part may have others too


@dataclass(frozen=True, slots=True)
class Relation:
    """A whole, its parts, and how they make it up.

    Messages and people of a split whole can be in no part: those of an article that was renamed.
    """

    kind: Kind
    whole: Cell
    parts: tuple[Cell, ...]
    missing_messages: int = 0
    missing_people: int = 0


def relations(cells: Iterable[Cell]) -> list[Relation]:
    """Return what follows from the names of these cells, which must be all that there are."""
    known = set(cells)
    found: dict[tuple[Kind, Cell, str], list[Cell]] = defaultdict(list)
    for cell in sorted(known):
        for kind, whole, along in _wholes(cell):
            if whole in known:
                found[kind, whole, along].append(cell)
    return [Relation(kind, whole, tuple(parts)) for (kind, whole, _), parts in found.items()]


def depth(cell: Cell) -> int:
    """Return how many steps a cell is below the total; a whole is above its parts."""
    return bool(cell.by) + bool(cell.by2) + (cell.by in ("article", "department"))


def _wholes(cell: Cell) -> Iterator[tuple[Kind, Cell, str]]:
    """Return what a cell is a part of: how, of which cell, and along which dimension."""
    by, key, by2, key2 = cell
    if not by:
        return
    if by2:
        yield _kind(by2), Cell(by, key), by2
        if by == "department":
            country = key.split("/")[0]
            yield Kind.SPLIT, Cell(by2, key2, "country", country), by
        yield _kind(by), Cell(by2, key2), by
    elif by == "department":
        yield Kind.SPLIT, Cell("country", key.split("/")[0]), by
    elif by == "article":
        yield Kind.SPLIT, Cell("topic", key.split("/")[0]), by
    else:
        yield _kind(by), TOTAL, by


def _kind(by: str) -> Kind:
    if by in _ONE:
        return Kind.SPLIT
    return Kind.AMONG if by in _AT_MOST_ONE or by == "department" else Kind.INSIDE
