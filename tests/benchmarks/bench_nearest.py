"""The nearest open offices among 1,000, 10,000 and 100,000 generated ones, on both engines.

Two directories of each size: as it would be (all topics, four countries), and the worst (one topic,
one country). The baseline of the same run reads every office of the topic and puts them in order
by great circle.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection, Engine, select

sys.path.insert(0, str(Path(__file__).parent.parent))

from databases import analyze, engines, migrated
from generated_offices import AT, BOXES, TOPIC, fill
from rows import quick, tell

from knowledge.directory import terms
from knowledge.directory.finding import find
from knowledge.places.place import distance_km
from knowledge.store import directory_tables as tables
from knowledge.store.database import reading

TARGET_MS = 10
GROWTH = 10  # times the offices, at most as many times the time
ROUNDS = 60
Point = tuple[float, float]


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
        fill(connection, size, worst=worst)
    analyze(engine)
    rng = random.Random(7)
    south, west, north, east = BOXES[country]
    points = [(rng.uniform(south, north), rng.uniform(west, east)) for _ in range(ROUNDS)]
    with reading(engine).connect() as connection:

        def nearest(point: Point) -> object:
            return find(connection, term=TOPIC, country=country, near=point, at=AT, limit=3)

        median_ms(nearest, points[:5])
        found = median_ms(nearest, points)
        return found, median_ms(lambda point: look_at_all(connection, country, point), points[:9])


def measure(name: str, opened: Callable[[], AbstractContextManager[str]], sizes: list[int]) -> None:
    """Tell the medians of every size, beside looking at all and beside the size before."""
    for worst in (False, True):
        shape = "one topic, one country" if worst else "all topics, four countries"
        before = 0.0
        for size in sizes:
            with migrated(opened) as engine:
                found, plain = measure_one(engine, size, worst=worst)
            what = f"nearest of {size:,}, {shape}, {name}"
            limit = TARGET_MS if name == "SQLite" and size == sizes[-1] else None
            tell(what, found, "ms", beside=("looking at all", plain), most=limit)
            if before:
                ten = f"{size // GROWTH:,} offices"
                tell(f"growth to {size:,}, {shape}, {name}", found, "ms",
                     beside=(ten, before), most_ratio=GROWTH)  # fmt: skip
            before = found


def main() -> None:
    sizes = [500, 5_000] if quick() else [1_000, 10_000, 100_000]
    for name, opened in engines().items():
        measure(name, opened, sizes)


if __name__ == "__main__":
    main()
