"""What the public feed may tell: ids of what people may see, filtered, and whole entries by id."""

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    distinct,
    func,
    or_,
    select,
)

from flows.folding import fold
from knowledge.directory import loading
from knowledge.directory.entries import Location, Organization, ServiceAtLocation, ServiceEntry
from knowledge.directory.plain_letters import plain
from knowledge.directory.queries import AT, JOINED, LOCATION, ORGANIZATION, SERVICE, SHOWN
from knowledge.directory.remembering import Memory
from knowledge.places.place import distance_km
from knowledge.store.directory_tables import (
    addresses,
    attributes,
    taxonomies,
    taxonomy_terms,
)
from knowledge.store.entry_tables import texts

KM_A_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed by; what is None narrows nothing.

    `term` is the id or the code of a topic or group; `modified_after` an instant as the tables hold
    it; `near` a point in degrees and `within_km` how far from it; `postcode` an address's.
    """

    search: str | None = None
    term: str | None = None
    taxonomy: str | None = None
    organization: str | None = None
    modified_after: str | None = None
    near: tuple[float, float] | None = None
    within_km: float | None = None
    postcode: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """How many there are, and the ids of those asked for, in a fixed order."""

    total: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A topic with its names by language; a group has no `parent_id`."""

    id: str
    code: str
    name: str
    description: str
    parent_id: str | None
    taxonomy_id: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A list of topics."""

    id: str
    name: str
    description: str
    uri: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class Nested:
    """Services with all that belongs to them, by id; confidential places are blank already."""

    services: Mapping[str, ServiceEntry]
    organizations: Mapping[str, Organization]
    pairs: Mapping[str, Sequence[ServiceAtLocation]]  # by the id of the service
    locations: Mapping[str, Location]

    def modified(self, service: ServiceEntry) -> str:
        """Return when a service, or anything told of it, last changed."""
        pairs = self.pairs.get(service.id, ())
        dates = [service.last_modified, self.organizations[service.organization_id].last_modified]
        dates += [pair.last_modified for pair in pairs]
        dates += [self.locations[pair.location_id].last_modified for pair in pairs]
        return max(dates)


def list_services(connection: Connection, asked: Filter, first: int, limit: int | None) -> Listing:
    """Return services that people may see."""
    return _list(connection, SERVICE.c.id, asked, first, limit)


def list_pairs(connection: Connection, asked: Filter, first: int, limit: int | None) -> Listing:
    """Return services at locations that people may see."""
    return _list(connection, AT.c.id, asked, first, limit)


def list_organizations(
    connection: Connection, asked: Filter, first: int, limit: int | None
) -> Listing:
    """Return organizations that give a service people may see."""
    return _list(connection, ORGANIZATION.c.id, asked, first, limit)


def load_services(connection: Connection, service_ids: Sequence[str]) -> Nested:
    """Return services that people may see, with everything of them; others are left out."""
    query = select(AT.c.id).select_from(JOINED).where(SHOWN, AT.c.service_id.in_(service_ids))
    return load_pairs(connection, connection.execute(query).scalars().all())


def load_pairs(connection: Connection, at_ids: Sequence[str]) -> Nested:
    """Return services at locations that people may see, with everything of them."""
    query = select(AT.c.id).select_from(JOINED).where(SHOWN, AT.c.id.in_(at_ids))
    shown = connection.execute(query.order_by(AT.c.id)).scalars().all()
    found: dict[str, ServiceAtLocation] = loading.load(connection, "service_at_location", shown)
    services: dict[str, ServiceEntry] = loading.load(
        connection, "service", {pair.service_id for pair in found.values()}
    )
    locations: dict[str, Location] = loading.load(
        connection, "location", {pair.location_id for pair in found.values()}
    )
    organizations: dict[str, Organization] = loading.load(
        connection, "organization", {service.organization_id for service in services.values()}
    )
    pairs: dict[str, list[ServiceAtLocation]] = {}
    for at_id in shown:
        pairs.setdefault(found[at_id].service_id, []).append(found[at_id])
    return Nested(
        services=services,
        organizations=organizations,
        pairs=pairs,
        locations={key: location.public() for key, location in locations.items()},
    )


def service_ids_of(connection: Connection, organization_ids: Sequence[str]) -> list[str]:
    """Return the services of organizations that people may see."""
    query = (
        select(SERVICE.c.id)
        .distinct()
        .select_from(JOINED)
        .where(SHOWN, SERVICE.c.organization_id.in_(organization_ids))
        .order_by(SERVICE.c.id)
    )
    return list(connection.execute(query).scalars())


def load_taxonomies(connection: Connection) -> list[Taxonomy]:
    """Return every list of topics."""
    return [
        Taxonomy(row.id, row.name, row.description, row.uri, row.version)
        for row in connection.execute(select(taxonomies).order_by(taxonomies.c.id))
    ]


def load_terms(connection: Connection) -> Sequence[Term]:
    """Return every topic, in the order of its list; remembered while the directory stays as it is.

    For readers: what a transaction writes of topics itself may not be in it.
    """
    with _lock:
        memory = _memories.setdefault(connection.engine.pool, Memory(kept=1))
    # A new version of the program brings topics of its own without changing any entry.
    versions = select(taxonomies.c.id, taxonomies.c.version).order_by(taxonomies.c.id)
    known = tuple(tuple(row) for row in connection.execute(versions))
    return memory.at(connection).get(known, lambda: _read_terms(connection))


# For each database that this process has open, which is known by its pool.
_memories: "WeakKeyDictionary[Any, Memory]" = WeakKeyDictionary()
_lock = threading.Lock()


def _read_terms(connection: Connection) -> tuple[Term, ...]:
    names: dict[str, dict[str, str]] = {}
    of_terms = select(texts).where(texts.c.link_entity == "taxonomy_term", texts.c.field == "name")
    for row in connection.execute(of_terms):
        names.setdefault(row.link_id, {})[row.language] = row.text
    order = (taxonomy_terms.c.taxonomy_id, taxonomy_terms.c.position, taxonomy_terms.c.id)
    return tuple(
        Term(row.id, row.code, row.name, row.description, row.parent_id, row.taxonomy_id,
             names.get(row.id, {}))
        for row in connection.execute(select(taxonomy_terms).order_by(*order))
    )  # fmt: skip


def centre_of_postcode(connection: Connection, postcode: str) -> tuple[float, float] | None:
    """Return the middle of the public offices with a postal code; None where none is known."""
    query = (
        select(func.avg(LOCATION.c.latitude), func.avg(LOCATION.c.longitude))
        .select_from(JOINED.join(addresses, addresses.c.location_id == LOCATION.c.id))
        .where(SHOWN, LOCATION.c.confidential == 0, addresses.c.postal_code == postcode,
               LOCATION.c.latitude.is_not(None))
    )  # fmt: skip
    latitude, longitude = connection.execute(query).one()
    return None if latitude is None else (float(latitude), float(longitude))


def _list(
    connection: Connection,
    key: ColumnElement[str],
    asked: Filter,
    first: int,
    limit: int | None,
) -> Listing:
    if asked.near is not None and asked.within_km is not None:
        ids = _by_distance(connection, key, asked, asked.near, asked.within_km)
        last = None if limit is None else first + limit
        return Listing(len(ids), tuple(ids[first:last]))
    where = (SHOWN, *_conditions(asked))
    total = select(func.count(distinct(key))).select_from(JOINED).where(*where)
    query: Select[Any] = select(key).distinct().select_from(JOINED).where(*where).order_by(key)
    rows_ = connection.execute(query.offset(first).limit(limit) if limit is not None else query)
    return Listing(connection.execute(total).scalar_one(), tuple(rows_.scalars()))


def _by_distance(
    connection: Connection,
    key: ColumnElement[str],
    asked: Filter,
    near: tuple[float, float],
    within_km: float,
) -> list[str]:
    high = within_km / KM_A_DEGREE
    wide = high / max(math.cos(math.radians(near[0])), 0.01)
    place = LOCATION.c
    query = (
        select(key, place.latitude, place.longitude)
        .select_from(JOINED)
        .where(SHOWN, *_conditions(asked), place.confidential == 0,
               place.latitude.between(near[0] - high, near[0] + high),
               place.longitude.between(near[1] - wide, near[1] + wide))
    )  # fmt: skip
    nearest: dict[str, float] = {}
    for found, latitude, longitude in connection.execute(query):
        km = distance_km(near, (latitude, longitude))
        if km <= within_km:
            nearest[found] = min(km, nearest.get(found, km))
    return sorted(nearest, key=lambda found: (nearest[found], found))


def _conditions(asked: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for word in fold(asked.search or "").split():
        told = (SERVICE.c.name, SERVICE.c.alternate_name, SERVICE.c.description,
                ORGANIZATION.c.name, ORGANIZATION.c.alternate_name)  # fmt: skip
        found.append(or_(*(plain(column).contains(word, autoescape=True) for column in told)))
    if asked.term is not None or asked.taxonomy is not None:
        found.append(SERVICE.c.id.in_(services_of_term(asked.term, asked.taxonomy)))
    if asked.organization is not None:
        found.append(SERVICE.c.organization_id == asked.organization)
    if asked.modified_after is not None:
        changed: tuple[Table, ...] = (SERVICE, AT, LOCATION, ORGANIZATION)
        found.append(or_(*(t.c.last_modified >= asked.modified_after for t in changed)))
    if asked.postcode is not None and asked.near is None:
        with_code = select(addresses.c.location_id).where(addresses.c.postal_code == asked.postcode)
        found.append(and_(LOCATION.c.id.in_(with_code), LOCATION.c.confidential == 0))
    return found


def services_of_term(term: str | None, taxonomy: str | None) -> Select[Any]:
    """Return the ids of the services of a topic or a group of them, by id or code."""
    query = select(attributes.c.service_id).join(
        taxonomy_terms, taxonomy_terms.c.id == attributes.c.taxonomy_term_id
    )
    if taxonomy is not None:
        query = query.where(taxonomy_terms.c.taxonomy_id == taxonomy)
    if term is not None:
        named = or_(taxonomy_terms.c.id == term, taxonomy_terms.c.code == term)
        ids = select(taxonomy_terms.c.id).where(named)
        query = query.where(or_(named, taxonomy_terms.c.parent_id.in_(ids)))
    return query
