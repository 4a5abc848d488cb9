"""Reading the directory: which services to show, nearest and surest first."""

import json
import math
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, select

from knowledge.directory.records import Phone, Service
from knowledge.store.tables import locations, organizations, service_taxonomy, services

EARTH_KM = 6371.0
# What is well confirmed comes before what is not.
_CONFIDENCE_RANK = case(
    (services.c.confidence == "high", 0), (services.c.confidence == "medium", 1), else_=2
)
_FOUND = (
    select(
        services,
        organizations.c.name.label("organization"),
        locations.c.country,
        locations.c.department,
        locations.c.municipality,
        locations.c.address,
        locations.c.latitude,
        locations.c.longitude,
        locations.c.confidential,
    )
    .join(service_taxonomy, service_taxonomy.c.service_id == services.c.id)
    .join(locations, locations.c.id == services.c.location_id)
    .join(organizations, organizations.c.id == services.c.organization_id)
    .where(
        service_taxonomy.c.taxonomy_term == bindparam("term"),
        locations.c.country == bindparam("country"),
        services.c.status == "active",
    )
    .order_by(service_taxonomy.c.rank, _CONFIDENCE_RANK, services.c.name)
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
    rows = connection.execute(_FOUND, {"term": taxonomy_term, "country": country}).all()
    found = [_record(row, near) for row in rows]

    def order(service: Service) -> tuple[bool, float, bool]:
        return (
            service.distance_km is None,
            service.distance_km or 0.0,
            municipality is not None and service.municipality != municipality,
        )

    return sorted(found, key=order)


def count_services(connection: Connection) -> int:
    """Return how many services the directory holds, shown to people or not."""
    return int(connection.execute(select(func.count()).select_from(services)).scalar_one())


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance between two points in degrees."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*a, *b))
    h = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


def _record(row: Row[Any], near: tuple[float, float] | None) -> Service:
    hidden = bool(row.confidential)
    here = (row.latitude, row.longitude)
    known = near is not None and None not in here and not hidden
    return Service(
        id=row.id,
        organization=row.organization,
        name=row.name,
        country=row.country,
        description=row.description or "",
        who=row.who or "",
        cost=row.cost or "",
        alert=row.alert or "",
        department=row.department,
        municipality=None if hidden else row.municipality,
        address=None if hidden else row.address,
        latitude=None if hidden else row.latitude,
        longitude=None if hidden else row.longitude,
        phones=tuple(Phone(p["number"], p["note"]) for p in json.loads(row.phones)),
        whatsapp=row.whatsapp,
        email=row.email,
        website=row.website,
        schedule=row.schedule or "",
        hours_note=row.hours_note or "",
        languages=tuple(row.languages.split(";")),
        confidential=hidden,
        source=row.source or "",
        source_date=row.source_date,
        confidence=row.confidence,
        assured_date=row.assured_date,
        distance_km=distance_km(near, here) if near is not None and known else None,
        english=json.loads(row.english),
    )
