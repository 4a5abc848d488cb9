"""Which figures a member of staff sees: those of places on the way to their area, and of no place.

2026-11-22. Somebody who coordinates SV sees the figures of SV and of its departments; somebody of
SV/La Paz those of SV and of SV/La Paz. Other countries and departments, and people who did not say
where they are, are for those whose area is everything. A figure that names no place (a topic, a
language, a node of a flow) is of all countries together and everybody sees it: it was released as
such, and no single country can be told from it.
"""

from collections.abc import Iterable

from knowledge.figures.cells import Cell
from knowledge.figures.figure import Figure
from knowledge.staff.rights import Area

_PLACES = ("country", "department")


def is_seen(cell: Cell, area: Area) -> bool:
    """Whether somebody with this area sees the figure of a cell."""
    if area.country is None:
        return True
    for by, key in ((cell.by, cell.key), (cell.by2, cell.key2)):
        country, _, department = key.partition("/")
        if by in _PLACES and country != area.country:
            return False
        if by == "department" and area.department not in (None, department):
            return False
    return True


def seen(figures: Iterable[Figure], area: Area) -> list[Figure]:
    """Return the figures that somebody with this area sees."""
    return [figure for figure in figures if is_seen(figure.cell, area)]
