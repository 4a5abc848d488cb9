"""The rows of a board as a linear program: how small and how large can an unknown be?

HiGHS solves it. One program serves all questions about a board: only the objective changes, and the
solver goes on from where the last question left it. The solver and numpy are loaded when the first
question is asked: a serving process does without their 25 MB until a period is over.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.figures.board import INFINITE, Board

_TOLERANCE = 1e-7
_MATTERS = 1e-6
# What one question costs besides its steps: so many unknowns and rows are as much as one step.
_SIZE_OF_A_STEP = 50
_BUNDLE = 400  # unknowns


class OutOfWorkError(Exception):
    """The work that a gate may do is done; `places` are the numbers that it says nothing about."""

    def __init__(self, places: Sequence[int] = ()) -> None:
        super().__init__()
        self.places = list(places)


@dataclass(slots=True)
class Work:
    """How much may still be done, in steps of the solver: counted, never timed.

    So every machine comes to the same release, and a busy one to no coarser one.
    """

    left: float = INFINITE

    def spend(self, steps: float) -> None:
        """Count work that was done; raises `OutOfWorkError` when that was the last."""
        self.left -= steps
        if self.left <= 0:
            raise OutOfWorkError


@dataclass(slots=True)
class Column:
    """An unknown of the program."""

    low: float
    high: float


@dataclass(slots=True)
class Line:
    """A row of the program: columns with factors, and bounds; `row` is its number on the board."""

    terms: list[tuple[int, float]]
    low: float
    high: float
    row: int = -1


@dataclass(slots=True)
class Answer:
    """A solution: the unknowns and how much each row mattered. `unbounded`: there is no end."""

    value: float
    columns: Any = None
    duals: Any = None
    unbounded: bool = False
    impossible: bool = False

    def mattering(self) -> list[int]:
        """Return the lines that hold the value where it is."""
        return [line for line, dual in enumerate(self.duals) if abs(dual) > _MATTERS]


@dataclass(slots=True)
class Program:
    """A linear program that can be asked again and again."""

    columns: list[Column]
    lines: list[Line]
    work: Work = field(default_factory=Work)
    _solver: Any = field(default=None, repr=False)
    _asked: set[int] = field(default_factory=set, repr=False)  # columns with a cost

    def minimise(self, costs: dict[int, float]) -> Answer:
        """Return the smallest value of a weighted sum of unknowns.

        Raises `OutOfWorkError` when the work does not suffice for that.
        """
        import highspy
        import numpy as np

        solver = self._open()
        changed = sorted(self._asked.union(costs))
        new = np.array([costs.get(column, 0.0) for column in changed])
        solver.changeColsCost(len(changed), np.array(changed, dtype=np.int32), new)
        self._asked = set(costs)
        if not math.isinf(self.work.left):
            solver.setOptionValue("simplex_iteration_limit", math.ceil(self.work.left))
        solver.run()
        steps = solver.getInfo().simplex_iteration_count
        self.work.spend(steps + (len(self.columns) + len(self.lines)) / _SIZE_OF_A_STEP)
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            solution = solver.getSolution()
            value = solver.getInfo().objective_function_value
            return Answer(value, np.array(solution.col_value), np.array(solution.row_dual))
        if status in (
            highspy.HighsModelStatus.kUnbounded,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        ):
            return Answer(-math.inf, unbounded=True)
        return Answer(math.nan, impossible=True)

    def bound(self, column: int, low: float, high: float) -> None:
        """Change the bounds of an unknown."""
        self.columns[column] = Column(low, high)
        if self._solver is not None:
            self._solver.changeColBounds(column, low, high)

    def _open(self) -> Any:
        if self._solver is None:
            import highspy

            self._solver = highspy.Highs()  # type: ignore[no-untyped-call]  # has no types
            self._solver.setOptionValue("output_flag", False)
            self._solver.setOptionValue("threads", 1)
            # Between two questions only the objective changes, so the last answer stays possible:
            # the primal method goes on from there.
            self._solver.setOptionValue("solver", "simplex")
            self._solver.setOptionValue("presolve", "off")
            self._solver.setOptionValue("simplex_strategy", 4)
            self._solver.passModel(self._model())
        return self._solver

    def _model(self) -> Any:
        import highspy
        import numpy as np

        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.columns), len(self.lines)
        model.col_cost_ = np.zeros(len(self.columns))
        model.col_lower_ = np.array([c.low for c in self.columns], dtype=float)
        model.col_upper_ = np.array([c.high for c in self.columns], dtype=float)
        model.row_lower_ = np.array([line.low for line in self.lines], dtype=float)
        model.row_upper_ = np.array([line.high for line in self.lines], dtype=float)
        lengths = [len(line.terms) for line in self.lines]
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
        terms = [term for line in self.lines for term in line.terms]
        model.a_matrix_.index_ = np.array([column for column, _ in terms], dtype=np.int32)
        model.a_matrix_.value_ = np.array([factor for _, factor in terms], dtype=float)
        return model


def lines_of(board: Board) -> tuple[dict[int, int], list[Column], list[Line]]:
    """Return the unknowns of a board (its number → column) and the rows that say anything."""
    column_of: dict[int, int] = {}
    columns: list[Column] = []
    lines: list[Line] = []
    for number, row in enumerate(board.rows):
        fixed = 0.0
        unknown: list[tuple[int, float]] = []
        least, most = 0.0, 0.0
        for place, factor in row.terms:
            one, other = board.low[place] * factor, board.high[place] * factor
            if one == other:
                fixed += one
            else:
                unknown.append((place, float(factor)))
                least, most = least + min(one, other), most + max(one, other)
        low, high = row.low - fixed, row.high - fixed
        if not unknown or (least >= low and most <= high):
            continue
        terms: list[tuple[int, float]] = []
        for place, weight in unknown:
            if place not in column_of:
                column_of[place] = len(columns)
                columns.append(Column(board.low[place], board.high[place]))
            terms.append((column_of[place], weight))
        lines.append(Line(terms, low, high, number))
    return column_of, columns, lines


def components(
    columns: Sequence[Column], lines: Sequence[Line]
) -> Iterator[tuple[list[int], list[Column], list[Line]]]:
    """Take a program apart where no line ties its unknowns: their old numbers, columns, lines.

    Small parts are given together: a solver takes longer to open than to solve them.
    """
    leader = list(range(len(columns)))

    def lead(column: int) -> int:
        while leader[column] != column:
            leader[column] = column = leader[leader[column]]
        return column

    for line in lines:
        first = lead(line.terms[0][0])
        for column, _ in line.terms[1:]:
            leader[lead(column)] = first
    members: dict[int, list[int]] = defaultdict(list)
    for column in range(len(columns)):
        members[lead(column)].append(column)
    bundle_of: dict[int, int] = {}
    bundles: list[list[int]] = []
    for group, found in members.items():
        if not bundles or len(bundles[-1]) + len(found) > _BUNDLE:
            bundles.append([])
        bundles[-1] += found
        bundle_of[group] = len(bundles) - 1
    lines_in: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        lines_in[bundle_of[lead(line.terms[0][0])]].append(line)
    for bundle, found in enumerate(bundles):
        number = {column: place for place, column in enumerate(found)}
        own = [
            Line([(number[c], factor) for c, factor in line.terms], line.low, line.high, line.row)
            for line in lines_in[bundle]
        ]
        yield found, [columns[column] for column in found], own


def opened(columns: Sequence[Column], lines: Sequence[Line], work: Work) -> tuple[Program, bool]:
    """Return a program that has a solution, and whether its lines were loosened for that.

    Figures of many people are estimates, and two estimates need not agree to the last person:
    lines are loosened as little as it takes where they contradict each other. When the work does
    not suffice, raises `OutOfWorkError`.
    """
    program = Program(list(columns), list(lines), work)
    if not program.minimise({}).impossible:
        return program, False
    loose_columns, loose_lines, costs = list(columns), [], {}
    for line in lines:
        over, under = len(loose_columns), len(loose_columns) + 1
        loose_columns += [Column(0, INFINITE), Column(0, INFINITE)]
        costs[over] = costs[under] = 1.0
        terms = [*line.terms, (over, -1.0), (under, 1.0)]
        loose_lines.append(Line(terms, line.low, line.high, line.row))
    answer = Program(loose_columns, loose_lines, work).minimise(costs)
    if answer.columns is None:
        raise OutOfWorkError
    loosened = []
    for number, line in enumerate(lines):
        over, under = answer.columns[len(columns) + 2 * number : len(columns) + 2 * number + 2]
        low = line.low - under - _TOLERANCE * (under > 0)
        high = line.high + over + _TOLERANCE * (over > 0)
        loosened.append(Line(line.terms, low, high, line.row))
    return Program(list(columns), loosened, work), True
