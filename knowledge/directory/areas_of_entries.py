"""In which areas an entry lies, and so who may know of it and change it: the rule for all pages.

A location lies in its own area and a service at a location in that of its location. Services and
organizations have no area of their own: they lie in those of their locations, and in their country
as long as they have none. From this:

- Everybody on the staff knows what is public.
- What is not (hidden, to complete, inactive, or at a confidential place) is known to those whose
  area holds one of its locations, and does not exist for the others.
- An entry is changed by those whose area holds all of its locations, hidden ones aside. One
  without locations is changed by those of its country, so that a municipality can begin one.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, and_, case, or_, select, true

from knowledge.directory.entries import Entry, Location, ServiceAtLocation, ServiceEntry
from knowledge.directory.queries import AT, JOINED, LOCATION, ORGANIZATION, SERVICE
from knowledge.directory.records import DirectoryError
from knowledge.directory.rows import KINDS
from knowledge.staff.rights import Area, inside

# From each kind to its id among the joined tables.
KEYS: dict[str, ColumnElement[str]] = {
    "organization": ORGANIZATION.c.id,
    "service": SERVICE.c.id,
    "location": LOCATION.c.id,
    "service_at_location": AT.c.id,
}


class OutsideArea(DirectoryError):  # noqa: N818 - it names what happened
    """The entry, or what it would become, is not of the area of whoever asks."""


def own_of(kind: str, area: Area) -> ColumnElement[bool]:
    """Return the condition that an entry of a kind has a place in an area."""
    if area.country is None:
        return true()
    if kind == "location":
        return inside(area, LOCATION)
    there = _has_place(kind, lambda place: inside(area, place))
    if kind == "service_at_location":
        return there
    unlocated = and_(_table(kind).c.country == area.country, ~_has_place(kind, lambda _: true()))
    return or_(there, unlocated)


def known_to(kind: str, area: Area) -> ColumnElement[bool]:
    """Return the condition that staff of an area may know of an entry."""
    return true() if area.country is None else or_(_public(kind), own_of(kind, area))


def changed_by(kind: str, area: Area) -> ColumnElement[bool]:
    """Return the condition that staff of an area may change an entry."""
    if area.country is None or kind in ("location", "service_at_location"):
        return own_of(kind, area)
    outside = _has_place(kind, lambda place: ~_holds(area, place), shown=True)
    return and_(own_of(kind, area), ~outside)


def require_changed_by(connection: Connection, area: Area, entries: Iterable[Entry]) -> None:
    """Raise `OutsideArea` unless staff of an area may change each entry as it is now stored."""
    for entry in entries:
        kind = next(kind for kind in KINDS.values() if isinstance(entry, kind.cls))
        query = select(kind.table.c.id).where(
            kind.table.c.id == entry.id, changed_by(kind.name, area)
        )
        if connection.execute(query).first() is None:
            raise OutsideArea(
                f"{kind.name} {entry.id} has a place outside your area ({area}). "
                "Ask the coordinator of the country to change it."
            )


def area_of(connection: Connection, entries: Sequence[Entry]) -> Area:
    """Return the smallest area that holds every place of some entries, stored or not."""
    found: set[tuple[str, str, str]] = set()
    for entry in entries:
        if isinstance(entry, Location):
            found.add((entry.country, entry.department, entry.municipality))
            continue
        place = LOCATION.c
        query = select(place.country, place.department, place.municipality)
        if isinstance(entry, ServiceAtLocation):
            query = query.where(place.id == entry.location_id)
        else:
            key = SERVICE.c.id if isinstance(entry, ServiceEntry) else SERVICE.c.organization_id
            query = query.select_from(JOINED).where(key == entry.id)
        rows = connection.execute(query)
        found |= {(row.country, row.department or "", row.municipality or "") for row in rows}
    if not found:
        found = {(getattr(entry, "country", ""), "", "") for entry in entries}
    shared: list[str] = []
    for values in zip(*found, strict=True):
        if len(set(values)) != 1 or not values[0]:
            break
        shared.append(values[0])
    return Area(*shared)


def _has_place(
    kind: str, condition: Callable[[Table], ColumnElement[bool]], *, shown: bool = False
) -> ColumnElement[bool]:
    """Return the condition that an entry has a place of some kind; `shown` leaves hidden ones out.

    Asked for each entry by its index, which is quick for a page and for a count of ten thousand.
    Not for organizations, which have no index to their places: theirs are looked for once.
    """
    # Names of their own, so that the tables of the query around are never taken for these.
    at, place, service = AT.alias(), LOCATION.alias(), SERVICE.alias()
    tables = [at, place, service] if kind == "organization" else [at, place]
    there = [condition(cast(Table, place))]
    if shown:
        there += [table.c.status != "hidden" for table in tables]
    if kind == "organization":
        served = select(service.c.organization_id).join(at, at.c.service_id == service.c.id)
        served = served.join(place, place.c.id == at.c.location_id)
        return ORGANIZATION.c.id.in_(served.where(*there))
    found = select(at.c.id).join(place, place.c.id == at.c.location_id).where(*there)
    own = at.c.service_id == SERVICE.c.id if kind == "service" else at.c.id == AT.c.id
    return found.where(own).correlate(_table(kind)).exists()


def _holds(area: Area, place: Table) -> ColumnElement[bool]:
    """Return whether a place is inside an area, as yes or no: a column without a value is no."""
    return case((inside(area, place), 1), else_=0) == 1


def _table(kind: str) -> Table:
    return KINDS[kind].table


def _public(kind: str) -> ColumnElement[bool]:
    active: ColumnElement[bool] = _table(kind).c.status == "active"
    if kind == "location":
        return and_(active, LOCATION.c.confidential == 0)
    if kind == "organization":
        return active
    at, place = AT.alias(), LOCATION.alias()
    link = at.c.service_id if kind == "service" else at.c.id
    # Very few places are confidential: they are looked up once, by their index.
    secret = select(link).join_from(place, at, at.c.location_id == place.c.id)
    return and_(active, KEYS[kind].not_in(secret.where(place.c.confidential == 1)))
