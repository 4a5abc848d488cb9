"""Narrowing the directory down, with indexes, to some hundred offices worth putting in order.

A topic that few offices of a country serve is read whole. One that very many serve is read around
the place asked for, in boxes that grow until there is enough.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, exists, func, select

from knowledge.directory.found import Caution
from knowledge.directory.queries import AT, CONFIDENCE_RANK, JOINED, LOCATION, SERVICE, SHOWN
from knowledge.directory.reports import CAUTIONS, OF_ENTRY, with_report
from knowledge.directory.terms import term_id
from knowledge.places.place import distance_km
from knowledge.store.directory_tables import attributes
from knowledge.store.report_tables import service_reports
from knowledge.taxonomy import load_taxonomy

WHOLE = 600  # up to so many services of a topic in a country are read whole
ENOUGH = 40  # offices around a place that leave a choice between open and closed ones
AT_MOST = 100  # offices read of one box
FIRST_BOX_KM = 3.0
BOX_GROWS = 3.0  # at most, and while a box holds next to nothing
LAST_BOX_KM = 2500.0  # farther than any of the four countries is long
OTHERS = 30  # national lines, and confidential ones, read beside a box
KM_A_DEGREE = 111.2
_NOWHERE = 999.0

Point = tuple[float, float]
Pair = tuple[str, str]  # the ids of a service and of a location


class Candidate(NamedTuple):
    """What is needed to tell how far a service at a location is.

    `rank` is 0 when the topic is what it is for first of all. `point` is the office's own, or
    (`exact` false) its municipality's. One that is confidential has neither point nor municipality:
    an order would betray them.
    """

    pair: Pair
    rank: int
    department: str | None
    municipality: str | None
    point: Point | None
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


_COLUMNS = (
    AT.c.service_id, AT.c.location_id, LOCATION.c.department, LOCATION.c.municipality,
    LOCATION.c.latitude, LOCATION.c.longitude, LOCATION.c.place_latitude,
    LOCATION.c.place_longitude, LOCATION.c.confidential,
)  # fmt: skip


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
) -> list[Candidate]:
    """Return the services of topics (ids) in a country that are worth a look, in no order.

    All of them where there are up to `WHOLE`; else those nearest to `origin`, those of the area,
    national lines and what is confidential. Some may not be for the public: see `details`.
    """
    asked = {"terms": terms, "country": country}
    if connection.execute(_COUNT, asked).scalar_one() <= WHOLE:
        return _best_ranked(_read(connection, _OF_TOPIC, asked))
    if origin is None and not department:
        return _best_ranked(_read(connection, _SOME_OF_TOPIC, asked))
    area = {**asked, "department": department, "municipality": municipality}
    found = _read(connection, _LINES, asked)
    found += _read(connection, _CONFIDENTIAL_IN if department else _CONFIDENTIAL, area)
    if department:
        found += _read(connection, _IN_TOWN if municipality else _IN_DEPARTMENT, area)
    if origin is not None:
        found += _around(connection, asked, origin)
    return _best_ranked(found or _read(connection, _SOME_OF_TOPIC, asked))


def details(connection: Connection, pairs: Sequence[Pair]) -> dict[Pair, Details]:
    """Return what else is known of services at locations, of those alone that people may see."""
    wanted = set(pairs)
    rows = connection.execute(_DETAILS, {"services": list({service for service, _ in pairs})})
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


def _around(connection: Connection, asked: Mapping[str, Any], origin: Point) -> list[Candidate]:
    """Return those nearest to a point, of boxes that grow until there are enough."""
    latitude, longitude = origin
    narrower = max(math.cos(math.radians(latitude)), 0.1)
    km = FIRST_BOX_KM
    while True:
        high, wide = km / KM_A_DEGREE, km / KM_A_DEGREE / narrower
        box = {
            **asked, "latitude": latitude, "longitude": longitude, "squeeze": narrower * narrower,
            "south": latitude - high, "north": latitude + high,
            "west": longitude - wide, "east": longitude + wide,
        }  # fmt: skip
        found = _read(connection, _OWN_POINT, box) + _read(connection, _PLACE_POINT, box)
        # A corner of the box is farther than what lies just outside its sides.
        near = [c for c in found if c.point and distance_km(origin, c.point) <= km]
        if len(near) >= ENOUGH or km > LAST_BOX_KM:
            return found
        # As much as what was found asks for, and a little more.
        km *= min(BOX_GROWS, 1.3 * math.sqrt(ENOUGH / len(near))) if near else 2 * BOX_GROWS


def _serves() -> ColumnElement[bool]:
    terms = attributes.c.taxonomy_term_id.in_(bindparam("terms", expanding=True))
    return terms & (attributes.c.country == bindparam("country"))


def _located(*where: ColumnElement[bool]) -> Select[Any]:
    """Select services by where they are; the topic is only looked up for what is there.

    As a plain join a planner without statistics begins at the topic, with a hundred thousand rows.
    """
    of_service = (attributes.c.service_id == AT.c.service_id) & _serves()
    rank = select(func.min(attributes.c.rank)).where(of_service).scalar_subquery()
    serves = exists(select(attributes.c.rank).where(of_service).correlate(AT))
    return select(*_COLUMNS, rank.label("rank")).select_from(JOINED).where(*where, SHOWN, serves)


def _in_box(*, exact: bool) -> Select[Any]:
    place = LOCATION.c
    lat, lon = (
        (place.latitude, place.longitude)
        if exact
        else (place.place_latitude, place.place_longitude)
    )
    # Flat is good enough to choose by; the great circle puts in order what was chosen.
    north, east = lat - bindparam("latitude"), lon - bindparam("longitude")
    flat = north * north + east * east * bindparam("squeeze")
    # What is not about the box is written so that no index fits: one on a country, or on a point
    # that is missing, would look better to a planner, and very many offices would be read.
    others = [place.confidential != 1]
    if not exact:
        others.append(func.coalesce(place.latitude, _NOWHERE) == _NOWHERE)
    query = _located(
        lat.between(bindparam("south"), bindparam("north")),
        lon.between(bindparam("west"), bindparam("east")),
        *others,
    )
    return query.order_by(flat).limit(AT_MOST)


_IN_COUNTRY = LOCATION.c.country == bindparam("country")
_OF_DEPARTMENT = LOCATION.c.department == bindparam("department")
_PRIVATE = LOCATION.c.confidential == 1

# Statements are made once; making them anew takes longer than the database needs to answer.
_COUNT = select(func.count()).select_from(
    select(attributes.c.service_id).where(_serves()).limit(WHOLE + 1).subquery()
)
# A few lookups a row, since there are hundreds; whether people may see them is asked of the best.
_OF_TOPIC = (
    select(*_COLUMNS, attributes.c.rank)
    .join_from(attributes, AT, AT.c.service_id == attributes.c.service_id)
    .join(LOCATION, LOCATION.c.id == AT.c.location_id)
    .where(_serves())
)
_SOME_OF_TOPIC = (
    select(*_COLUMNS, attributes.c.rank)
    .select_from(JOINED.join(attributes, attributes.c.service_id == SERVICE.c.id))
    .where(_serves(), SHOWN)
    .order_by(attributes.c.rank, CONFIDENCE_RANK, SERVICE.c.name, AT.c.id)
    .limit(WHOLE)
)
_DETAILS = (
    select(
        AT.c.service_id, AT.c.location_id, AT.c.id, SERVICE.c.name, SERVICE.c.confidence,
        SERVICE.c.assured_date, AT.c.hours_note, service_reports.c.kind, service_reports.c.last_day,
    )
    .select_from(JOINED.outerjoin(service_reports, CAUTIONS & (AT.c.id == OF_ENTRY)))
    .where(AT.c.service_id.in_(bindparam("services", expanding=True)), SHOWN)
    .order_by(service_reports.c.kind)
)  # fmt: skip
_LINES = _located(_IN_COUNTRY, LOCATION.c.department.is_(None)).limit(OTHERS)
_CONFIDENTIAL = _located(_IN_COUNTRY, _PRIVATE).limit(OTHERS)
_CONFIDENTIAL_IN = _located(_IN_COUNTRY, _PRIVATE, _OF_DEPARTMENT).limit(OTHERS)
_IN_DEPARTMENT = _located(_IN_COUNTRY, _OF_DEPARTMENT).limit(AT_MOST)
_IN_TOWN = _located(
    _IN_COUNTRY, _OF_DEPARTMENT, LOCATION.c.municipality == bindparam("municipality")
).limit(AT_MOST)
_OWN_POINT = _in_box(exact=True)
_PLACE_POINT = _in_box(exact=False)


def _read(connection: Connection, query: Select[Any], asked: Mapping[str, Any]) -> list[Candidate]:
    return [_candidate(row) for row in connection.execute(query, dict(asked)).all()]


def _best_ranked(found: Iterable[Candidate]) -> list[Candidate]:
    best: dict[Pair, Candidate] = {}
    for candidate in found:
        known = best.get(candidate.pair)
        if known is None or candidate.rank < known.rank:
            best[candidate.pair] = candidate
    return list(best.values())


def _candidate(row: Row[Any]) -> Candidate:
    (service, location, department, municipality, latitude, longitude, place_latitude,
     place_longitude, hidden, rank) = tuple(row)  # fmt: skip
    if hidden:
        return Candidate((service, location), rank, department, None, None, False, False)
    exact = latitude is not None and longitude is not None
    point = (latitude, longitude) if exact else (place_latitude, place_longitude)
    return Candidate(
        (service, location),
        rank,
        department,
        municipality,
        None if None in point else point,
        exact,
        department is None and not exact,
    )
