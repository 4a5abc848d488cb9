"""Narrowing the directory down, with indexes, to some dozen offices worth putting in order.

A topic that few offices of a country serve is read whole. One that very many serve is read around
the place asked for, in boxes that grow until there is enough, and beyond them only where there is
not.
"""

import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from knowledge.directory import located
from knowledge.directory.found import Caution
from knowledge.directory.queries import AT, JOINED, SERVICE, SHOWN
from knowledge.directory.reports import CAUTIONS, OF_ENTRY, with_report
from knowledge.directory.terms import term_id
from knowledge.places.place import distance_km
from knowledge.store.listed import Listed
from knowledge.store.report_tables import service_reports
from knowledge.taxonomy import load_taxonomy

NEXT_DOOR_KM = 2.0  # on foot; one's own municipality counts as near as this
LOCAL_KM = 40.0  # one goes there and back in a day, by bus
BOX_GROWS = 3.0  # at most, and while a box holds next to nothing
LAST_BOX_KM = 2500.0  # farther than any of the four countries is long
KM_A_DEGREE = 111.2

Point = tuple[float, float]
Pair = tuple[str, str]  # the ids of a service and of a location


class Candidate(NamedTuple):
    """What is needed to tell how far a service at a location is.

    `rank` is 0 when the topic is what it is for first of all. `km` is from the place asked for to
    its own point, or (`exact` false) its municipality's; infinite where either is not known. One
    that is confidential has neither point nor municipality: an order would betray them.
    """

    pair: Pair
    rank: int
    department: str | None
    municipality: str | None
    km: float
    exact: bool
    is_line: bool


class Details(NamedTuple):
    """What else counts for the order of a service at a location."""

    at_id: str
    name: str
    confidence: str
    assured_date: str | None
    hours_note: str
    caution: Caution | None


@cache
def term_ids(code: str) -> tuple[str, ...]:
    """Return the ids of a topic, with those of its members when it is a group."""
    known, _ = load_taxonomy()
    return tuple(term_id(c) for c in known if c == code or c.startswith(f"{code}/")) or (
        term_id(code),
    )


def candidates(
    connection: Connection,
    terms: Sequence[str],
    country: str,
    *,
    origin: Point | None = None,
    department: str | None = None,
    municipality: str | None = None,
    enough: int = 30,
) -> list[Candidate]:
    """Return the services of topics (ids) in a country that are worth a look, in no order.

    All of them where there are few; else whatever can be among the best `enough` (local ones, then
    those of the department, national lines, then far ones), for up to `located.AT_MOST`. Some may
    not be for the public: see `details`.
    """
    read = _Reading(connection, terms, country, origin, department, municipality)
    if located.COUNT.execute(connection, read.lists, country=country).scalar_one() <= located.WHOLE:
        return _best_ranked(read.all_of(located.OF_TOPIC))
    if origin is None and not department:
        return _best_ranked(read.all_of(located.SOME_OF_TOPIC))
    found = _around(read, origin, min(enough, located.AT_MOST)) if origin is not None else []

    def without_enough(km: float) -> bool:
        return sum(candidate.km <= km for candidate in found) < enough

    local_are_few = without_enough(LOCAL_KM)
    if municipality and without_enough(NEXT_DOOR_KM):
        found += read.all_of(located.IN_TOWN)
    if local_are_few:
        if department:
            found += read.all_of(located.IN_DEPARTMENT) + read.all_of(located.CONFIDENTIAL)
        found += read.all_of(located.LINES)
    if len(found) < enough:
        found += read.all_of(located.SOME_OF_TOPIC)
    return _best_ranked(found)


def details(connection: Connection, pairs: Sequence[Pair]) -> dict[Pair, Details]:
    """Return what else is known of services at locations, of those alone that people may see."""
    wanted = set(pairs)
    rows = _DETAILS.execute(connection, {"services": list({service for service, _ in pairs})})
    found: dict[Pair, Details] = {}
    for service, location, at_id, name, confidence, assured, note, kind, day in rows.all():
        pair = (service, location)
        if pair not in wanted:
            continue
        known = found.get(pair) or Details(at_id, name, confidence, assured, note or "", None)
        if kind:
            known = known._replace(caution=with_report(known.caution, kind, day))
        found[pair] = known
    return found


class _Reading:
    """What the statements of `located` are asked with, and what they answer."""

    def __init__(
        self,
        connection: Connection,
        terms: Sequence[str],
        country: str,
        origin: Point | None,
        department: str | None,
        municipality: str | None,
    ) -> None:
        self._connection = connection
        self._origin = origin
        self.lists = {"terms": terms}
        latitude, longitude = origin or (None, None)
        self._asked = {
            "country": country, "department": department, "municipality": municipality,
            "latitude": latitude, "longitude": longitude,
            "squeeze": _squeeze(latitude or 0.0) ** 2,
        }  # fmt: skip

    def all_of(self, statement: Listed, **more: float) -> list[Candidate]:
        """Return the candidates that a statement finds."""
        rows = statement.execute(self._connection, self.lists, **self._asked, **more)
        return [_candidate(row, self._origin) for row in rows.all()]


def _around(read: _Reading, origin: Point, enough: int) -> list[Candidate]:
    """Return those nearest to a point, of boxes that grow until there are enough."""
    latitude, longitude = origin
    km = NEXT_DOOR_KM
    while True:
        high = km / KM_A_DEGREE
        wide = high / _squeeze(latitude)
        found = read.all_of(
            located.AROUND,
            south=latitude - high, north=latitude + high,
            west=longitude - wide, east=longitude + wide,
        )  # fmt: skip
        # A corner of the box is farther than what lies just outside its sides.
        near = sum(candidate.km <= km for candidate in found)
        if near >= enough or km > LAST_BOX_KM:
            return found
        # As much as what was found asks for, and a little more.
        km *= min(BOX_GROWS, 1.3 * math.sqrt(enough / near)) if near else 2 * BOX_GROWS


def _squeeze(latitude: float) -> float:
    """Return how much shorter a degree of longitude is than one of latitude."""
    return max(math.cos(math.radians(latitude)), 0.1)


_DETAILS = Listed(
    lambda lists: select(
        AT.c.service_id, AT.c.location_id, AT.c.id, SERVICE.c.name, SERVICE.c.confidence,
        SERVICE.c.assured_date, AT.c.hours_note, service_reports.c.kind, service_reports.c.last_day,
    )
    .select_from(JOINED.outerjoin(service_reports, CAUTIONS & (AT.c.id == OF_ENTRY)))
    .where(AT.c.service_id.in_(lists("services")), SHOWN)
    .order_by(service_reports.c.kind)
)  # fmt: skip


def _best_ranked(found: Iterable[Candidate]) -> list[Candidate]:
    best: dict[Pair, Candidate] = {}
    for candidate in found:
        known = best.get(candidate.pair)
        if known is None or candidate.rank < known.rank:
            best[candidate.pair] = candidate
    return list(best.values())


def _candidate(row: Row[Any], origin: Point | None) -> Candidate:
    (service, location, department, municipality, latitude, longitude, place_latitude,
     place_longitude, hidden, rank) = tuple(row)  # fmt: skip
    if hidden:
        return Candidate((service, location), rank, department, None, math.inf, False, False)
    exact = latitude is not None and longitude is not None
    lat, lon = (latitude, longitude) if exact else (place_latitude, place_longitude)
    km = math.inf
    if origin is not None and lat is not None and lon is not None:
        km = distance_km(origin, (lat, lon))
    return Candidate(
        (service, location),
        rank,
        department,
        municipality,
        km,
        exact,
        department is None and not exact,
    )
