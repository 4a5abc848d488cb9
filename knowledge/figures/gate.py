"""The gate: attacks a release with everything that is known, before anybody may see it.

For each hidden figure it asks what the least and the most is that it could be, given all that is
shown in this release and in those of before. Fewer than five possible numbers is a leak.

2026-11-22. Asking two questions a figure is exact and slow. So first a few solutions are sought
that show many hidden figures at once with values far enough apart; only what no solution clears is
asked about one by one.
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
    Program,
    components,
    lines_of,
    made_possible,
)
from knowledge.figures.relations import Relation, relations

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


def attack(board: Board) -> list[Narrowed]:
    """Return every guarded number of a board that can be fewer than five values."""
    column_of, columns, lines = lines_of(board)
    narrowed = [
        Narrowed(place, board.low[place], board.high[place], ())
        for place, guarded in enumerate(board.guarded)
        if guarded
        and place not in column_of
        and values_between(board.low[place], board.high[place]) < FEWEST_VALUES
    ]
    places = {column: place for place, column in column_of.items()}
    for members, own_columns, own_lines in components(columns, lines):
        wanted = {
            number: places[column]
            for number, column in enumerate(members)
            if board.guarded[places[column]]
        }
        if wanted:
            narrowed += _attack_one(own_columns, made_possible(own_columns, own_lines), wanted)
    return narrowed


def _attack_one(
    columns: list[Column], lines: list[Line], wanted: Mapping[int, int]
) -> list[Narrowed]:
    narrowed = []
    single = Program(list(columns), lines)
    for column in _not_cleared(columns, lines, sorted(wanted)):
        least = single.minimise({column: 1.0})
        most = single.minimise({column: -1.0})
        if least.impossible or most.impossible or most.unbounded or least.unbounded:
            continue
        if values_between(least.value, -most.value) < FEWEST_VALUES:
            mattered = (abs(least.duals) > _EPSILON) | (abs(most.duals) > _EPSILON)
            rows = tuple(line.row for line, used in zip(lines, mattered, strict=True) if used)
            narrowed.append(Narrowed(wanted[column], least.value, -most.value, rows))
    return narrowed


def _not_cleared(columns: list[Column], lines: list[Line], wanted: list[int]) -> list[int]:
    """Return the columns for which no solutions were found that lie far enough apart."""
    # `up` follows an unknown from below and `down` from above, each as far as it needs to go: so
    # that a solution is sought that moves many by enough, not one by a lot.
    up = {column: len(columns) + number for number, column in enumerate(wanted)}
    down = {column: place + len(wanted) for column, place in up.items()}
    more = [Column(0, 0) for _ in range(2 * len(wanted))]
    follow = [Line([(c, 1.0), (p, -1.0)], 0, float("inf")) for c, p in up.items()]
    follow += [Line([(p, 1.0), (c, -1.0)], 0, float("inf")) for c, p in down.items()]
    for number in range(len(wanted)):
        more[len(wanted) + number].high = float("inf")
    program = Program([*columns, *more], [*lines, *follow])
    first = program.minimise(dict.fromkeys(wanted, 1.0))
    if first.columns is None:
        return wanted
    least = {column: first.columns[column] for column in wanted}
    most = dict(least)
    left = wanted
    for turn in range(6):
        rising = turn % 2 == 0
        for column in left:
            if rising:
                program.bound(up[column], 0, least[column] + FEWEST_VALUES)
            else:
                lowest = max(0.0, most[column] - FEWEST_VALUES)
                program.bound(down[column], lowest, float("inf"))
        costs = (
            {up[column]: -1.0 for column in left}
            if rising
            else {down[column]: 1.0 for column in left}
        )
        answer = program.minimise(costs)
        if answer.columns is None:
            break
        for column in left:
            least[column] = min(least[column], answer.columns[column])
            most[column] = max(most[column], answer.columns[column])
        before = len(left)
        left = [c for c in left if values_between(least[c], most[c]) < FEWEST_VALUES]
        if not left or (turn and len(left) == before):
            break
    return left


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
