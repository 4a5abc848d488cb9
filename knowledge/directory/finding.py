"""Which offices to show: near before far, open before closed, confirmed before unconfirmed."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from flows.folding import fold
from knowledge.directory import areas, opening, queries, reports
from knowledge.directory.ageing import Age, age_of
from knowledge.directory.candidates import (
    LOCAL_KM,
    NEXT_DOOR_KM,
    Candidate,
    Details,
    Point,
    candidates,
    details,
    term_ids,
)
from knowledge.directory.found import Caution, Found, Where
from knowledge.directory.hours import read_schedules
from knowledge.directory.office_hours import OfficeHours, hours_of
from knowledge.directory.records import Service
from knowledge.directory.remembering import Memory, Recall
from knowledge.directory.zones import zone_of
from knowledge.places.gazetteer import gazetteer
from knowledge.store.listed import AT_ONCE

__all__ = ("Found", "Where", "chosen", "describe", "find")

# Offices in the same band are about as far; then it counts more which one is open.
BANDS_KM = (NEXT_DOOR_KM, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0)
LOOKED_AT = 30  # offices whose hours are read before they are put in order
CONFIDENCE_RANK = {"high": 0, "medium": 1, "low": 2}
OPEN_RANK = {True: 0, None: 1, False: 2}


@dataclass(frozen=True, slots=True)
class _Asked:
    country: str
    origin: Point | None
    department: str | None
    municipality: str | None


# Local offices, then national lines, then far ones. Where no place was asked for, a line that one
# can reach from anywhere comes before an office.
_TIERS = {
    Where.HERE: 0,
    Where.NEAR: 0,
    Where.DEPARTMENT: 0,
    Where.COUNTRY: 1,
    Where.FAR: 2,
    Where.ANYWHERE: 2,
}


class _Placed(NamedTuple):
    tier: int
    band: int  # of distance; one's own municipality is the nearest, an unknown one the farthest
    km: float
    where: Where
    candidate: Candidate


class _Office(NamedTuple):
    placed: _Placed
    details: Details
    hours: OfficeHours

    @property
    def candidate(self) -> Candidate:
        return self.placed.candidate


def find(
    connection: Connection,
    *,
    term: str,
    country: str,
    department: str | None = None,
    municipality: str | None = None,
    near: Point | None = None,
    at: datetime | None = None,
    limit: int = 3,
    memory: Memory | None = None,
) -> list[Found]:
    """Return up to `limit` public services of a topic in a country, the best first.

    `term` is the code of a topic (`documents/passport`) or of a group, whose members count. The
    place is `near` (latitude, longitude) or a municipality or department by name. `at` (with a time
    zone; now, if none) is when the person would go: open comes before closed among offices about
    as far. Where an area has nothing, wider ones follow, and `where` says so. `memory` keeps what
    was read for a place by name; a shared location serves one answer and is kept nowhere.
    """
    at = at or datetime.now(UTC)
    asked = _asked(country, department, municipality, near)
    recall = memory.at(connection) if memory is not None and near is None else Recall()
    looked_at = recall.get(
        (term, country, department, municipality, limit),
        lambda: _look(connection, term, asked, limit),
    )
    today = at.date()
    open_now: dict[tuple[int, ZoneInfo], bool | None] = {}

    def is_open(office: _Office) -> bool | None:
        zone = _zone(country, office.candidate)
        key = (id(office.hours), zone)  # offices with the same hours share them
        if key not in open_now:
            open_now[key] = opening.is_open(*office.hours, at, country, zone)
        return open_now[key]

    def order(office: _Office) -> tuple[object, ...]:
        placed, known = office.placed, office.details
        return (
            placed.tier,
            placed.band,
            # The topic's own kind of office before one that also helps with it.
            min(office.candidate.rank, 1),
            OPEN_RANK[is_open(office)],
            known.caution is not None,
            age_of(known.assured_date, today) in (Age.OLD, Age.NEVER),
            CONFIDENCE_RANK.get(known.confidence, 2),
            office.candidate.rank,
            placed.km,
            known.name,
            known.at_id,
        )

    best = sorted(looked_at, key=order)[:limit]
    at_ids = tuple(office.details.at_id for office in best)
    summaries = recall.get(
        (at_ids, asked.origin), lambda: queries.summaries(connection, at_ids, asked.origin)
    )
    services = {service.at_id: service for service in summaries}
    return [_found(services[o.details.at_id], o, at) for o in best if o.details.at_id in services]


def chosen(
    connection: Connection, shorts: Sequence[str], at: datetime | None = None
) -> list[Found]:
    """Return the public services at locations of some short ids as they are at a moment."""
    at_ids = reports.find_entries(connection, shorts)
    said = reports.cautions(connection, at_ids)
    return [
        describe(service, at or datetime.now(UTC), said.get(service.at_id))
        for service in queries.summaries(connection, at_ids)
        if service.status == "active"
    ]


def describe(service: Service, at: datetime, caution: Caution | None = None) -> Found:
    """Return what depends on the moment for a service that somebody chose, wherever it is."""
    where = Where.ANYWHERE if service.department else Where.COUNTRY
    zone = zone_of(service.country, service.department, service.municipality)
    hours = read_schedules(service.schedules, service.hours_note)
    return Found(
        service=service,
        opening=opening.opening(*hours, at, service.country, zone),
        where=where,
        age=_age(service, at.astimezone(zone).date()),
        caution=caution,
    )


def _look(connection: Connection, term: str, asked: _Asked, limit: int) -> list["_Office"]:
    """Return the offices worth putting in order: all of this that does not depend on the hour."""
    rows = candidates(
        connection,
        term_ids(term),
        asked.country,
        origin=asked.origin,
        department=asked.department,
        municipality=asked.municipality,
        enough=max(LOOKED_AT, limit),
    )
    placed = sorted((_place(row, asked) for row in rows), key=itemgetter(0, 1, 2))
    return _look_closer(connection, placed, limit)


def _look_closer(connection: Connection, placed: Sequence[_Placed], limit: int) -> list["_Office"]:
    """Return the first of those that people may see, with what else counts for their order."""
    offices: list[_Office] = []
    size = min(max(LOOKED_AT, limit), AT_ONCE)
    for start in range(0, len(placed), size):
        some = placed[start : start + size]
        known = details(connection, [p.candidate.pair for p in some])
        shown = [p for p in some if p.candidate.pair in known]
        hours = hours_of(connection, {p.candidate.pair: known[p.candidate.pair] for p in shown})
        for p in shown:
            found = known[p.candidate.pair]
            offices.append(_Office(p, found, hours[found.at_id]))
        if len(offices) >= max(LOOKED_AT // 2, limit):
            break
    return offices


def _asked(
    country: str, department: str | None, municipality: str | None, near: Point | None
) -> _Asked:
    origin = near
    if near is not None and not department:
        town = gazetteer(country).nearest(*near)
        department = town[1].department if town else None
    elif near is None and department:
        place = areas.find_municipality(country, department, municipality or "")
        origin = place.point if place else None
    return _Asked(
        country=country,
        origin=origin,
        department=department or None,
        # A shared location is finer than the municipality that the conversation knows.
        municipality=None if near is not None else municipality or None,
    )


def _place(row: Candidate, asked: _Asked) -> _Placed:
    if row.is_line:
        return _Placed(_TIERS[Where.COUNTRY], 0, math.inf, Where.COUNTRY, row)
    if asked.origin is None and not asked.department:
        return _Placed(_TIERS[Where.ANYWHERE], 0, math.inf, Where.ANYWHERE, row)
    km = row.km
    band = bisect_right(BANDS_KM, km)
    where = Where.FAR
    if asked.department and _folded(row.department) == _folded(asked.department):
        where = Where.DEPARTMENT
        town = _folded(asked.municipality)
        if town and _folded(row.municipality) == town:
            where, band = Where.HERE, 0
    if where is not Where.HERE and km <= LOCAL_KM:
        where = Where.NEAR
    return _Placed(_TIERS[where], band, km, where, row)


@lru_cache(maxsize=4096)
def _folded(name: str | None) -> str:
    return fold(name or "")


def _found(service: Service, office: _Office, at: datetime) -> Found:
    zone = _zone(service.country, office.candidate)
    km, exact = office.placed.km, office.candidate.exact
    return Found(
        service=service,
        opening=opening.opening(*office.hours, at, service.country, zone),
        where=office.placed.where,
        about_km=km if not exact and km < math.inf else None,
        age=_age(service, at.astimezone(zone).date()),
        caution=office.details.caution,
    )


def _age(service: Service, today: date) -> Age:
    is_line = service.department is None
    return age_of(service.assured_date, today, service.terms, is_line=is_line)


def _zone(country: str, row: Candidate) -> ZoneInfo:
    return zone_of(country, row.department, row.municipality)
