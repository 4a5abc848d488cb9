"""A question to the directory as the command line puts it, and its answer as plain values."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from flows.definition import COUNTRIES
from flows.yaml_reader import did_you_mean, shorten
from knowledge.directory.finding import find
from knowledge.directory.found import Found
from knowledge.directory.records import DirectoryError
from knowledge.directory.terms import known_terms
from knowledge.directory.zones import zone_of
from knowledge.places import Place, find_places, nearest_place


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for; `terms` holds the groups of topics when no topic was named."""

    terms: Sequence[str]
    countries: Sequence[str]
    department: str | None
    municipality: str | None
    near: tuple[float, float] | None
    at: datetime | None
    limit: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One service found, with its distance and hours in a few plain words."""

    found: Found
    distance: str
    hours: str


def read_question(
    connection: Connection,
    country: str | None,
    topic: str | None,
    place: str | None,
    near: str | None,
    open_at: str | None,
    limit: int,
) -> Question:
    """Return a question from what was typed; raises `DirectoryError` for what makes no sense."""
    code = country.upper() if country else None
    if code is not None and code not in COUNTRIES:
        raise DirectoryError(f'"{shorten(country or "")}" is no country: {", ".join(COUNTRIES)}.')
    terms = known_terms(connection)
    if topic is not None and topic not in terms:
        raise DirectoryError(f'"{shorten(topic)}" is no topic.{did_you_mean(topic, terms)}')
    point = _point(near) if near else None
    found = _place(place, code) if place else None
    if found is None and point is not None and code is None:
        found_near = nearest_place(*point)
        if found_near is None:
            raise DirectoryError(f"{near} is in none of {', '.join(COUNTRIES)}.")
        code = found_near.country
    code = found.country if found else code
    return Question(
        terms=[topic] if topic else sorted(term for term in terms if "/" not in term),
        countries=[code] if code else COUNTRIES,
        department=found.department if found else None,
        municipality=found.local if found else None,
        near=point,
        at=_instant(open_at, code, found) if open_at else None,
        limit=limit,
    )


def search_directory(connection: Connection, question: Question) -> list[Listed]:
    """Return what the assistant would list, the best first; of several topics the nearest first."""
    lists = [
        find(
            connection,
            term=term,
            country=country,
            department=question.department,
            municipality=question.municipality,
            near=question.near,
            at=question.at,
            limit=question.limit,
        )
        for country in question.countries
        for term in question.terms
    ]
    ranked: dict[str, tuple[tuple[float, int], Found]] = {}
    for found in lists:
        for rank, item in enumerate(found):
            km = item.service.distance_km if item.service.distance_km is not None else item.about_km
            key = (math.inf if km is None else km, rank)
            # One topic has its order from the finder; several are joined by distance.
            order = (float(rank), 0) if len(lists) == 1 else key
            known = ranked.get(item.service.at_id)
            if known is None or order < known[0]:
                ranked[item.service.at_id] = (order, item)
    best = sorted(ranked.values(), key=lambda pair: (pair[0], pair[1].service.at_id))
    return [_listed(item) for _, item in best[: question.limit]]


def as_json(listed: Listed) -> dict[str, Any]:
    """Return what is listed as JSON values; what is unknown is left out."""
    service, opening = listed.found.service, listed.found.opening
    values = {
        "id": service.id,
        "service_at_location_id": service.at_id,
        "name": service.name,
        "organization": service.organization,
        "description": service.description,
        "topics": list(service.terms),
        "country": service.country,
        "department": service.department,
        "municipality": service.municipality,
        "address": service.address,
        "latitude": service.latitude,
        "longitude": service.longitude,
        "distance_km": _rounded(service.distance_km),
        "about_km": _rounded(listed.found.about_km),
        "where": str(listed.found.where),
        "open": str(opening.state),
        "opens_at": opening.opens.isoformat() if opening.opens else None,
        "closes_at": opening.closes.isoformat() if opening.closes else None,
        "schedule": service.schedule,
        "hours_note": service.hours_note,
        "phones": [{"number": p.number, "note": p.note} for p in service.phones],
        "whatsapp": service.whatsapp,
        "email": service.email,
        "website": service.website,
        "cost": service.cost,
        "alert": service.alert,
        "languages": list(service.languages),
        "confidence": service.confidence,
        "source": service.source,
        "source_date": service.source_date,
        "assured_date": service.assured_date,
    }
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def _listed(found: Found) -> Listed:
    km, about = found.service.distance_km, found.about_km
    distance = f"{km:.1f} km" if km is not None else f"about {about:.0f} km" if about else ""
    opening = found.opening
    hours = str(opening.state).replace("_", " ")
    moment = opening.opens or opening.closes
    if moment is not None:
        hours += f" ({'opens' if opening.opens else 'closes'} {moment:%Y-%m-%d %H:%M})"
    return Listed(found, distance, hours)


def _point(text: str) -> tuple[float, float]:
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise DirectoryError(f'"{shorten(text)}" is no point like 13.69,-89.19.') from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise DirectoryError(f'"{shorten(text)}" is no point like 13.69,-89.19.')
    return latitude, longitude


def _place(text: str, country: str | None) -> Place:
    match = find_places(text, country)
    if match.best is None:
        raise DirectoryError(f'No place of ours is called "{shorten(text)}".')
    if not match.sure:
        names = "; ".join(f"{place.label} ({place.country})" for place in match.places)
        raise DirectoryError(
            f'Which "{shorten(text)}"? There is {names}. Add --country or say more.'
        )
    return match.best


def _instant(text: str, country: str | None, place: Place | None) -> datetime:
    """Return an instant; without an offset it is told by the clock of the place asked for."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise DirectoryError(f'"{shorten(text)}" is no instant like 2026-11-23T09:00.') from None
    if at.tzinfo is not None:
        return at
    zone = zone_of(
        country or "SV", place.department if place else None, place.local if place else None
    )
    return at.replace(tzinfo=zone)


def _rounded(km: float | None) -> float | None:
    return None if km is None else round(km, 2)
