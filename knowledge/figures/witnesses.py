"""Showing that hidden figures can be many numbers: by solutions, before any question about one.

A solution of all rows is a witness: it shows one number that each hidden figure can be. Two that
show a figure five apart clear it, and no question about that figure is needed any more.

2026-11-22. Asking for the least and the most of each figure took 1,700 linear programs for a month
of 20,000 messages; two dozen that each move all that are not clear yet show the same. Only what
they leave is asked about one by one, so the verdict is as exact as before.
"""

from collections.abc import Iterable
from typing import Any

from knowledge.figures.board import FEWEST_VALUES, values_between
from knowledge.figures.program import Column, OutOfWorkError, Program

_TURNS = 60
_IN_VAIN = 4  # turns in a row


class Witnesses:
    """The solutions found so far, as the range in which they show each figure that is asked for."""

    def __init__(self, program: Program, wanted: Iterable[int]) -> None:
        self.program = program
        self.left = sorted(wanted)  # not cleared yet
        self.least: dict[int, float] = {}
        self.most: dict[int, float] = {}
        self._now: Any = None  # the solution that the solver stands on

    def clear_together(self) -> None:
        """Clear what solutions clear that move all that are left at once.

        Raises `OutOfWorkError` where the program has no solution, or for too much work.
        """
        self._ask({})
        in_vain = 0
        for turn in range(_TURNS):
            if not self.left or in_vain == _IN_VAIN:
                return
            before = len(self.left)
            self._move_all(turn)
            in_vain = in_vain + 1 if len(self.left) == before else 0

    def range_of(self, column: int) -> tuple[float, float, list[int]]:
        """Return the least and the most that a figure can be, and the lines that say so.

        What is five numbers or more is not followed to its end.
        """
        bounds = self.program.columns[column]
        start = self._now[column]
        self.program.bound(column, max(bounds.low, start - FEWEST_VALUES), bounds.high)
        least, least_lines = self._ask({column: 1.0})
        self.program.bound(column, bounds.low, min(bounds.high, least + FEWEST_VALUES))
        most, most_lines = self._ask({column: -1.0})
        self.program.bound(column, bounds.low, bounds.high)
        return least, -most, sorted({*least_lines, *most_lines})

    def _move_all(self, turn: int) -> None:
        # Most stand on their least, so of four turns three lift; each figure as far as it needs to
        # go and no further, so that many move enough instead of one a lot. Other weights every
        # turn let another one win where a sum does not suffice for all.
        bounds = {column: self.program.columns[column] for column in self.left}
        costs = {}
        for column, own in bounds.items():
            now = self._now[column]
            weight = 1 + (column * 7919 + turn * 104_729) % 1009 / 1009 if turn > 1 else 1.0
            if turn % 4 != 1:
                high = min(own.high, max(now, self.least[column] + FEWEST_VALUES))
                moving, costs[column] = Column(own.low, high), -weight
            else:
                low = max(own.low, min(now, self.most[column] - FEWEST_VALUES))
                moving, costs[column] = Column(low, own.high), weight
            self.program.bound(column, moving.low, moving.high)
        self._ask(costs)
        for column, own in bounds.items():
            self.program.bound(column, own.low, own.high)

    def _ask(self, costs: dict[int, float]) -> tuple[float, list[int]]:
        answer = self.program.minimise(costs)
        if answer.columns is None:
            raise OutOfWorkError
        self._now = answer.columns
        still = []
        for column in self.left:
            value = float(self._now[column])
            self.least[column] = low = min(self.least.get(column, value), value)
            self.most[column] = high = max(self.most.get(column, value), value)
            if values_between(low, high) < FEWEST_VALUES:
                still.append(column)
        self.left = still
        return answer.value, answer.mattering()
