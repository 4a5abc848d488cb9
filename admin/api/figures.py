"""Figures beyond single tables: demand beside supply, age, indicators, where people give up.

What is hidden stays hidden here, with its reason: these addresses read the same releases.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from sqlalchemy import Connection

from admin.api.parameters import WantedWords, answers
from admin.api.parts import api_part
from admin.api.problems import refused
from admin.api.statistics import StatisticsCell, Watcher, cell_json
from admin.api.work import Working, answer
from admin.indicator_meanings import MEANINGS
from knowledge.directory.ageing import Age
from knowledge.figures import demand, flow_nodes, indicators, reading
from knowledge.figures.cells import Cell
from knowledge.figures.demand import Gap, Gaps
from knowledge.figures.figure import Figure
from knowledge.figures.flow_nodes import Stop
from knowledge.figures.indicators import Indicator
from knowledge.figures.periods import Period, Unit
from locales.catalogs import Translator

Month = Annotated[
    str | None,
    Query(max_length=20, examples=["2026-10"], description="A released month; the last if none."),
]


class _OfMonth(BaseModel):
    """`noise_epsilon` where numbers carry noise, `tables_hidden` where whole tables are hidden."""

    period: str | None
    noise_epsilon: float | None
    tables_hidden: bool


class SupplyRow(BaseModel):
    """What was asked in a department, and how many services stand against it today.

    `in_country` ones serve everybody, by phone mostly. `nearest_km` is from the main town of the
    department to the nearest verified office, null where there is none.
    """

    country: str
    department: str
    topic: str
    people: int
    messages: int
    verified: int
    published: int
    verified_in_country: int
    published_in_country: int
    nearest_km: float | None


class SupplyAnswer(_OfMonth):
    """Demand beside supply, worst first; `hidden` figures are too small or protect such ones."""

    rows: list[SupplyRow]
    hidden: int


class TownAnswer(BaseModel):
    """The published entries of a municipality, by how long ago somebody verified them."""

    country: str
    department: str
    municipality: str
    fresh: int
    ageing: int
    old: int
    never: int


class AgesAnswer(BaseModel):
    """How old the directory is; `municipalities` is how many there are in your area."""

    on: str
    municipalities: int
    towns: list[TownAnswer]


class IndicatorAnswer(BaseModel):
    """A number of a whole, what it means and what not; `hidden_by` are the figures that hide it.

    `period` is null for what the directory tells today, `everywhere` true for all countries.
    """

    id: str
    title: str
    formula: str
    source: str
    not_said: str
    period: str | None
    part: int | None
    whole: int | None
    share: float | None
    everywhere: bool
    hidden_by: list[StatisticsCell]


class IndicatorsAnswer(_OfMonth):
    """Every indicator of your area, of today or of a released month."""

    contents: list[IndicatorAnswer]


class NodeAnswer(BaseModel):
    """A node of a flow; null where nothing is told. `share` is that of those who left here."""

    node: str
    kind: str
    text: str
    came: StatisticsCell | None
    answered: StatisticsCell | None
    left: StatisticsCell | None
    share: float | None


class FlowAnswer(_OfMonth):
    """Where people give up in a flow, in all countries together."""

    flow: str
    title: str
    opened: StatisticsCell | None
    nodes: list[NodeAnswer]


def figures_router() -> APIRouter:
    """Return the routes of figures that the pages show beside the tables."""
    router = api_part(prefix="/statistics", tags=["statistics"])

    @router.get("/supply", name="get_supply", responses=answers(ok=SupplyAnswer))
    def supply(work: Working, member: Watcher, period: Month = None) -> Response:
        """Set what people of a department asked for in a month beside who is there to help."""
        with work.read() as connection:
            month, told = _month(connection, period)
            found = Gaps((), 0)
            if month is not None:
                found = demand.gaps(connection, month.name, member.area, work.now.date())
        return answer({**told, "rows": [_gap(gap) for gap in found.rows], "hidden": found.hidden})

    @router.get("/directory", name="get_ages", responses=answers(ok=AgesAnswer))
    def directory(work: Working, member: Watcher) -> Response:
        """Say how old the entries of each municipality are."""
        today = work.now.date()
        with work.read() as connection:
            towns = demand.ages_by_town(connection, member.area, today)
        return answer({
            "on": today.isoformat(),
            "municipalities": indicators.municipalities(member.area),
            "towns": [
                {"country": town.country, "department": town.department,
                 "municipality": town.municipality,
                 **{age.value: town.ages[age] for age in Age}}
                for town in towns
            ],
        })  # fmt: skip

    @router.get("/indicators", name="get_indicators", responses=answers(ok=IndicatorsAnswer))
    def shares(
        work: Working, member: Watcher, words: WantedWords, period: Month = None
    ) -> Response:
        """Give every indicator with its formula, its source and what it does not say."""
        with work.read() as connection:
            month, told = _month(connection, period)
            today = indicators.of_directory(connection, member.area, work.now.date())
            found = indicators.of_month(connection, month.name, member.area) if month else []
        contents = [_indicator(each, None, words) for each in today]
        contents += [_indicator(each, month, words) for each in found]
        return answer({**told, "contents": contents})

    @router.get("/flows", name="get_flow_figures", responses=answers(ok=FlowAnswer))
    def nodes(
        work: Working,
        member: Watcher,  # noqa: ARG001 - the door asks
        words: WantedWords,
        flow: Annotated[str, Query(max_length=80, examples=["documents"])],
        period: Month = None,
    ) -> Response:
        """Say how many came to each node of a flow, how many answered and how many left there."""
        asked = work.desk.flows.get(flow)
        if asked is None:
            raise refused("flow", f"is none of ours. There are: {', '.join(work.desk.flows)}.")
        with work.read() as connection:
            month, told = _month(connection, period)
            known = flow_nodes.figures_of(connection, month, asked) if month else {}
        return answer({
            **told, "flow": flow, "title": words.text(asked.title),
            "opened": _cell(known.get(Cell("flow", flow))),
            "nodes": [_stop(stop, words) for stop in flow_nodes.stops(asked, known)],
        })  # fmt: skip

    return router


def _month(connection: Connection, asked: str | None) -> tuple[Period | None, dict[str, Any]]:
    """Return a released month, None while there is none, and what is to be said about it."""
    known = [period for period in reading.periods(connection) if period.unit is Unit.MONTH]
    found = next((period for period in known if period.name == asked), None)
    if asked is None:
        found = known[-1] if known else None
    elif found is None:
        raise refused("period", "is no month that was released. /statistics/periods lists them.")
    release = reading.release_of(connection, found) if found else None
    return found, {
        "period": found.name if found else None,
        "noise_epsilon": release.epsilon if release else None,
        "tables_hidden": release is not None and release.tables_hidden,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "country": gap.country, "department": gap.department, "topic": gap.topic,
        "people": gap.asked.people, "messages": gap.asked.messages,
        "verified": gap.here.verified, "published": gap.here.published,
        "verified_in_country": gap.in_country.verified,
        "published_in_country": gap.in_country.published,
        "nearest_km": None if gap.nearest_km is None else round(gap.nearest_km, 1),
    }  # fmt: skip


def _indicator(found: Indicator, month: Period | None, words: Translator) -> dict[str, Any]:
    meaning = MEANINGS[found.id]._asdict()
    return {
        "id": found.id, **{name: words.text(text) for name, text in meaning.items()},
        "period": month.name if month else None, "part": found.part, "whole": found.whole,
        "share": _rounded(found.share), "everywhere": found.everywhere,
        "hidden_by": _cells(found.hidden_by),
    }  # fmt: skip


def _stop(stop: Stop, words: Translator) -> dict[str, Any]:
    return {
        "node": stop.node, "kind": "question" if stop.is_question else "outcome",
        "text": words.text(stop.text), "came": _cell(stop.came), "answered": _cell(stop.answered),
        "left": _cell(stop.left), "share": _rounded(stop.share),
    }  # fmt: skip


def _cell(figure: Figure | None) -> dict[str, Any] | None:
    return None if figure is None else cell_json(figure)


def _cells(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    return [cell_json(figure) for figure in figures]


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
