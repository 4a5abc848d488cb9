"""The gate: attacks a release with everything that is known, before anybody may see it.

For each hidden figure it asks what the least and the most is that it could be, given all that is
shown in this release and in those of before. Fewer than five possible numbers is a leak.

Two questions a figure are exact and slow: `witnesses.py` settles nearly all of them together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.figures.board import FEWEST_VALUES, Board, values_between
from knowledge.figures.cells import TOTAL, Cell
from knowledge.figures.figure import SHOWN, Figure, named
from knowledge.figures.periods import Part, Period, Unit
from knowledge.figures.program import (
    Column,
    Line,
    OutOfWorkError,
    Work,
    components,
    lines_of,
    opened,
)
from knowledge.figures.relations import Relation, relations
from knowledge.figures.witnesses import Witnesses

_EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class Narrowed:
    """An unknown that can be too few numbers, and the rows of the board that say so."""

    place: int
    low: float
    high: float
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leak:
    """A hidden figure that a release gives away, told to whoever made the release.

    `broader` is a figure of the same release that is shown and holds the hidden one, if any.
    """

    period: str
    cell: Cell
    what: str  # people or messages
    low: int
    high: int
    reason: str
    broader: Cell | None

    def __str__(self) -> str:
        between = str(self.low) if self.low == self.high else f"{self.low} to {self.high}"
        safe = f" Safe instead: {named(self.broader)}." if self.broader is not None else ""
        return (
            f"{self.period}, {named(self.cell)}: hidden, but its {self.what} can only be "
            f"{between}, from {self.reason}.{safe}"
        )


def examine(figures: Iterable[Figure], links: Sequence[Relation] = ()) -> list[Leak]:
    """Return what releases give away together; nothing means that they are safe.

    `figures` are all cells of all the releases, hidden ones included; `links` are relations that
    their names do not tell (which node of a flow follows which).
    """
    board = board_of(figures, links)
    return [_leak(board, found) for found in attack(board)]


def board_of(figures: Iterable[Figure], links: Sequence[Relation] = ()) -> Board:
    """Return a board with releases and all that ties them together."""
    board = Board()
    board.add_figures(figures)
    cells: dict[Period, list[Cell]] = {}
    for period, cell in board.figures:
        cells.setdefault(period, []).append(cell)
    for period, known in cells.items():
        if period.unit is Unit.MONTH:
            board.relate_month(period, known)
    for period, known in cells.items():
        found = [*relations(known), *links]
        board.relate(period, found)
        if period.unit is Unit.WEEK:
            for part in (Part(period), Part(period, second=True)):
                board.relate(part, found)
    return board


def attack(
    board: Board, work: Work | None = None, cleared: set[int] | None = None
) -> list[Narrowed]:
    """Return every guarded number of a board that can be fewer than five values.

    Numbers in `cleared` were found to be wide with no more hidden than now, and stay so: they are
    not looked at. Those that are found to be wide are added. When `work` does not suffice, raises
    `OutOfWorkError` with the numbers of which nothing was found out.
    """
    work = work or Work()
    cleared = set() if cleared is None else cleared
    column_of, columns, lines = lines_of(board)
    narrowed = [
        Narrowed(place, board.low[place], board.high[place], ())
        for place, guarded in enumerate(board.guarded)
        if guarded
        and place not in column_of
        and values_between(board.low[place], board.high[place]) < FEWEST_VALUES
    ]
    places = {column: place for place, column in column_of.items()}
    unknown: list[int] = []
    for members, own_columns, own_lines in components(columns, lines):
        wanted = {
            number: places[column]
            for number, column in enumerate(members)
            if board.guarded[places[column]]
        }
        try:
            narrowed += _attack_one(own_columns, own_lines, wanted, cleared, work)
        except OutOfWorkError as error:
            unknown += error.places
    if unknown:
        raise OutOfWorkError(unknown)
    return narrowed


def _attack_one(
    columns: list[Column],
    lines: list[Line],
    wanted: Mapping[int, int],
    cleared: set[int],
    work: Work,
) -> list[Narrowed]:
    asked = [column for column, place in wanted.items() if place not in cleared]
    if not asked:
        return []
    try:
        program, loosened = opened(columns, lines, work)
        if loosened:  # in another way every time, so what was wide then need not be so now
            asked = list(wanted)
        witnesses = Witnesses(program, asked)
        witnesses.clear_together()
        narrowed = []
        while witnesses.left:
            column = witnesses.left[0]
            low, high, mattered = witnesses.range_of(column)
            if values_between(low, high) < FEWEST_VALUES:
                rows = tuple(lines[line].row for line in mattered)
                narrowed.append(Narrowed(wanted[column], low, high, rows))
            witnesses.left = [other for other in witnesses.left if other != column]
    except OutOfWorkError:
        raise OutOfWorkError(list(wanted.values())) from None
    tight = {each.place for each in narrowed}
    wide = {wanted[column] for column in asked} - tight
    if loosened:
        cleared -= wide
    else:
        cleared |= wide
    return narrowed


def broader_cut(figures: Iterable[Figure], period: Period, cell: Cell) -> Cell | None:
    """Return the nearest cell that holds `cell` and is shown in the same period."""
    shown = {f.cell for f in figures if f.period == period and f.hidden == SHOWN}
    return next((wider for wider in wider_cells(cell) if wider in shown), None)


def wider_cells(cell: Cell) -> list[Cell]:
    """Return the cells that hold a cell, nearest first."""
    wider = []
    if cell.by2:
        wider += [Cell(cell.by, cell.key), Cell(cell.by2, cell.key2)]
    for by, key in ((cell.by, cell.key), (cell.by2, cell.key2)):
        if by == "department":
            wider.append(Cell("country", key.split("/")[0]))
        elif by == "article":
            wider.append(Cell("topic", key.split("/")[0]))
        elif by in ("node", "answered", "left", "outcome"):
            wider.append(Cell("flow", key.split("/")[0]))
    return [*wider, TOTAL] if cell != TOTAL else []


def _leak(board: Board, found: Narrowed) -> Leak:
    what, when, cell = board.names[found.place]
    period = when.week if isinstance(when, Part) else when
    reasons = dict.fromkeys(board.rows[row].why for row in found.rows if row >= 0)
    return Leak(
        period.name,
        cell,
        what,
        round(found.low + _EPSILON),
        round(found.high - _EPSILON),
        "; ".join(reasons) or "its own sign",
        broader_cut(board.figures.values(), period, cell),
    )
