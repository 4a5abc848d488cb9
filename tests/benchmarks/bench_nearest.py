"""The nearest open offices among 1,000, 10,000 and 100,000 generated ones.

Two directories of each size: as it would be (all topics, four countries), and the worst (one topic,
one country). The baseline of the same run reads every office of the topic and puts them in order
by great circle. With TEST_DATABASE_URL the same again on PostgreSQL, in a schema of its own that is
dropped afterwards.
"""

import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, text

sys.path.insert(0, str(Path(__file__).parent.parent))

from offices_for_tests import a_postgres_schema, a_sqlite_file

from knowledge.directory import terms
from knowledge.directory.finding import find
from knowledge.places.place import distance_km
from knowledge.store import directory_tables as tables

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 60
BOXES = {"SV": (13.2, -90.0, 14.4, -87.8), "GT": (13.9, -92.1, 17.6, -88.4),
         "HN": (13.1, -89.2, 15.9, -83.4), "MX": (15.0, -110.0, 30.0, -90.0)}  # fmt: skip
HOURS = (("MO,TU,WE,TH,FR", "08:00", "16:00"), ("MO,TU,WE,TH,FR,SA", "09:00", "12:00"),
         ("MO,TU,WE,TH,FR,SA,SU", "00:00", "24:00"), None)  # fmt: skip
AT = datetime(2026, 11, 23, 16, tzinfo=UTC)
TOPIC = "documents/passport"
Point = tuple[float, float]
KEPT = {"status": "active", "version": 1, "last_modified": "2026-11-01T00:00:00.000Z"}


def fill(connection: Connection, size: int, *, worst: bool) -> None:
    """Write a directory of `size` offices; one in a hundred is a line without a place."""
    rng = random.Random(size)
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
        for start in range(0, len(found), 5_000):
            connection.execute(insert(table), found[start : start + 5_000])


def median_ms(work: Callable[[Point], object], points: list[Point]) -> float:
    taken = []
    for point in points:
        begun = time.perf_counter()
        work(point)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


def look_at_all(connection: Connection, country: str, point: Point) -> object:
    """What one would do without indexes: every office of the topic, ordered by distance."""
    place, at, what = tables.locations.c, tables.service_at_locations.c, tables.attributes.c
    query = (
        select(at.id, place.latitude, place.longitude)
        .join_from(tables.attributes, tables.service_at_locations, at.service_id == what.service_id)
        .join(tables.locations, place.id == at.location_id)
        .where(what.taxonomy_term_id == terms.term_id(TOPIC), what.country == country,
               place.latitude.is_not(None))
    )  # fmt: skip
    rows = connection.execute(query).all()
    return sorted(rows, key=lambda row: distance_km(point, (row.latitude, row.longitude)))[:3]


def measure_one(engine: Engine, size: int, *, worst: bool) -> tuple[float, float]:
    """Return the medians of finding and of looking at all, in milliseconds."""
    country = "SV" if worst else "MX"
    with engine.begin() as connection:
        terms.write_terms(connection)
        fill(connection, size, worst=worst)
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    rng = random.Random(7)
    south, west, north, east = BOXES[country]
    points = [(rng.uniform(south, north), rng.uniform(west, east)) for _ in range(ROUNDS)]
    with engine.execution_options(read_only=True).connect() as connection:

        def nearest(point: Point) -> object:
            return find(connection, term=TOPIC, country=country, near=point, at=AT, limit=3)

        median_ms(nearest, points[:5])
        found = median_ms(nearest, points)
        return found, median_ms(lambda point: look_at_all(connection, country, point), points[:9])


def measure(name: str, opened: Callable[[], AbstractContextManager[Engine]]) -> None:
    """Print the medians of every size with their ratios."""
    for worst in (False, True):
        print(f"{name}, {'one topic, one country' if worst else 'all topics, four countries'}")
        before: float | None = None
        for size in SIZES:
            with opened() as engine:
                found, plain = measure_one(engine, size, worst=worst)
            growth = "" if before is None else f", {found / before:4.1f} × the size before"
            print(
                f"  {size:7,} offices {found:7.2f} ms median, {found / plain:6.2f} × looking at "
                f"all ({plain:.1f} ms){growth}",
                flush=True,
            )
            before = found


@contextmanager
def sqlite_file() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder, a_sqlite_file(Path(folder)) as engine:
        yield engine


def main() -> None:
    print("Three nearest, open before closed, hours read (target: under 10 ms median on SQLite,")
    print("10 times the offices at most 10 times the time)")
    measure("SQLite", sqlite_file)
    url = os.environ.get("TEST_DATABASE_URL", "")
    if url.startswith("postgresql"):
        measure("PostgreSQL", lambda: a_postgres_schema(url))
    else:
        print("PostgreSQL: not measured, TEST_DATABASE_URL is not set")


if __name__ == "__main__":
    main()
