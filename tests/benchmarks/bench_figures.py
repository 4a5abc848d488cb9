"""What counting costs beside a turn, and how long releases over 200,000 messages take.

The baseline of counting is the same turn without it, in the same run: two visits of ten messages
as people make them, each turn with its session and its durable commit.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import Engine, insert

from bot.chat import Chat, Inbound
from bot.compose import Composer
from bot.content import load_content
from bot.counting import cells_of_turn
from bot.messages import Message, Session
from knowledge.figures import packing, raw, sketch, stored
from knowledge.figures.catalog import Catalog, content_catalog
from knowledge.figures.cells import Cell, is_weekly
from knowledge.figures.counting import Keys, record
from knowledge.figures.packing import cell_number
from knowledge.figures.periods import Unit, containing, local_day, part_of
from knowledge.figures.release import make_release, periods_due
from knowledge.store import schema
from knowledge.store.database import open_engine
from knowledge.store.figure_tables import figure_marks, figure_totals
from knowledge.store.sealing import Vault

MESSAGES = 200_000
PEOPLE = 20_000
VISITS = 40
VISIT = ("hola", "Honduras", "documentos", "1", "2", "perdi mi dni", "menú", "busco trabajo",
         "gracias", "tengo miedo de volver a mi colonia")  # fmt: skip
VAULT = Vault("a secret for benchmarks alone, forty characters")


def an_engine(folder: str) -> Engine:
    engine = open_engine(f"sqlite:///{folder}/figures.sqlite")
    schema.upgrade(engine)
    return engine


def measure_counting() -> None:
    content = load_content()
    spent: dict[bool, list[float]] = {False: [], True: []}
    cells_per_turn = []
    for counted in (False, True) * 3:
        with tempfile.TemporaryDirectory() as folder:
            engine = an_engine(folder)
            chat = Chat(engine, VAULT, content, Composer(content))
            keys = Keys(VAULT)
            begun = time.process_time()
            for number in range(VISITS):
                before: Session | None = None
                for text in VISIT:
                    message = Message(text=text)
                    inbound = Inbound("telegram", str(number), message, address=str(number))
                    with engine.begin() as connection:
                        turn = chat.take_in(connection, inbound).turn
                        if counted and turn is not None:
                            person = VAULT.pseudonym("telegram", str(number))
                            cells = cells_of_turn(before, turn, message, "telegram", content)
                            record(connection, keys, message.at, person, cells)
                            cells_per_turn.append(len(cells))
                        before = turn.session if turn is not None else None
            spent[counted].append((time.process_time() - begun) / VISITS / len(VISIT) * 1000)
            engine.dispose()
    plain, counted_ms = min(spent[False]), min(spent[True])
    print(
        f"counting, SQLite: {counted_ms - plain:.3f} ms of CPU a turn beside {plain:.3f} ms, "
        f"{(counted_ms - plain) / plain:.1%} of a turn (target: under 10 %), "
        f"{statistics.mean(cells_per_turn):.1f} cells a turn"
    )


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
        (rng.randbytes(16), rng.choices(places, weight.values())[0], rng.random() < 0.15)  # type: ignore[arg-type]
        for _ in range(PEOPLE)
    ]
    asked = rng.choices(articles, popular.values(), k=MESSAGES)  # type: ignore[arg-type]
    days = [first + timedelta(days=number) for number in range(31)]
    days = [day for day in days if day.month == first.month]
    tallies: Counter[int] = Counter()
    marks: set[int] = set()
    with engine.begin() as connection:
        for day in days:
            for unit in Unit:
                keys.key(connection, containing(day, unit))
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
                    key = keys.key(connection, period)
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


def measure_release() -> None:
    catalog = content_catalog()
    now = datetime(2026, 10, 9, 12, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder:
        engine = an_engine(folder)
        fill(engine, catalog, date(2026, 9, 1))
        with engine.connect() as connection:
            due = periods_due(connection, now)
        for period in due:
            begun = time.perf_counter()
            with engine.connect() as connection:
                figures = make_release(connection, period, catalog)
            made = time.perf_counter() - begun
            with engine.begin() as connection:
                stored.store(connection, period, figures, local_day(now))
            raw.erase_marks(engine, period)
            whole = time.perf_counter() - begun
            hidden = Counter(figure.hidden for figure in figures)
            print(
                f"release {period.name}: {whole:.2f} s ({made:.2f} s to make and attack), "
                f"{dict(hidden)} (target: under 5 s)"
            )
        engine.dispose()


def main() -> None:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    measure_counting()
    measure_release()


if __name__ == "__main__":
    main()
