"""Directories of any size, made up but always the same."""

import random
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert

from knowledge.directory import terms
from knowledge.store import directory_tables as tables

BOXES = {"SV": (13.2, -90.0, 14.4, -87.8), "GT": (13.9, -92.1, 17.6, -88.4),
         "HN": (13.1, -89.2, 15.9, -83.4), "MX": (15.0, -110.0, 30.0, -90.0)}  # fmt: skip
HOURS = (("MO,TU,WE,TH,FR", "08:00", "16:00"), ("MO,TU,WE,TH,FR,SA", "09:00", "12:00"),
         ("MO,TU,WE,TH,FR,SA,SU", "00:00", "24:00"), None)  # fmt: skip
AT = datetime(2026, 11, 23, 16, tzinfo=UTC)
TOPIC = "documents/passport"
KEPT = {"status": "active", "version": 1, "last_modified": "2026-11-01T00:00:00.000Z"}
AT_ONCE = 5_000


def fill(connection: Connection, size: int, *, worst: bool) -> None:
    """Write a directory of `size` offices; one in a hundred is a line without a place.

    As it would be: all topics, four countries; the worst: one topic, one country.
    """
    rng = random.Random(size)
    terms.write_terms(connection)
    codes = [TOPIC] if worst else sorted(c for c in terms.known_terms(connection) if "/" in c)
    countries = ["SV"] if worst else list(BOXES)
    rows: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (tables.organizations, tables.services, tables.locations,
                                tables.service_at_locations, tables.attributes, tables.schedules)
    }  # fmt: skip
    for number in range(size):
        country = rng.choice(countries)
        ids = [str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(6)]
        organization, service, location, pair, attribute, schedule = ids
        south, west, north, east = BOXES[country]
        line = number % 100 == 0
        rows[tables.organizations].append(
            {"id": organization, "country": country, "name": f"O{number}", **KEPT}
        )
        rows[tables.services].append({
            "id": service, "organization_id": organization, "country": country,
            "name": f"Oficina {number}", "confidence": rng.choice(("high", "medium", "low")),
            "source_url": "https://example.org/", "assured_date": None, **KEPT,
        })  # fmt: skip
        rows[tables.locations].append({
            "id": location, "country": country,
            "department": None if line else f"D{int(rng.random() * 14)}",
            "municipality": None if line else f"M{int(rng.random() * 260)}",
            "location_type": "virtual" if line else "physical",
            "latitude": None if line else rng.uniform(south, north),
            "longitude": None if line else rng.uniform(west, east),
            "confidential": int(number % 500 == 1), **KEPT,
        })  # fmt: skip
        rows[tables.service_at_locations].append(
            {"id": pair, "service_id": service, "location_id": location, **KEPT}
        )
        rows[tables.attributes].append({
            "id": attribute, "service_id": service, "country": country, "rank": 0,
            "taxonomy_term_id": terms.term_id(rng.choice(codes)),
        })  # fmt: skip
        hours = rng.choice(HOURS)
        if hours is not None:
            rows[tables.schedules].append({
                "id": schedule, "service_at_location_id": pair, "position": 0, "freq": "WEEKLY",
                "byday": hours[0], "opens_at": hours[1], "closes_at": hours[2], "exception": 0,
            })  # fmt: skip
    for table, found in rows.items():
        for start in range(0, len(found), AT_ONCE):
            connection.execute(insert(table), found[start : start + AT_ONCE])
