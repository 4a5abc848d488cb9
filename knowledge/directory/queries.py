"""Reading the directory for people: summaries of services at locations, without what is private."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)

from knowledge.directory import weekly
from knowledge.directory.records import Phone, Schedule, Service
from knowledge.directory.rows import AT_ONCE, part_of
from knowledge.directory.terms import term_id
from knowledge.places import distance_km
from knowledge.store import directory_tables as tables
from knowledge.store.tables import metadata

ORGANIZATION, SERVICE = tables.organizations, tables.services
LOCATION, AT = tables.locations, tables.service_at_locations
JOINED = (
    AT.join(SERVICE, SERVICE.c.id == AT.c.service_id)
    .join(LOCATION, LOCATION.c.id == AT.c.location_id)
    .join(ORGANIZATION, ORGANIZATION.c.id == SERVICE.c.organization_id)
)
# What people may see: the service, where it is and who gives it are all active.
SHOWN: ColumnElement[bool] = and_(
    SERVICE.c.status == "active",
    AT.c.status == "active",
    LOCATION.c.status == "active",
    ORGANIZATION.c.status == "active",
)
# What is well confirmed comes before what is not.
CONFIDENCE_RANK = case(
    (SERVICE.c.confidence == "high", 0), (SERVICE.c.confidence == "medium", 1), else_=2
)
_SUMMARY = select(
    AT.c.id.label("at_id"), AT.c.hours_note, AT.c.status.label("at_status"), SERVICE,
    ORGANIZATION.c.name.label("organization"), LOCATION.c.id.label("location_id"),
    LOCATION.c.department, LOCATION.c.municipality, LOCATION.c.latitude, LOCATION.c.longitude,
    LOCATION.c.confidential,
).select_from(JOINED)  # fmt: skip
# A field of the summary → the field of an entry that other languages translate.
_TEXTS = {
    ("service", "name"): "name",
    ("service", "description"): "description",
    ("service", "eligibility_description"): "who",
    ("service", "fees_description"): "cost",
    ("service", "alert"): "alert",
    ("service_at_location", "hours_note"): "hours_note",
}
_LINKS = ("service_at_location_id", "service_id", "location_id")  # the nearest to a person first
_PARTS: Mapping[str, tuple[str, ...]] = {
    "phones": _LINKS,
    "schedules": _LINKS,
    "languages": _LINKS[1:],
    "addresses": _LINKS[2:],
    "accessibility": _LINKS[2:],
    "required_documents": _LINKS[1:2],
    "service_areas": _LINKS[:2],
}


def _some(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


def _select_parts(name: str) -> Select[Any]:
    table = metadata.tables[name]
    wanted = or_(*(table.c[link].in_(_some(link)) for link in _PARTS[name]))
    return select(table).where(wanted).order_by(table.c.position)


# Statements are made once; making them anew takes longer than the database needs to answer.
_SUMMARIES = _SUMMARY.where(AT.c.id.in_(_some("at_ids")))
_SELECT_PARTS = {name: _select_parts(name) for name in _PARTS}
_TERMS = (
    select(tables.attributes.c.service_id, tables.taxonomy_terms.c.code)
    .join(tables.taxonomy_terms, tables.taxonomy_terms.c.id == tables.attributes.c.taxonomy_term_id)
    .where(tables.attributes.c.service_id.in_(_some("service_id")))
    .order_by(tables.attributes.c.rank)
)
_TRANSLATED = select(
    *(tables.texts.c[name] for name in ("link_entity", "link_id", "field", "language", "text"))
).where(
    tables.texts.c.link_entity.in_(("service", "service_at_location")),
    tables.texts.c.link_id.in_(_some("owners")),
)


def find_services(
    connection: Connection,
    taxonomy_term: str,
    country: str,
    municipality: str | None = None,
    near: tuple[float, float] | None = None,
) -> list[Service]:
    """Return every public service of a topic in a country, best first.

    Those with known coordinates come first, by distance in kilometres from `near` (latitude,
    longitude), then those in `municipality`, then the others.
    """
    attributes = tables.attributes
    query = (
        select(AT.c.id)
        .select_from(JOINED.join(attributes, attributes.c.service_id == SERVICE.c.id))
        .where(
            attributes.c.taxonomy_term_id == term_id(taxonomy_term),
            attributes.c.country == country,
            SHOWN,
        )
        .order_by(attributes.c.rank, CONFIDENCE_RANK, SERVICE.c.name, AT.c.id)
    )
    found = summaries(connection, connection.execute(query).scalars().all(), near)

    def order(service: Service) -> tuple[bool, float, bool]:
        return (
            service.distance_km is None,
            service.distance_km or 0.0,
            municipality is not None and service.municipality != municipality,
        )

    return sorted(found, key=order)


def count_services(connection: Connection, *, shown: bool = False) -> int:
    """Return how many services at locations there are; with `shown` those people may see."""
    query = select(func.count()).select_from(JOINED)
    return int(connection.execute(query.where(SHOWN) if shown else query).scalar_one())


def count_confidential(connection: Connection) -> int:
    """Return how many locations have an address that must not be public."""
    query = select(func.count()).select_from(LOCATION).where(LOCATION.c.confidential == 1)
    return int(connection.execute(query).scalar_one())


def is_empty(connection: Connection) -> bool:
    """Whether the directory holds nothing yet, not even a hidden entry."""
    return connection.execute(select(ORGANIZATION.c.id).limit(1)).first() is None


def summaries(
    connection: Connection,
    at_ids: Sequence[str],
    near: tuple[float, float] | None = None,
) -> list[Service]:
    """Return summaries of services at locations, in the order of `at_ids` (ids of the pairs).

    Every status is given (`Service.status`); unknown ids are left out. What is confidential is
    blank, and has no distance from `near` either.
    """
    found: dict[str, Service] = {}
    for start in range(0, len(at_ids), AT_ONCE):
        ids = at_ids[start : start + AT_ONCE]
        rows = connection.execute(_SUMMARIES, {"at_ids": ids}).all()
        parts = _Parts(connection, rows)
        for row in rows:
            found[row.at_id] = _summary(row, parts, near)
    return [found[at_id] for at_id in at_ids if at_id in found]


class _Parts:
    """The parts of some services at locations, read with one statement a table."""

    def __init__(self, connection: Connection, rows: Sequence[Row[Any]]) -> None:
        self._connection = connection
        self._ids = {
            "service_at_location_id": [row.at_id for row in rows],
            "service_id": list({row.id for row in rows}),
            "location_id": list({row.location_id for row in rows}),
        }
        self.phones = self._read("phones")
        self.schedules = self._read("schedules")
        self.languages = self._read("languages")
        self.addresses = self._read("addresses")
        self.accessibility = self._read("accessibility")
        self.documents = self._read("required_documents")
        self.areas = self._read("service_areas")
        self.terms = self._read_terms()
        self.texts = self._read_texts()

    def of(self, found: Mapping[str, list[Any]], row: Row[Any]) -> list[Any]:
        """Return the parts of a pair, then of its service, then of its location."""
        owners = (row.at_id, row.id, row.location_id)
        return [part for owner in owners for part in found.get(owner, ())]

    def _read(self, name: str) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = defaultdict(list)
        if not self._ids["service_id"]:
            return found
        links = _PARTS[name]
        asked = {link: self._ids[link] for link in links}
        for row in self._connection.execute(_SELECT_PARTS[name], asked):
            owner = next(getattr(row, link) for link in links if getattr(row, link))
            found[owner].append(part_of(name, row))
        return found

    def _read_terms(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        asked = {"service_id": self._ids["service_id"]}
        for row in self._connection.execute(_TERMS, asked):
            found[row.service_id].append(row.code)
        return found

    def _read_texts(self) -> dict[str, dict[str, dict[str, str]]]:
        owners = [*self._ids["service_id"], *self._ids["service_at_location_id"]]
        found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        for row in self._connection.execute(_TRANSLATED, {"owners": owners}):
            field = _TEXTS.get((row.link_entity, row.field))
            if field is not None:
                found[row.link_id][row.language][field] = row.text
        return found


def _summary(row: Row[Any], parts: _Parts, near: tuple[float, float] | None) -> Service:
    hidden = bool(row.confidential)
    here = None if hidden or row.latitude is None else (row.latitude, row.longitude)
    numbers: list[Phone] = parts.of(parts.phones, row)
    schedules = _hours(row, parts)
    addresses = [] if hidden else parts.addresses.get(row.location_id, [])
    return Service(
        id=row.id,
        organization=row.organization,
        name=row.name,
        country=row.country,
        description=row.description or "",
        who=row.eligibility_description or "",
        cost=row.fees_description or "",
        alert=row.alert or "",
        department=row.department,
        municipality=None if hidden else row.municipality,
        address=addresses[0].address_1 if addresses else None,
        latitude=here[0] if here else None,
        longitude=here[1] if here else None,
        phones=_once(numbers),
        whatsapp=next((phone.number for phone in numbers if phone.type == "whatsapp"), None),
        email=row.email,
        website=row.url,
        schedule=weekly.write_hours(schedules),
        hours_note=row.hours_note or "",
        languages=tuple(x.code for x in parts.of(parts.languages, row) if x.code) or ("es",),
        confidential=hidden,
        source=row.source_url or "",
        source_date=row.source_date,
        confidence=row.confidence,
        assured_date=row.assured_date,
        distance_km=distance_km(near, here) if near is not None and here else None,
        texts=_texts(row, parts),
        at_id=row.at_id,
        location_id=row.location_id,
        organization_id=row.organization_id,
        terms=tuple(parts.terms.get(row.id, ())),
        schedules=schedules,
        required_documents=tuple(d.document for d in parts.of(parts.documents, row)),
        accessibility=tuple(a.description for a in parts.accessibility.get(row.location_id, ())),
        service_areas=tuple(a.name or a.description for a in parts.of(parts.areas, row)),
        status=row.status if row.status != "active" else row.at_status,
        last_modified=row.last_modified,
    )


def _once(numbers: Sequence[Phone]) -> tuple[Phone, ...]:
    found: dict[str, Phone] = {}
    for phone in numbers:
        if phone.type != "whatsapp":
            found.setdefault(phone.dialled, phone)
    return tuple(found.values())


def _hours(row: Row[Any], parts: _Parts) -> tuple[Schedule, ...]:
    """Return the most particular hours: of the pair, else the service, else the location."""
    for owner in (row.at_id, row.id, row.location_id):
        if found := parts.schedules.get(owner):
            return tuple(found)
    return ()


def _texts(row: Row[Any], parts: _Parts) -> dict[str, dict[str, str]]:
    merged: dict[str, dict[str, str]] = {}
    for owner in (row.id, row.at_id):
        for language, texts in parts.texts.get(owner, {}).items():
            merged.setdefault(language, {}).update(texts)
    return merged
