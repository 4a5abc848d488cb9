"""Demand beside supply: what people of a department ask for, and who is there to help with it.

Demand is of one released month, and only what was released of it; supply is of today.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, func, select

from knowledge.directory.ageing import Age
from knowledge.directory.desk_index import Line, desk_index, limits_on
from knowledge.directory.queries import AT, JOINED, LOCATION, SHOWN
from knowledge.figures import reading
from knowledge.figures.areas import seen
from knowledge.figures.cells import UNKNOWN
from knowledge.figures.figure import SHOWN as SHOWN_FIGURE
from knowledge.figures.figure import Figure
from knowledge.places import distance_km
from knowledge.places.gazetteer import gazetteer
from knowledge.staff.rights import Area

Point = tuple[float, float]
ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Supply:
    """Services of a topic that people see: how many, how many of them verified."""

    published: int = 0
    verified: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """How often a topic was asked in a department, and what stands against it.

    `in_country` serves the whole country, by phone mostly. `nearest_km` is from the main town of
    the department to the nearest verified office, None where there is none, or no such town.
    """

    country: str
    department: str
    topic: str
    asked: Figure
    here: Supply
    in_country: Supply
    nearest_km: float | None

    @property
    def people_for_each(self) -> float:
        """How many people there are for each verified service of the department."""
        return (self.asked.people or 0) / (self.here.verified or 0.5)


@dataclass(frozen=True, slots=True)
class Gaps:
    """The released figures, worst first, and how many are hidden."""

    rows: tuple[Gap, ...]
    hidden: int


@dataclass(slots=True)
class TownAges:
    """How old the entries of a municipality are."""

    country: str
    department: str
    municipality: str
    ages: Counter[Age] = field(default_factory=Counter)


def gaps(connection: Connection, month: str, area: Area, on: date) -> Gaps:
    """Return demand beside supply for a released month; raises `FiguresError` for any other."""
    figures = reading.cells(connection, "month", month, "department", "topic")
    told = [figure for figure in seen(figures, area) if not figure.cell.key.endswith(f"/{UNKNOWN}")]
    shown = [figure for figure in told if figure.hidden == SHOWN_FIGURE]
    supply, points = _supply(connection, on), _verified_points(connection, on)
    rows = [_gap(figure, supply, points) for figure in shown]
    rows.sort(key=lambda gap: (-gap.people_for_each, gap.country, gap.department, gap.topic))
    return Gaps(tuple(rows), len(told) - len(shown))


def ages_by_town(connection: Connection, area: Area, on: date) -> list[TownAges]:
    """Return the municipalities of an area that have entries, with how old those are."""
    limits = limits_on(on)
    towns: dict[tuple[str, str, str], TownAges] = {}
    for line in _published(connection, area):
        key = (line.country, line.department, line.municipality)
        towns.setdefault(key, TownAges(*key)).ages[line.age(limits)] += 1
    return [towns[key] for key in sorted(towns)]


def _published(connection: Connection, area: Area) -> Iterable[Line]:
    lines = desk_index(connection).lines.values()
    return (line for line in lines if line.status == ACTIVE and line.inside(area))


def _gap(
    figure: Figure,
    supply: Mapping[tuple[str, str, str], Supply],
    points: Mapping[tuple[str, str], list[Point]],
) -> Gap:
    country, _, department = figure.cell.key.partition("/")
    topic = figure.cell.key2
    town = _main_town(country, department)
    found = points.get((country, topic), ())
    return Gap(
        country,
        department,
        topic,
        figure,
        supply.get((country, department, topic), Supply()),
        supply.get((country, "", topic), Supply()),
        min((distance_km(town, point) for point in found), default=None) if town else None,
    )


def _supply(connection: Connection, on: date) -> dict[tuple[str, str, str], Supply]:
    """Return country, department ("" for all) and topic → what there is."""
    limits = limits_on(on)
    published: Counter[tuple[str, str, str]] = Counter()
    verified: Counter[tuple[str, str, str]] = Counter()
    for line in _published(connection, Area()):
        for topic in {term.split("/")[0] for term in line.terms}:
            key = (line.country, line.department, topic)
            published[key] += 1
            verified[key] += line.age(limits) is Age.FRESH
    return {key: Supply(count, verified[key]) for key, count in published.items()}


def _verified_points(connection: Connection, on: date) -> dict[tuple[str, str], list[Point]]:
    """Return country and topic → where verified services are; places in confidence are not told."""
    limits = limits_on(on)
    query = (
        select(
            AT.c.id,
            func.coalesce(LOCATION.c.latitude, LOCATION.c.place_latitude).label("latitude"),
            func.coalesce(LOCATION.c.longitude, LOCATION.c.place_longitude).label("longitude"),
        )
        .select_from(JOINED)
        .where(SHOWN, LOCATION.c.confidential == 0)
    )
    at = {
        row.id: (row.latitude, row.longitude)
        for row in connection.execute(query)
        if row.latitude is not None and row.longitude is not None
    }
    found: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for line in _published(connection, Area()):
        if line.at_id in at and line.age(limits) is Age.FRESH:
            for topic in {term.split("/")[0] for term in line.terms}:
                found[line.country, topic].append(at[line.at_id])
    return found


@lru_cache(maxsize=256)
def _main_town(country: str, department: str) -> Point | None:
    place = gazetteer(country).by_area(department, None)
    return place.point if place is not None else None
