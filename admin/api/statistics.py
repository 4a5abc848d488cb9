"""The figures that were released, as the export gives them; nothing else can be asked for."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from admin.api.parameters import answers
from admin.api.parts import api_part
from admin.api.problems import refused
from admin.api.work import Working, answer
from admin.doors import needs
from knowledge.figures import reading
from knowledge.figures.areas import seen
from knowledge.figures.figure import KEPT, SHOWN, SMALL, TABLE, Figure
from knowledge.figures.periods import FiguresError
from knowledge.staff.rights import Action, Member

Watcher = Annotated[Member, Depends(needs(Action.READ_FIGURES))]
Dimension = Annotated[str, Query(max_length=40)]
KNOWN = ("unit", "period", "by", "by2")
WHY = {
    SHOWN: None,
    SMALL: "Fewer people than this, perhaps nobody: somebody could be recognised.",
    KEPT: "Larger; hidden because it would tell a small figure.",
    TABLE: "Hidden with its whole table: choosing single figures took too much work.",
}


class StatisticsCell(BaseModel):
    """One figure; `people` and `messages` are numbers, or `<10`, `<20`, `*` with `why`."""

    period: str
    unit: str
    by: str
    key: str
    by2: str
    key2: str
    people: int | str
    messages: int | str
    why: str | None


class Statistics(BaseModel):
    """One table of one released period; `noise_epsilon` where its numbers carry noise."""

    unit: str
    period: str
    by: str
    by2: str
    noise_epsilon: float | None
    cells: list[StatisticsCell]


class Released(BaseModel):
    """The periods that there are figures of, oldest first."""

    week: list[str]
    month: list[str]


def statistics_router() -> APIRouter:
    """Return the routes of figures."""
    router = api_part(prefix="/statistics", tags=["statistics"])

    @router.get("", name="get_statistics", responses=answers(ok=Statistics))
    def one(
        work: Working,
        member: Watcher,
        unit: Annotated[Literal["week", "month"], Query()],
        period: Annotated[str, Query(max_length=20, examples=["2026-10", "2026-W44"])],
        by: Dimension = "",
        by2: Dimension = "",
    ) -> Response:
        """Give one table of a complete week or month: the total, one dimension or a pair."""
        for name in work.request.query_params:
            if name not in KNOWN:
                raise refused(
                    name, "is not asked for here: a complete week or month, two dimensions at most."
                )
        try:
            by, by2 = reading.table_of(by, by2)
            with work.read() as connection:
                figures = reading.cells(connection, unit, period, by, by2)
        except FiguresError as error:
            raise refused("by" if _is_about_dimensions(by, by2) else "period", str(error)) from None
        told = [cell_json(figure) for figure in seen(figures, member.area)]
        table = {"unit": unit, "period": period, "by": by, "by2": by2}
        epsilon = figures[0].epsilon if figures else None
        return answer({**table, "noise_epsilon": epsilon, "cells": told})

    @router.get("/periods", name="list_periods", responses=answers(ok=Released))
    def periods(work: Working, member: Watcher) -> Response:  # noqa: ARG001 - the door asks
        """List the weeks and months that were released."""
        with work.read() as connection:
            found = reading.periods(connection)
        units: dict[str, list[str]] = {"week": [], "month": []}
        for each in found:
            units[each.unit].append(each.name)
        return answer(units)

    return router


def cell_json(figure: Figure) -> dict[str, Any]:
    """Return a figure with the columns of the export, and why it is hidden."""
    shown = figure.hidden == SHOWN
    return {
        "period": figure.period.name,
        "unit": figure.period.unit.value,
        **figure.cell._asdict(),
        "people": figure.people if shown else figure.people_text,
        "messages": figure.messages if shown else figure.messages_text,
        "why": WHY[figure.hidden],
    }


def _is_about_dimensions(by: str, by2: str) -> bool:
    try:
        reading.table_of(by, by2)
    except FiguresError:
        return True
    return False
