"""Noise in what a release shows, for those who want it: discrete Laplace, from OpenDP.

A release is made and attacked without noise; then every number that it shows is changed by chance,
once, and stored so. Half of epsilon is for messages, half for people. One message more or less
changes each of its cells by one; one person more or less changes the marks of each of their cells
by one at most, so it is the marks that get the noise and people are read from them.

Nobody knows how many cells one person is in (marks are made so), therefore nothing is cut off:
epsilon is for `CELLS` shown cells, and whoever is in twice as many has twice the epsilon.
"""

import importlib.util
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge.figures.cells import Cell
from knowledge.figures.figure import ROUNDED_TO, SHOWN, Figure
from knowledge.figures.periods import FiguresError, Unit
from knowledge.figures.relations import depth, relations
from knowledge.figures.sketch import people_for

# The shown cells that epsilon is written for. A message falls on nine of a week at most; of a month
# on twenty, and on two more for every further question of a flow that it goes through.
CELLS = {Unit.WEEK: 10, Unit.MONTH: 24}
# Above, the noise of one figure of a week stays within five numbers more often than not, and the
# gate reckons with a week of which no number is known.
MOST_EPSILON = 5.0
INSTALL = 'pip install "opendp==0.16.0"'


@dataclass(frozen=True, slots=True)
class Counted:
    """What the noise of a cell is added to: marks of its sketch, and messages not rounded."""

    marks: int
    messages: int


def read_epsilon(text: str) -> float:
    """Return the epsilon that is written in a setting; raises `FiguresError` if it cannot be."""
    try:
        epsilon = float(text)
    except ValueError:
        epsilon = math.nan
    if not 0 < epsilon <= MOST_EPSILON:
        raise FiguresError(f"is a number above 0 and up to {MOST_EPSILON:g}, like 1, not «{text}».")
    if not is_installed():
        raise FiguresError(f"needs OpenDP: {INSTALL}")
    return epsilon


def is_installed() -> bool:
    """Whether the library is there that noise comes from."""
    return importlib.util.find_spec("opendp") is not None


def scale_of(epsilon: float, unit: Unit) -> float:
    """Return the scale of the noise of each number: half of epsilon, over the cells."""
    return 2 * CELLS[unit] / epsilon


def with_noise(
    figures: Sequence[Figure], counted: Mapping[Cell, Counted], epsilon: float
) -> list[Figure]:
    """Return a release with noise in each number that it shows; the signs stay as they are.

    Numbers are whole, not under the threshold, and those of a part not above those of its whole.
    Raises `FiguresError` if OpenDP reckons that it costs more than epsilon.
    """
    cells = [figure.cell for figure in figures if figure.hidden == SHOWN]
    if not cells:
        return [replace(figure, epsilon=epsilon) for figure in figures]
    unit = figures[0].period.unit
    draw = _measurement(scale_of(epsilon, unit), CELLS[unit], epsilon / 2)
    marks = draw([counted[cell].marks for cell in cells])
    messages = draw([counted[cell].messages for cell in cells])
    floors = _floors({f.cell: f.threshold for f in figures if f.hidden == SHOWN})
    people = _nested(dict(zip(cells, map(people_for, marks), strict=True)), floors)
    written = _nested(dict(zip(cells, messages, strict=True)), people)
    step = ROUNDED_TO if unit is Unit.WEEK else 1
    written = {cell: number + -number % step for cell, number in written.items()}
    return [
        replace(f, epsilon=epsilon, people=people.get(f.cell), messages=written.get(f.cell))
        for f in figures
    ]


def _measurement(scale: float, cells: int, most: float) -> Any:
    """Return what adds noise to numbers of which somebody changes `cells`, by one each."""
    import opendp.prelude as dp

    dp.enable_features("contrib")  # nearly all of OpenDP, which proves little by machine
    numbers = dp.vector_domain(dp.atom_domain(T=int))
    measurement: Any = dp.m.make_laplace(numbers, dp.l1_distance(T=int), scale=scale)
    if measurement.map(cells) > most * (1 + 1e-9):
        raise FiguresError(f"Noise of scale {scale} costs more than {most}; nothing is released.")
    return measurement


def _floors(thresholds: Mapping[Cell, int]) -> dict[Cell, int]:
    """Return the least that each figure can be: the thresholds of itself and of its parts."""
    floors = dict(thresholds)
    for whole, parts in reversed(_wholes_first(thresholds)):
        floors[whole] = max(floors[whole], *(floors[part] for part in parts))
    return floors


def _nested(numbers: Mapping[Cell, int], floors: Mapping[Cell, int]) -> dict[Cell, int]:
    """Return numbers that are not under their floor, nor above those of what they are part of."""
    found = {cell: max(number, floors[cell]) for cell, number in numbers.items()}
    for whole, parts in _wholes_first(numbers):
        for part in parts:
            found[part] = max(floors[part], min(found[part], found[whole]))
    return found


def _wholes_first(cells: Iterable[Cell]) -> list[tuple[Cell, list[Cell]]]:
    parts: dict[Cell, list[Cell]] = defaultdict(list)
    for relation in relations(cells):
        parts[relation.whole] += relation.parts
    return sorted(parts.items(), key=lambda each: depth(each[0]))
