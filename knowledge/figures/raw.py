"""Reading and erasing what was counted and is not yet released."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import BindParameter, Connection, Engine, Integer, delete, func, literal, select

from knowledge.figures import packing
from knowledge.figures.cells import Cell
from knowledge.figures.packing import CELL_MASK, cell_number
from knowledge.figures.periods import Part, Period, parts_of
from knowledge.figures.sketch import MAX_RANK, estimate
from knowledge.store.figure_tables import figure_keys, figure_marks, figure_totals

# How many marks one transaction erases: chats never wait long for it.
_AT_ONCE = 20_000


def _bits(number: int) -> BindParameter[int]:
    """Return how far to shift: PostgreSQL wants a plain integer there."""
    return literal(number, Integer, literal_execute=True)


_BY_CELL = figure_marks.c.mark.bitwise_rshift(_bits(packing.MARK_BITS))
_RANK = figure_marks.c.mark.bitwise_and(MAX_RANK)
_TALLIED = figure_totals.c.tally.bitwise_rshift(_bits(packing.SHARD_BITS))


def people_of(connection: Connection, period: Period, cells: Iterable[Cell]) -> dict[Cell, int]:
    """Return how many different people were in each cell; cells with nobody are left out."""
    return {cell: estimate(ranks) for cell, ranks in ranks_of(connection, period, cells).items()}


def ranks_of(
    connection: Connection, period: Period, cells: Iterable[Cell]
) -> dict[Cell, dict[int, int]]:
    """Return the sketch of each cell: how many registers were seen at each rank."""
    first, after = packing.marks_of(period)
    query = (
        select(_BY_CELL, _RANK, func.count())
        .where(figure_marks.c.mark >= first, figure_marks.c.mark < after)
        .group_by(_BY_CELL, _RANK)
    )
    seen: dict[int, dict[int, int]] = defaultdict(dict)
    for number, rank, count in connection.execute(query):
        seen[number & CELL_MASK][rank] = count
    names = {cell_number(cell): cell for cell in cells}
    return {names[number]: ranks for number, ranks in seen.items() if number in names}


def messages_of(connection: Connection, part: Part, cells: Iterable[Cell]) -> dict[Cell, int]:
    """Return how many messages were in each cell in a part of a week; none are left out."""
    first, after = packing.tallies_of(part)
    query = (
        select(_TALLIED, func.sum(figure_totals.c.messages))
        .where(figure_totals.c.tally >= first, figure_totals.c.tally < after)
        .group_by(_TALLIED)
    )
    names = {cell_number(cell): cell for cell in cells}
    found = ((number & CELL_MASK, int(sum_)) for number, sum_ in connection.execute(query))
    return {names[number]: messages for number, messages in found if number in names}


def erase_key(connection: Connection, period: Period) -> None:
    """Destroy the key of a period: from here on nobody can be looked for in its marks."""
    connection.execute(delete(figure_keys).where(figure_keys.c.period == period.number))


def erase_marks(engine: Engine, period: Period) -> int:
    """Erase the marks of a period, in small transactions; return how many there were."""
    first, after = packing.marks_of(period)
    erased = 0
    while True:
        some = (
            select(figure_marks.c.mark)
            .where(figure_marks.c.mark >= first, figure_marks.c.mark < after)
            .order_by(figure_marks.c.mark)
            .limit(_AT_ONCE)
            .subquery()
        )
        with engine.begin() as connection:
            last = connection.execute(select(func.max(some.c.mark))).scalar_one()
            if last is None:
                return erased
            erased += connection.execute(
                delete(figure_marks).where(
                    figure_marks.c.mark >= first, figure_marks.c.mark <= last
                )
            ).rowcount


def erase_totals(connection: Connection, month: Period) -> int:
    """Erase the totals of a month; return how many rows there were."""
    erased = 0
    for part in parts_of(month):
        first, after = packing.tallies_of(part)
        erased += connection.execute(
            delete(figure_totals).where(
                figure_totals.c.tally >= first, figure_totals.c.tally < after
            )
        ).rowcount
    return erased
