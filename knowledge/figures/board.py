"""All that anybody can know, as numbers, unknowns and the rows that tie them together.

An unknown is the people or the messages of a hidden cell, or the messages of a part of a week. A
row says that a sum of them lies between two bounds.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.figures.cells import Cell
from knowledge.figures.figure import KEPT, ROUNDED_TO, SHOWN, SMALL, Figure, named
from knowledge.figures.periods import Part, Period, Unit, parts_of, weeks_of
from knowledge.figures.relations import Kind, Relation

FEWEST_VALUES = 5  # a hidden figure must be able to be at least so many numbers
PEOPLE = "people"
MESSAGES = "messages"
INFINITE = math.inf

# What a number is of: people or messages, when, which cell.
Name = tuple[str, Period | Part, Cell]


@dataclass(frozen=True, slots=True)
class Row:
    """`low` ≤ the sum of the terms ≤ `high`; `why` says where it comes from."""

    terms: tuple[tuple[int, int], ...]  # number on the board, factor
    low: float
    high: float
    why: str


class Board:
    """Numbers, known or within bounds, and rows."""

    def __init__(self) -> None:
        self.names: list[Name] = []
        self.index: dict[Name, int] = {}
        self.low: list[float] = []
        self.high: list[float] = []
        self.guarded: list[bool] = []
        self.figures: dict[tuple[Period, Cell], Figure] = {}
        self.rows: list[Row] = []
        self.rows_with: dict[int, list[int]] = defaultdict(list)

    def add(self, name: Name, low: float, high: float, *, guarded: bool) -> int:
        """Put a number on the board and return its place."""
        place = self.index[name] = len(self.names)
        self.names.append(name)
        self.low.append(low)
        self.high.append(high)
        self.guarded.append(guarded)
        return place

    def add_figures(self, figures: Iterable[Figure], *, guarded: bool = True) -> None:
        """Put the figures of releases on the board, hidden ones with what their sign tells."""
        for figure in figures:
            self.figures[figure.period, figure.cell] = figure
            people, messages = bounds(figure)
            hidden = guarded and figure.hidden != SHOWN
            p = self.add((PEOPLE, figure.period, figure.cell), *people, guarded=hidden)
            m = self.add((MESSAGES, figure.period, figure.cell), *messages, guarded=hidden)
            self.add_row(((m, 1), (p, -1)), 0, INFINITE, "nobody is counted without a message")

    def hide(self, period: Period, cell: Cell, sign: str = KEPT) -> list[int]:
        """Hide a figure that was shown; return its numbers on the board."""
        places = []
        figure = self.figures[period, cell]
        hidden = Figure(period, cell, figure.threshold, sign)
        self.figures[period, cell] = hidden
        for kind, (low, high) in zip((PEOPLE, MESSAGES), bounds(hidden), strict=True):
            place = self.index[kind, period, cell]
            self.low[place], self.high[place], self.guarded[place] = low, high, True
            places.append(place)
        return places

    def add_row(self, terms: Sequence[tuple[int, int]], low: float, high: float, why: str) -> None:
        """Tie numbers together."""
        for place, _ in terms:
            self.rows_with[place].append(len(self.rows))
        self.rows.append(Row(tuple(terms), low, high, why))

    def relate(self, when: Period | Part, relations: Iterable[Relation]) -> None:
        """Add the rows of one stretch of time; relations with a number not on the board are not."""
        for relation in relations:
            for kind in (PEOPLE, MESSAGES):
                self._relate(kind, when, relation)

    def _relate(self, what: str, when: Period | Part, relation: Relation) -> None:
        whole = self.index.get((what, when, relation.whole))
        found = [self.index.get((what, when, part)) for part in relation.parts]
        parts = [place for place in found if place is not None]
        if whole is None or not parts:
            return
        kind = relation.kind
        complete = len(parts) == len(found)
        if kind is Kind.COVERED and not complete:
            return
        why = f"{named(relation.whole)} beside its parts by {along(relation)}"
        together = ((whole, -1), *((place, 1) for place in parts))
        if what == MESSAGES and kind in (Kind.SPLIT, Kind.AMONG):
            missing = relation.missing_messages
            if kind is Kind.SPLIT and complete and missing < FEWEST_VALUES:
                self.add_row(together, -missing, -missing, why)
            else:
                self.add_row(together, -INFINITE, 0, why)
        elif kind is Kind.COVERED or (
            kind is Kind.SPLIT and complete and not relation.missing_people
        ):
            self.add_row(together, 0, INFINITE, why)
        if kind is not Kind.COVERED and (what == PEOPLE or kind is Kind.INSIDE):
            for place in parts:
                self.add_row(((whole, 1), (place, -1)), 0, INFINITE, why)

    def relate_month(self, month: Period, cells: Iterable[Cell]) -> None:
        """Add the rows between a month and the weeks that share days with it."""
        weeks = [week for week in weeks_of(month) if (week, Cell()) in self.figures]
        for cell in cells:
            self._sum_of_parts(month, cell)
            place = self.index[PEOPLE, month, cell]
            found = [self.index.get((PEOPLE, week, cell)) for week in weeks]
            for week, at_week in zip(weeks, found, strict=True):
                if at_week is not None and month.holds(week):
                    why = f"a month beside its week {week.name}"
                    self.add_row(((place, 1), (at_week, -1)), 0, INFINITE, why)
                elif at_week is not None:
                    self._relate_shared_week(week, cell, at_week)
            shared = [at_week for at_week in found if at_week is not None]
            if len(shared) == len(weeks_of(month)):
                terms = ((place, -1), *((at_week, 1) for at_week in shared))
                self.add_row(terms, 0, INFINITE, "a month beside all its weeks")

    def _sum_of_parts(self, month: Period, cell: Cell) -> None:
        parts = [self.part(part, cell) for part in parts_of(month)]
        if None not in parts:
            whole = self.index[MESSAGES, month, cell]
            terms = ((whole, -1), *((place, 1) for place in parts if place is not None))
            self.add_row(terms, 0, 0, "the messages of a month beside those of its weeks")

    def part(self, part: Part, cell: Cell) -> int | None:
        """Return the number of a part of a week; the week itself where that has no other part."""
        parts = parts_of(part.week)
        if len(parts) == 1:
            return self.index.get((MESSAGES, part.week, cell))
        if (MESSAGES, part, cell) in self.index:
            return self.index[MESSAGES, part, cell]
        week = self.index.get((MESSAGES, part.week, cell))
        if week is None:
            return None
        places = [self.add((MESSAGES, each, cell), 0, INFINITE, guarded=False) for each in parts]
        terms = ((week, -1), *((place, 1) for place in places))
        self.add_row(terms, 0, 0, f"the days of week {part.week.name} in two months")
        return self.index[MESSAGES, part, cell]

    def _relate_shared_week(self, week: Period, cell: Cell, at_week: int) -> None:
        months = {part_month(part) for part in parts_of(week)}
        places = [self.index.get((PEOPLE, month, cell)) for month in months]
        known = [place for place in places if place is not None]
        if len(known) == 2:
            terms = ((at_week, -1), *((place, 1) for place in known))
            self.add_row(terms, 0, INFINITE, f"week {week.name} beside its two months")


def part_month(part: Part) -> Period:
    """Return the month that a part of a week is in."""
    day = part.week.last_day if part.second else part.week.start
    return Period(day.replace(day=1), Unit.MONTH)


def bounds(figure: Figure) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return between what people and messages of a figure can be, by its sign alone.

    Of a figure with noise the number excludes nothing, only that it is shown does.
    """
    if figure.hidden == SMALL:
        return (0, figure.threshold - 1), (0, INFINITE)
    if figure.epsilon is None and figure.people is not None and figure.messages is not None:
        exact = figure.period.unit is Unit.MONTH
        least = max(figure.people, figure.messages - (0 if exact else ROUNDED_TO - 1))
        return (figure.people, figure.people), (least, figure.messages)
    return (figure.threshold, INFINITE), (figure.threshold, INFINITE)


def along(relation: Relation) -> str:
    """Return the dimension in which the parts of a relation differ."""
    part = relation.parts[0]
    if relation.kind is Kind.COVERED:
        return "the next node"
    return part.by2 if (part.by, part.key) == relation.whole[:2] and part.by2 else part.by


def values_between(low: float, high: float) -> float:
    """Return how many whole numbers lie between two bounds."""
    if math.isinf(high):
        return INFINITE
    return math.floor(high + 1e-6) - math.ceil(low - 1e-6) + 1
