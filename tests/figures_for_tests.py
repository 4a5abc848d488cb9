"""Usage that never was: people with habits, who write to a small assistant for some weeks."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import SECRET
from sqlalchemy import Engine

from knowledge.figures import counting
from knowledge.figures.catalog import Catalog, make_catalog
from knowledge.figures.cells import CHANNELS, COUNTRIES, PAIRS, TOTAL, UNKNOWN, Cell
from knowledge.figures.counting import Keys, record
from knowledge.store import schema
from knowledge.store.database import open_engine
from knowledge.store.sealing import Vault

TOPICS = ("documents", "health", "legal", "money", "protection")
KEYS: dict[str, Sequence[str]] = {
    "country": COUNTRIES,
    "language": ("es", "en", "other"),
    "channel": CHANNELS,
    "department": ("SV/La Paz", "SV/Morazán", "SV/unknown", "GT/Petén", "GT/unknown",
                   "HN/unknown", "MX/unknown"),
    "topic": TOPICS,
    "article": tuple(f"{topic}/{name}" for topic in TOPICS for name in ("first", "second")),
    "question": ("answered", "unanswered"),
    "flow": ("documents", "health"),
    "danger": ("gbv", "self_harm"),
}  # fmt: skip
SMALL_CATALOG: Catalog = make_catalog(KEYS)
VAULT = Vault(SECRET)


@contextmanager
def an_empty_store(folder: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{folder / 'figures.sqlite'}")
    try:
        schema.upgrade(engine)
        with keys_of_every_run():
            yield engine
    finally:
        engine.dispose()


@contextmanager
def keys_of_every_run(seed: int = 1) -> Iterator[None]:
    """Let periods have the same keys in every run of a test.

    By chance some people share a mark, and which of them do is up to the key.
    """
    same = SimpleNamespace(urandom=random.Random(seed).randbytes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "os", same)
        yield


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 18, tzinfo=UTC)


def cells_of(country: str, department: str, language: str, channel: str, article: str) \
        -> list[Cell]:  # fmt: skip
    """The cells of a message that was answered with an article; none for an empty one."""
    topic = article.split("/")[0]
    cells = [TOTAL, Cell("country", country), Cell("language", language), Cell("channel", channel)]
    if country != UNKNOWN:
        cells.append(Cell("department", department))
    if article:
        cells += [Cell("topic", topic), Cell("article", article),
                  Cell("topic", topic, "country", country),
                  Cell("topic", topic, "language", language)]  # fmt: skip
        if country != UNKNOWN:
            cells.append(Cell("department", department, "topic", topic))
    return [cell for cell in cells if not cell.by2 or (cell.by, cell.by2) in PAIRS]


def somebody(rng: random.Random) -> tuple[str, str, str, str]:
    """Where a person is, what they speak and what they write with: most alike, some not."""
    country = rng.choices(COUNTRIES, (50, 25, 15, 5, 5))[0]
    departments = [name for name in KEYS["department"] if name.startswith(f"{country}/")]
    language = rng.choices(("es", "en", "other"), (85, 14, 1))[0]
    channel = rng.choices(CHANNELS, (60, 20, 19, 1))[0]
    return country, rng.choice(departments or [""]), language, channel


def write(engine: Engine, at: datetime, chat: bytes, cells: Sequence[Cell]) -> None:
    with engine.begin() as connection:
        record(connection, Keys(VAULT), at, chat, cells)


def use(engine: Engine, first: date, days: int, people: int, seed: int = 1) -> int:
    """Let people write for some days, each a few times; return the number of messages."""
    rng = random.Random(seed)
    keys = Keys(VAULT)
    written = 0
    for number in range(people):
        habits = somebody(rng)
        chat = rng.randbytes(16)
        articles = rng.choices((*KEYS["article"], ""), k=1 + number % 3)
        with engine.begin() as connection:
            for _ in range(rng.choice((1, 2, 2, 3, 8))):
                day = first + timedelta(days=rng.randrange(days))
                cells = cells_of(*habits, rng.choice(articles))
                record(connection, keys, noon(day), chat, cells)
                written += 1
    return written
