"""Reading the directory for people: summaries of services at locations, without what is private."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, select

from knowledge.directory import weekly
from knowledge.directory.parts import Parts
from knowledge.directory.records import Phone, Service
from knowledge.places import distance_km
from knowledge.store import directory_tables as tables
from knowledge.store.listed import AT_ONCE, Listed

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
_SUMMARIES = Listed(lambda lists: _SUMMARY.where(AT.c.id.in_(lists("at_ids"))))


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
        rows = _SUMMARIES.execute(connection, {"at_ids": ids}).all()
        parts = Parts(connection, rows)
        for row in rows:
            found[row.at_id] = _summary(row, parts, near)
    return [found[at_id] for at_id in at_ids if at_id in found]


def _summary(row: Row[Any], parts: Parts, near: tuple[float, float] | None) -> Service:
    hidden = bool(row.confidential)
    here = None if hidden or row.latitude is None else (row.latitude, row.longitude)
    numbers: list[Phone] = parts.of("phones", row)
    schedules = tuple(parts.nearest("schedules", row))
    addresses = [] if hidden else parts.of("addresses", row)
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
        languages=tuple(x.code for x in parts.of("languages", row) if x.code) or ("es",),
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
        terms=tuple(parts.of("terms", row)),
        schedules=schedules,
        required_documents=tuple(d.document for d in parts.of("required_documents", row)),
        accessibility=tuple(a.description for a in parts.of("accessibility", row)),
        service_areas=tuple(a.name or a.description for a in parts.of("service_areas", row)),
        status=row.status if row.status != "active" else row.at_status,
        last_modified=row.last_modified,
    )


def _once(numbers: Sequence[Phone]) -> tuple[Phone, ...]:
    found: dict[str, Phone] = {}
    for phone in numbers:
        if phone.type != "whatsapp":
            found.setdefault(phone.dialled, phone)
    return tuple(found.values())


def _texts(row: Row[Any], parts: Parts) -> dict[str, dict[str, str]]:
    merged: dict[str, dict[str, str]] = {}
    for owner in (row.id, row.at_id):
        for language, texts in parts.texts.get(owner, {}).items():
            merged.setdefault(language, {}).update(texts)
    return merged
