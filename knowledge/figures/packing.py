"""The keys of raw rows: numbers that hold period, cell and what is counted, and no name.

A cell is known by 34 bits of a hash of its name. Whoever releases figures knows every name that can
be (`catalog`), so no name is stored while people write, and the catalog refuses two names that
would share a number.
"""

import hashlib
from functools import lru_cache

from knowledge.figures.cells import Cell
from knowledge.figures.periods import Part, Period
from knowledge.figures.sketch import RANK_BITS, REGISTER_BITS

CELL_BITS = 34
MARK_BITS = REGISTER_BITS + RANK_BITS
SHARD_BITS = 6
SHARDS = 1 << SHARD_BITS
CELL_MASK = (1 << CELL_BITS) - 1


@lru_cache(maxsize=16384)
def cell_number(cell: Cell) -> int:
    """Return the number that stands for a cell in raw rows."""
    digest = hashlib.blake2b("\x00".join(cell).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") & CELL_MASK


def first_mark(period: Period, cell: int = 0) -> int:
    """Return the lowest mark of a cell in a period; of the period itself without a cell."""
    return (period.number << CELL_BITS | cell) << MARK_BITS


def marks_of(period: Period) -> tuple[int, int]:
    """Return the range of a period's marks, the end not included."""
    return first_mark(period), (period.number + 1) << (CELL_BITS + MARK_BITS)


def first_tally(part: Part, cell: int = 0) -> int:
    """Return the first shard's key of a cell in a part of a week."""
    return (part.number << CELL_BITS | cell) << SHARD_BITS


def tallies_of(part: Part) -> tuple[int, int]:
    """Return the range of a part's tallies, the end not included."""
    return first_tally(part), (part.number + 1) << (CELL_BITS + SHARD_BITS)
