"""Where people give up: a flow's own diagram with how many came to each node, and how many left."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from markupsafe import Markup

from admin.doors import desk, page_needs
from admin.views.figure_notes import notes_of
from admin.views.figure_periods import chosen_period, period_choices
from admin.views.figure_tables import as_csv
from admin.views.figure_words import (
    NOT_COMPARABLE,
    number,
    period_in_words,
    share_in_words,
    value_in_words,
    why_hidden,
)
from admin.views.parts import page_part
from admin.views.render import render, words_of
from flows.definition import Flow
from flows.drawing import draw_svg
from flows.marking import N_
from knowledge.figures import flow_nodes, reading
from knowledge.figures.cells import Cell
from knowledge.figures.figure import Figure
from knowledge.figures.flow_nodes import Stop
from knowledge.figures.periods import Unit
from knowledge.staff.rights import Action, Member
from knowledge.store.database import reading as for_reading
from locales.catalogs import Translator

ADDRESS = "/admin/figures/flows"
MOST_LEFT = N_("Donde más se van: «{node}», {share} de quienes llegan.")
NOBODY_TOLD = N_("No hay cifras suficientes para decir dónde se van.")

router = page_part()
Watcher = Annotated[Member, Depends(page_needs(Action.READ_FIGURES))]


@router.get(ADDRESS)
def show_flow(request: Request, member: Watcher) -> Response:  # noqa: ARG001 - the door asks
    """Show one flow in one month."""
    words, flows = words_of(request), desk(request).flows
    with for_reading(desk(request).engine).connect() as connection:
        periods = reading.periods(connection)
        period = chosen_period(request, periods, Unit.MONTH)
        flow = _flow(request)
        known = flow_nodes.figures_of(connection, period, flow) if period and flow else {}
        notes = notes_of(connection, (period,), words) if period else []
    stops = flow_nodes.stops(flow, known) if flow else []
    return render(
        request,
        "figures_flows.html",
        flows=sorted((words.text(each.title), each.id) for each in flows.values()),
        flow=flow,
        notes=notes,
        diagram=_diagram(flow, known, words) if flow and known else "",
        stops=[_told(stop, flow, words) for stop in stops] if flow else [],
        opened=_told_figure(known.get(Cell("flow", flow.id)), words) if flow else None,
        summary=_summary(stops, words),
        periods=period_choices(periods, words, Unit.MONTH),
        period=period.name if period else "",
        period_words=period_in_words(period, words) if period else "",
        asked=urlencode({"period": period.name, "flow": flow.id}) if period and flow else "",
    )


@router.get(ADDRESS + ".csv")
def give_flow(request: Request, member: Watcher) -> Response:  # noqa: ARG001 - the door asks
    """Give the figures of that page as the export writes them."""
    with for_reading(desk(request).engine).connect() as connection:
        period = chosen_period(request, reading.periods(connection), Unit.MONTH)
        flow = _flow(request)
        known = flow_nodes.figures_of(connection, period, flow) if period and flow else {}
    return as_csv("flow", known.values())


def _flow(request: Request) -> Flow | None:
    flows = desk(request).flows
    asked = request.query_params.get("flow") or "documents"
    return flows.get(asked) or next(iter(flows.values()), None)


def _diagram(flow: Flow, known: dict[Cell, Figure], words: Translator) -> Markup:
    """Draw the flow in its own size: letters stay legible, a small screen scrolls over it."""
    marks = {}
    for stop in flow_nodes.stops(flow, known):
        if stop.came is None:
            continue
        marks[stop.node] = value_in_words(stop.came, words)
        if stop.came.people is not None and stop.left and stop.left.people is not None:
            marks[stop.node] += f" −{number(stop.left.people, words)}"
    svg = draw_svg(flow, words.text, marks)
    width, height = svg.split('viewBox="0 0 ', 1)[1].split('"', 1)[0].split()
    sized = svg.replace("<svg ", f'<svg class="diagram" width="{width}" height="{height}" ', 1)
    return Markup(sized)  # noqa: S704 - every text in it was escaped by the drawing


def _told(stop: Stop, flow: Flow, words: Translator) -> dict[str, object]:
    share = stop.share
    return {
        "box": f"{flow.id}-{stop.node}",  # the id of its box in the diagram
        "text": words.text(stop.text),
        "is_question": stop.is_question,
        "came": _told_figure(stop.came, words),
        "answered": _told_figure(stop.answered, words),
        "left": _told_figure(stop.left, words),
        "share": share_in_words(share, words) if share is not None else words.text(NOT_COMPARABLE),
    }


def _told_figure(figure: Figure | None, words: Translator) -> tuple[str, str]:
    return (value_in_words(figure, words), why_hidden(figure, words)) if figure else ("–", "")


def _summary(stops: list[Stop], words: Translator) -> str:
    shares = [(stop.share, stop) for stop in stops if stop.share]
    if not shares:
        return words.text(NOBODY_TOLD)
    share, stop = max(shares, key=lambda each: each[0] or 0)
    return words.text(
        MOST_LEFT, node=words.text(stop.text), share=share_in_words(share or 0, words)
    )
