"""Indicators that this system can measure honestly: a part and a whole, or a number; no more.

What each says, where it comes from and what it does not say is written where it is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, select

from knowledge.directory.ageing import Age
from knowledge.directory.desk_index import desk_index, limits_on
from knowledge.directory.queries import AT, JOINED
from knowledge.figures import reading
from knowledge.figures.areas import is_seen
from knowledge.figures.cells import COUNTRIES, UNKNOWN, Cell
from knowledge.figures.figure import SHOWN, Figure
from knowledge.places.gazetteer import gazetteer
from knowledge.staff.rights import Area
from knowledge.store.directory_tables import services

RECEPTION, CHILDREN = "reception", "children"
NO_PAPERS = Cell("node", "documents/ladder_start")  # whoever says «No tengo ningún papel»
DOCUMENTS = Cell("flow", "documents")


@dataclass(frozen=True, slots=True)
class Indicator:
    """A number of `whole` (None: of itself), or what hides it.

    `everywhere` says that it is of all countries together, because its figures are.
    """

    id: str
    part: int | None = None
    whole: int | None = None
    hidden_by: tuple[Figure, ...] = ()
    everywhere: bool = False

    @property
    def share(self) -> float | None:
        """The part of the whole, 0 to 1; None when hidden, without a whole, or of nothing."""
        return self.part / self.whole if self.part is not None and self.whole else None


def of_directory(connection: Connection, area: Area, on: date) -> list[Indicator]:
    """Return what the directory itself tells today."""
    lines = [line for line in desk_index(connection).lines.values() if line.inside(area)]
    public = [line for line in lines if line.status == "active"]
    limits = limits_on(on)
    towns = {
        _municipality(line.country, line.department, line.municipality)
        for line in public
        if line.municipality and any(term.split("/")[0] == RECEPTION for term in line.terms)
    }
    for_children = [
        line.at_id for line in public if any(term.split("/")[0] == CHILDREN for term in line.terms)
    ]
    fresh = sum(line.age(limits) is Age.FRESH for line in public)
    return [
        Indicator("towns_with_office", len(towns), municipalities(area)),
        Indicator("institutions_for_children", _organizations(connection, for_children)),
        Indicator("entries_verified", fresh, len(public)),
    ]


def of_month(connection: Connection, month: str, area: Area) -> list[Indicator]:
    """Return what a released month tells; raises `FiguresError` for any other."""
    question: tuple[Cell, ...] = (Cell("question", "answered"), Cell("question", "unanswered"))
    if area.country is not None:
        question = tuple(cell._replace(by2="country", key2=area.country) for cell in question)
    rating = (Cell("rating", "helped"), Cell("rating", "not-helped"))
    tables = {(cell.by, cell.by2) for cell in (*question, *rating, NO_PAPERS, DOCUMENTS)}
    known = {
        figure.cell: figure
        for by, by2 in tables
        for figure in reading.cells(connection, "month", month, by, by2)
        if is_seen(figure.cell, area)
    }
    return [
        _share("questions_answered", known, question[:1], question, messages=True,
               everywhere=area.country is None),
        _share("answers_helped", known, rating[:1], rating, everywhere=True),
        _share("without_papers", known, (NO_PAPERS,), (DOCUMENTS,), everywhere=True),
    ]  # fmt: skip


def _share(
    name: str,
    known: dict[Cell, Figure],
    part: Iterable[Cell],
    whole: Iterable[Cell],
    *,
    everywhere: bool,
    messages: bool = False,
) -> Indicator:
    """Return a share of shown figures; one that is hidden hides the share."""
    parts = [known[cell] for cell in part if cell in known]
    wholes = [known[cell] for cell in whole if cell in known]
    hidden = tuple(figure for figure in (*wholes, *parts) if figure.hidden != SHOWN)
    if hidden or not parts or not wholes:
        return Indicator(name, hidden_by=tuple(dict.fromkeys(hidden)), everywhere=everywhere)

    def size(figures: Iterable[Figure]) -> int:
        return sum((f.messages if messages else f.people) or 0 for f in figures)

    return Indicator(name, size(parts), size(wholes), everywhere=everywhere)


@lru_cache(maxsize=256)
def municipalities(area: Area) -> int:
    """Return how many municipalities there are in an area."""
    if area.municipality is not None:
        return 1
    countries = [area.country] if area.country else [c for c in COUNTRIES if c != UNKNOWN]
    return sum(
        place.level == "municipality" and area.department in (None, place.department)
        for country in countries
        for place in gazetteer(country)
    )


@lru_cache(maxsize=4096)
def _municipality(country: str, department: str, town: str) -> tuple[str, str, str]:
    """Return the municipality that a town of the directory lies in; districts have older names."""
    place = gazetteer(country).by_area(department, town)
    return country, department, (place.municipality if place else None) or town


def _organizations(connection: Connection, at_ids: list[str]) -> int:
    found: set[str] = set()
    for start in range(0, len(at_ids), 500):
        some = at_ids[start : start + 500]
        query = select(services.c.organization_id).distinct().select_from(JOINED)
        found.update(connection.execute(query.where(AT.c.id.in_(some))).scalars())
    return len(found)
