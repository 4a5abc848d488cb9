"""Demand without supply: department and topic, how often it is asked, who is there, how far."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from sqlalchemy import Connection

from admin.doors import desk, page_needs
from admin.views.entry_words import topic_names
from admin.views.figure_notes import notes_of
from admin.views.figure_periods import chosen_period, period_choices
from admin.views.figure_tables import csv_file
from admin.views.figure_words import number, period_in_words
from admin.views.list_words import COUNTRIES
from admin.views.parts import page_part
from admin.views.render import render, words_of
from flows.marking import N_
from knowledge.figures import demand, reading
from knowledge.figures.demand import Gap, Gaps
from knowledge.figures.periods import Period, Unit
from knowledge.staff.rights import Action, Member
from knowledge.store.database import reading as for_reading
from locales.catalogs import Translator
from locales.formats import format_distance_km

ADDRESS = "/admin/figures/supply"
MOST_ROWS = 200
NEAR = N_("menos de 1 km")
COLUMNS = (
    "period", "country", "department", "topic", "people", "messages", "verified", "published",
    "verified_in_country", "nearest_km",
)  # fmt: skip

router = page_part()
Watcher = Annotated[Member, Depends(page_needs(Action.READ_FIGURES))]


@router.get(ADDRESS)
def show_supply(request: Request, member: Watcher) -> Response:
    """Show what is asked for where little is offered, the worst first."""
    words = words_of(request)
    with for_reading(desk(request).engine).connect() as connection:
        periods = reading.periods(connection)
        period = chosen_period(request, periods, Unit.MONTH)
        found = _gaps(connection, request, member, period)
        notes = notes_of(connection, (period,), words) if period else []
    return render(
        request,
        "figures_supply.html",
        rows=[_told(gap, words) for gap in found.rows[:MOST_ROWS]],
        notes=notes,
        total=len(found.rows),
        hidden=found.hidden,
        without=sum(not gap.here.verified for gap in found.rows),
        periods=period_choices(periods, words, Unit.MONTH),
        period=period.name if period else "",
        period_words=period_in_words(period, words) if period else "",
        asked=urlencode({"period": period.name}) if period else "",
    )


@router.get(ADDRESS + ".csv")
def give_supply(request: Request, member: Watcher) -> Response:
    """Give all rows of that page."""
    with for_reading(desk(request).engine).connect() as connection:
        period = chosen_period(request, reading.periods(connection), Unit.MONTH)
        found = _gaps(connection, request, member, period)
    rows = [
        (gap.asked.period.name, gap.country, gap.department, gap.topic, gap.asked.people,
         gap.asked.messages, gap.here.verified, gap.here.published, gap.in_country.verified,
         "" if gap.nearest_km is None else f"{gap.nearest_km:.1f}")
        for gap in found.rows
    ]  # fmt: skip
    return csv_file("supply", [COLUMNS, *rows])


def _gaps(connection: Connection, request: Request, member: Member, period: Period | None) -> Gaps:
    if period is None:
        return Gaps((), 0)
    today = desk(request).clock().date()
    return demand.gaps(connection, period.name, member.area, today)


def _told(gap: Gap, words: Translator) -> dict[str, object]:
    far = gap.nearest_km
    return {
        "department": gap.department,
        "country": words.text(COUNTRIES[gap.country]),
        "topic": topic_names(words.language).get(gap.topic, gap.topic),
        "people": number(gap.asked.people or 0, words),
        "here": gap.here,
        "in_country": gap.in_country,
        "nearest": _distance(far, gap.country, words),
        "is_without": not gap.here.verified,
    }


def _distance(km: float | None, country: str, words: Translator) -> str:
    if km is None:
        return ""
    return words.text(NEAR) if km < 1 else format_distance_km(km, words.language, country)
