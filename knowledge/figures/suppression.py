"""Hiding more than the small figures, until the gate finds nothing.

First by narrowing bounds row after row, which settles most with little work; then whatever the gate
still finds. What is hidden for another's sake is the figure with the fewest people among those that
tell.
"""

import math
from collections import deque
from collections.abc import Iterable, Sequence

from knowledge.figures.board import FEWEST_VALUES, Board, values_between
from knowledge.figures.cells import Cell
from knowledge.figures.figure import KEPT, SHOWN, TABLE
from knowledge.figures.gate import attack
from knowledge.figures.periods import FiguresError, Period
from knowledge.figures.program import OutOfWorkError, Work

# How many rows a narrow bound is followed back through, and how often one row is looked at again:
# the gate is exact, this need not be.
_STEPS_BACK = 12
_LOOKS = 40
# The work for one release, in steps of the solver. A month of 200,000 messages takes 35,000 (some
# 1.5 s), one of 20,000 messages of 400 people 50,000. At most three times this is done before
# nothing is released.
MOST_WORK = 150_000.0
_LOOKS_A_STEP = 5  # looks at a row that take as long as a step
_EPSILON = 1e-6


def protect(board: Board, period: Period, most_work: float = MOST_WORK) -> bool:
    """Hide figures of `period` on the board until no hidden one can be narrowed.

    Returns whether the work did not suffice to hide one by one, so that whole tables are hidden;
    their figures have the sign `table` then.
    Raises `FiguresError` when hiding cannot help any more; nothing may be released then.
    """
    doubtful: list[int] = []
    for coarser in (None, _hide_tables, _hide_all):
        if coarser is not None:
            coarser(board, period, doubtful, TABLE)
        try:
            _protect(board, period, Work(most_work))
        except OutOfWorkError as error:
            doubtful = error.places
        else:
            return coarser is not None
    raise _unsafe(period)


def _protect(board: Board, period: Period, work: Work) -> None:
    while found := _narrowed_by_rows(board, work):
        if not _hide_for(board, period, found.values()):
            break
    cleared: set[int] = set()
    while narrowed := attack(board, work, cleared):
        if not _hide_for(board, period, [each.rows for each in narrowed]):
            _hide_tables(board, period, [each.place for each in narrowed], KEPT)


def _hide_for(board: Board, period: Period, found: Iterable[Iterable[int]]) -> bool:
    """Hide one figure for each group of rows, unless one hidden just now is in it already."""
    fresh: set[int] = set()
    for rows in found:
        places = [place for row in rows for place, _ in board.rows[row].terms]
        if not fresh.intersection(places):
            fresh.update(_hide_one(board, period, places))
    return bool(fresh)


def _narrowed_by_rows(board: Board, work: Work) -> dict[int, list[int]]:
    """Return the guarded numbers that rows narrow too far, with the rows that do it."""
    low, high = list(board.low), list(board.high)
    cause: dict[int, int] = {}
    looks = [0] * len(board.rows)
    waiting = deque(range(len(board.rows)))
    queued = [True] * len(board.rows)
    while waiting:
        number = waiting.popleft()
        queued[number] = False
        looks[number] += 1
        for place in _tighten(board, number, low, high):
            cause[place] = number
            for other in board.rows_with[place]:
                if not queued[other] and looks[other] < _LOOKS:
                    queued[other] = True
                    waiting.append(other)
    narrow = [
        place
        for place in cause
        if board.guarded[place] and values_between(low[place], high[place]) < FEWEST_VALUES
    ]
    try:
        work.spend(sum(looks) / _LOOKS_A_STEP)
    except OutOfWorkError:
        raise OutOfWorkError(narrow) from None
    return {place: _rows_behind(board, place, cause) for place in narrow}


def _tighten(board: Board, number: int, low: list[float], high: list[float]) -> list[int]:
    """Narrow the bounds of a row's numbers by the row; return those that changed."""
    row = board.rows[number]
    least = most = 0.0
    endless_least = endless_most = 0
    ends = []
    for place, factor in row.terms:
        a, b = low[place] * factor, high[place] * factor
        if factor < 0:
            a, b = b, a
        ends.append((a, b))
        if math.isinf(a):
            endless_least += 1
        else:
            least += a
        if math.isinf(b):
            endless_most += 1
        else:
            most += b
    changed = []
    for (place, factor), (a, b) in zip(row.terms, ends, strict=True):
        if low[place] == high[place]:
            continue
        least_others = least if math.isinf(a) else least - a
        most_others = most if math.isinf(b) else most - b
        new_least, new_most = -math.inf, math.inf
        if endless_least == math.isinf(a):
            new_most = row.high - least_others
        if endless_most == math.isinf(b):
            new_least = row.low - most_others
        if factor < 0:
            new_least, new_most = -new_most, -new_least
        new_low = max(low[place], math.ceil(new_least - _EPSILON) if new_least > 0 else 0)
        new_high = min(high[place], new_most)
        if new_low > new_high + _EPSILON:  # two estimates that do not agree: the gate's business
            continue
        if new_low > low[place] or new_high < high[place]:
            low[place], high[place] = new_low, new_high
            changed.append(place)
    return changed


def _rows_behind(board: Board, place: int, cause: dict[int, int]) -> list[int]:
    """Return the rows that narrowed a number, nearest first."""
    rows: list[int] = []
    waiting = deque([place])
    seen = {place}
    while waiting and len(rows) < _STEPS_BACK:
        row = cause.get(waiting.popleft())
        if row is None or row in rows:
            continue
        rows.append(row)
        for other, _ in board.rows[row].terms:
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return rows


def _hide_one(board: Board, period: Period, places: Iterable[int]) -> list[int]:
    """Hide the figure with the fewest people among these numbers; return its numbers."""
    cells = {
        board.names[place][2]
        for place in places
        if board.names[place][1] == period
        and board.figures[period, board.names[place][2]].hidden == SHOWN
    }
    if not cells:
        return []
    cell = min(cells, key=lambda cell: (board.figures[period, cell].people or 0, cell))
    return board.hide(period, cell)


def _hide_tables(board: Board, period: Period, places: Sequence[int], sign: str) -> None:
    """Hide every figure of the tables of these numbers, where no single one would help."""
    tables = {(board.names[place][2].by, board.names[place][2].by2) for place in places}
    shown = _shown(board, period)
    if not shown:
        raise _unsafe(period)
    for cell in [c for c in shown if (c.by, c.by2) in tables] or shown:
        board.hide(period, cell, sign)


def _hide_all(board: Board, period: Period, _: Sequence[int], sign: str) -> None:
    for cell in _shown(board, period):
        board.hide(period, cell, sign)


def _shown(board: Board, period: Period) -> list[Cell]:
    return [c for (when, c), f in board.figures.items() if when == period and f.hidden == SHOWN]


def _unsafe(period: Period) -> FiguresError:
    return FiguresError(f"The figures of {period.name} cannot be made safe; nothing is released.")
