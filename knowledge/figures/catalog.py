"""Every cell that a release has: made from what can be asked, never from what was.

A cell that nobody touched stands in a release like one that three people touched. If only touched
cells were listed, the list itself would tell.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flows.definition import Flow, Outcome, Question
from flows.loader import load_flows
from knowledge.figures.cells import (
    CHANNELS,
    COUNTRIES,
    OTHER,
    PAIRS,
    QUESTIONS,
    RATINGS,
    TOTAL,
    UNKNOWN,
    Cell,
    is_weekly,
)
from knowledge.figures.packing import cell_number
from knowledge.figures.periods import FiguresError, Unit
from knowledge.figures.relations import Kind, Relation
from knowledge.places.gazetteer import gazetteer
from knowledge.taxonomy import load_taxonomy

SHIPPED = Path(__file__).parents[2]
LANGUAGES = ("es", "en", OTHER)
DANGERS = (
    "medical_emergency",
    "overdose",
    "self_harm",
    "self_harm_other",
    "missing_child",
    "child_danger",
    "trafficking",
    "gbv",
    "violence_now",
    "threat_extortion",
    "acute_distress",
    "unnamed",
)


@dataclass(frozen=True, slots=True)
class Catalog:
    """The cells of every release, and which node of a flow leads to which."""

    cells: tuple[Cell, ...]
    links: tuple[Relation, ...] = ()

    def of(self, unit: Unit) -> tuple[Cell, ...]:
        """Return the cells of a week or a month."""
        return self.cells if unit is Unit.MONTH else tuple(filter(is_weekly, self.cells))


def make_catalog(keys: Mapping[str, Iterable[str]], links: Iterable[Relation] = ()) -> Catalog:
    """Return the catalog of the tables in `cells`, from the keys of each dimension.

    Raises `FiguresError` when two cells would be counted as one.
    """
    cells = [TOTAL, *(Cell(by, key) for by, names in keys.items() for key in names)]
    for by, by2 in PAIRS:
        cells += [Cell(by, k, by2, k2) for k in keys.get(by, ()) for k2 in keys.get(by2, ())]
    numbers: dict[int, Cell] = {}
    for cell in cells:
        other = numbers.setdefault(cell_number(cell), cell)
        if other != cell:
            raise FiguresError(f"{cell} and {other} would be counted as one: rename either.")
    return Catalog(tuple(cells), tuple(links))


def keys_of(flows: Iterable[Flow], articles: Iterable[str]) -> dict[str, list[str]]:
    """Return the keys of every dimension, for these flows and articles."""
    found = list(flows)
    ids = sorted(articles)
    topics = sorted({name.split("/")[0] for name in ids})
    questions: list[str] = []
    outcomes: list[str] = []
    for flow in found:
        for node in flow.nodes.values():
            name = f"{flow.id}/{node.id}"
            (questions if isinstance(node, Question) else outcomes).append(name)
    return {
        "country": list(COUNTRIES),
        "language": list(LANGUAGES),
        "channel": list(CHANNELS),
        "department": departments(),
        "topic": topics,
        "article": ids,
        "question": list(QUESTIONS),
        "danger": list(DANGERS),
        "flow": [flow.id for flow in found],
        "node": questions,
        "answered": questions,
        "left": questions,
        "outcome": outcomes,
        "services": topics,
        "rating": list(RATINGS),
    }


def links_of(flow: Flow) -> list[Relation]:
    """Return what a flow's diagram tells: whoever answers a question is shown one of the next."""
    links = [Relation(Kind.COVERED, Cell("flow", flow.id), (_shown(flow, flow.first),))]
    came_from: dict[str, list[Cell]] = {flow.first: [Cell("flow", flow.id)]}
    for node in flow.nodes.values():
        if isinstance(node, Question):
            answered = Cell("answered", f"{flow.id}/{node.id}")
            next_ids = sorted({rule.go for rule in node.next})
            links.append(
                Relation(Kind.COVERED, answered, tuple(_shown(flow, name) for name in next_ids))
            )
            for name in next_ids:
                came_from.setdefault(name, []).append(answered)
    for name, cells in came_from.items():
        links.append(Relation(Kind.COVERED, _shown(flow, name), tuple(cells)))
    return links


@lru_cache(maxsize=1)
def departments() -> list[str]:
    """Return every department as `SV/La Paz`, and one of each country for those not told."""
    found = []
    for country in COUNTRIES[:-1]:
        names = {place.department for place in gazetteer(country) if place.level == "department"}
        found += [f"{country}/{name}" for name in (*sorted(names), UNKNOWN)]
    return found


def content_catalog(folder: Path = SHIPPED) -> Catalog:
    """Return the catalog of a content folder (`flows/library`, `knowledge/taxonomy.yaml`)."""
    flows, _ = load_flows(folder / "flows" / "library")
    terms, _ = load_taxonomy(folder / "knowledge" / "taxonomy.yaml")
    articles = [name for name in terms if "/" in name]
    links = [link for flow in flows.values() for link in links_of(flow)]
    return make_catalog(keys_of(flows.values(), articles), links)


def _shown(flow: Flow, node: str) -> Cell:
    by = "outcome" if isinstance(flow.nodes.get(node), Outcome) else "node"
    return Cell(by, f"{flow.id}/{node}")
