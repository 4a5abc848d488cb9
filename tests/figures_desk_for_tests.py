"""A desk with two released months: usage of some hundred invented people, counted and released."""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from desk_for_tests import RunningDesk, a_desk
from figures_for_tests import KEYS, VAULT, cells_of, keys_of_every_run, noon, somebody
from sqlalchemy import Engine

from flows.definition import Flow, Question
from knowledge.figures.catalog import Catalog, links_of, make_catalog
from knowledge.figures.cells import Cell
from knowledge.figures.counting import Keys, record
from knowledge.figures.periods import Unit, containing, weeks_of
from knowledge.figures.release import release_due
from knowledge.store import schema
from knowledge.store.database import open_engine

NOW = datetime.now(UTC)
# The newest month whose weeks are all over for sure, and the one before it.
SECOND_MONTH = containing(NOW.date() - timedelta(days=40), Unit.MONTH)
FIRST = SECOND_MONTH.before.start
DAYS = (SECOND_MONTH.after - FIRST).days
MONTH, WEEK = SECOND_MONTH.name, weeks_of(SECOND_MONTH)[1].name
FLOW = "documents"


@contextmanager
def a_desk_with_figures(folder: Path, flow: Flow, **more: Any) -> Iterator[RunningDesk]:
    """Serve a desk; its figures are released before its own jobs look for any."""
    engine = open_engine(f"sqlite:///{folder / 'ventanilla.sqlite3'}")
    schema.upgrade(engine)
    release_two_months(engine, flow)
    engine.dispose()
    with a_desk(folder, **more) as running:
        yield running


def release_two_months(engine: Engine, flow: Flow, people: int = 1200) -> None:
    """Count what people did in two months with one flow, and release it."""
    rng = random.Random(7)
    keys = Keys(VAULT)
    with keys_of_every_run(), engine.begin() as connection:
        for number in range(people):
            habits = somebody(rng)
            chat = rng.randbytes(16)
            articles = rng.choices((*KEYS["article"], ""), k=1 + number % 3)
            for _ in range(rng.choice((1, 2, 2, 3))):
                day = FIRST + timedelta(days=rng.randrange(DAYS))
                cells = cells_of(*habits, rng.choice(articles))
                answer = rng.choices(("answered", "unanswered"), (8, 2))[0]
                cells += [Cell("question", answer), Cell("question", answer, "country", habits[0])]
                if rng.random() < 0.3:
                    rating = rng.choices(("helped", "not-helped"), (3, 1))[0]
                    cells.append(Cell("rating", rating))
                if rng.random() < 0.7:
                    cells += walk(flow, rng, habits[0])
                record(connection, keys, noon(day), chat, cells)
    release_due(engine, NOW, catalog_of(flow))


def walk(flow: Flow, rng: random.Random, country: str) -> list[Cell]:
    """The cells of somebody who goes through a flow, or leaves it on the way."""
    node = flow.first
    cells = [Cell("flow", flow.id), Cell("flow", flow.id, "country", country)]
    while isinstance(question := flow.nodes[node], Question):
        cells.append(Cell("node", f"{flow.id}/{node}"))
        if rng.random() < 0.2:
            return [*cells, Cell("left", f"{flow.id}/{node}")]
        cells.append(Cell("answered", f"{flow.id}/{node}"))
        node = rng.choice(question.next).go
    return [*cells, Cell("outcome", f"{flow.id}/{node}")]


def catalog_of(flow: Flow) -> Catalog:
    """The catalog of the small assistant, with one real flow."""
    nodes: Mapping[str, Sequence[str]] = {
        kind: [f"{flow.id}/{n.id}" for n in flow.nodes.values() if isinstance(n, Question) is asks]
        for kind, asks in (("node", True), ("outcome", False))
    }
    keys = {**KEYS, "flow": (flow.id,), "rating": ("helped", "not-helped"), **nodes,
            "answered": nodes["node"], "left": nodes["node"]}  # fmt: skip
    return make_catalog(keys, links_of(flow))
