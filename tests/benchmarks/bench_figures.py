"""How long releases over 200,000 messages take; what counting costs is in `bench_turn.py`.

The baseline is reading a period's raw figures and no more.
"""

import os
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from rows import quick, sized, tell
from sqlalchemy import Connection, Engine, insert

from knowledge.figures import packing, raw, sketch, stored
from knowledge.figures.catalog import Catalog, content_catalog
from knowledge.figures.cells import Cell, is_weekly
from knowledge.figures.counting import Keys
from knowledge.figures.packing import cell_number
from knowledge.figures.periods import Period, Unit, containing, local_day, part_of, parts_of
from knowledge.figures.release import make_release, periods_due
from knowledge.store import schema
from knowledge.store.database import open_engine
from knowledge.store.figure_tables import figure_marks, figure_totals
from knowledge.store.sealing import Vault

MESSAGES = sized(200_000, 10_000)
PEOPLE = MESSAGES // 10
TARGET_SECONDS = 5
VAULT = Vault("a secret for benchmarks alone, forty characters")


def an_engine(folder: str) -> Engine:
    engine = open_engine(f"sqlite:///{folder}/figures.sqlite")
    schema.upgrade(engine)
    return engine


def fill(engine: Engine, catalog: Catalog, first: date) -> None:
    """Write a month of messages at once, as `record` would one by one."""
    rng = random.Random(5)
    keys = Keys(VAULT)
    topics = [cell.key for cell in catalog.cells if (cell.by, cell.by2) == ("topic", "")]
    articles = [cell.key for cell in catalog.cells if (cell.by, cell.by2) == ("article", "")]
    nodes = [cell for cell in catalog.cells if cell.by in ("node", "answered", "outcome")]
    places = [cell.key for cell in catalog.cells if (cell.by, cell.by2) == ("department", "")]
    weight = {key: 1 / (1 + rank) for rank, key in enumerate(rng.sample(places, len(places)))}
    popular = {key: 1 / (1 + rank) for rank, key in enumerate(rng.sample(articles, len(articles)))}
    people = [
        (rng.randbytes(16), rng.choices(places, list(weight.values()))[0], rng.random() < 0.15)
        for _ in range(PEOPLE)
    ]
    asked = rng.choices(articles, list(popular.values()), k=MESSAGES)
    days = [first + timedelta(days=number) for number in range(31)]
    days = [day for day in days if day.month == first.month]
    tallies: Counter[int] = Counter()
    marks: set[int] = set()
    with engine.begin() as connection:
        for day in days:
            for unit in Unit:
                keys.of(connection, containing(day, unit))
        for number in range(MESSAGES):
            chat, place, english = people[int(PEOPLE * rng.random() ** 2)]
            country = place.split("/")[0]
            language, article = "en" if english else "es", asked[number]
            topic = article.split("/")[0]
            cells = [
                Cell(),
                Cell("country", country),
                Cell("language", language),
                Cell("channel", rng.choice(("telegram", "web"))),
                Cell("department", place),
            ]
            if number % 2:
                cells += [
                    Cell("topic", topic),
                    Cell("article", article),
                    Cell("topic", topic, "country", country),
                    Cell("topic", topic, "language", language),
                    Cell("department", place, "topic", topic),
                ]
            else:
                cells.append(rng.choice(nodes))
            day = rng.choice(days)
            for cell in cells:
                at = cell_number(cell)
                tallies[packing.first_tally(part_of(day), at)] += 1
                for unit in Unit if is_weekly(cell) else (Unit.MONTH,):
                    period = containing(day, unit)
                    key = keys.of(connection, period)
                    assert key is not None
                    found = sketch.mark(key, at.to_bytes(8, "big"), chat)
                    marks.add(packing.first_mark(period, at) + found)
        connection.execute(
            insert(figure_totals), [{"tally": t, "messages": m} for t, m in tallies.items()]
        )
        connection.execute(insert(figure_marks), [{"mark": mark} for mark in marks])
    print(
        f"{MESSAGES:,} messages of {PEOPLE:,} people: {len(tallies):,} totals, "
        f"{len(marks):,} marks, {len(topics)} topics, {len(catalog.cells):,} cells a month"
    )


def read_only(connection: Connection, period: Period, catalog: Catalog) -> None:
    cells = catalog.of(period.unit)
    raw.people_of(connection, period, cells)
    for part in parts_of(period):
        raw.messages_of(connection, part, cells)


def measure_release() -> None:
    catalog = content_catalog()
    now = datetime(2026, 10, 9, 12, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder:
        engine = an_engine(folder)
        fill(engine, catalog, date(2026, 9, 1))
        with engine.connect() as connection:
            due = periods_due(connection, now)
        if quick():
            due = due[:3]  # weeks alone: the month takes longest
        for period in due:
            begun = time.perf_counter()
            with engine.connect() as connection:
                read_only(connection, period, catalog)
            plain = time.perf_counter() - begun
            begun = time.perf_counter()
            with engine.connect() as connection:
                figures = make_release(connection, period, catalog)
            made = time.perf_counter() - begun
            with engine.begin() as connection:
                stored.store(connection, period, figures, local_day(now))
            raw.erase_marks(engine, period)
            hidden = Counter(figure.hidden for figure in figures)
            told = ", ".join(f"{count:,} {state}" for state, count in sorted(hidden.items()))
            tell(
                f"release of {period.name}, {MESSAGES:,} messages a month",
                time.perf_counter() - begun, "s", beside=("reading what was counted", plain),
                most=TARGET_SECONDS, note=f"{made:.2f} s to make and attack; {told}",
            )  # fmt: skip
        engine.dispose()


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    measure_release()
