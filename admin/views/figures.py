"""«Cifras»: what people need, by topic, place, week or month, language and channel."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from sqlalchemy import Connection

from admin.doors import desk, page_needs
from admin.views import figure_directory, figure_flow, figure_indicators, figure_supply
from admin.views.figure_notes import notes_of
from admin.views.figure_periods import chosen_period, period_choices
from admin.views.figure_tables import Section, Tables, as_csv
from admin.views.figure_words import period_in_words
from admin.views.list_words import COUNTRIES
from admin.views.parts import page_part
from admin.views.render import render, words_of
from flows.marking import N_
from knowledge.figures import reading
from knowledge.figures.periods import Period
from knowledge.staff.rights import Action, Member
from knowledge.store.database import reading as for_reading
from locales.catalogs import Translator

ADDRESS = "/admin/figures"
BY_TOPIC, OVER_TIME = N_("Por tema"), N_("Cuántas personas, con el tiempo")
BY_COUNTRY, BY_DEPARTMENT = N_("Por país"), N_("Por departamento")
BY_LANGUAGE, BY_CHANNEL = N_("Por idioma"), N_("Por medio")
QUESTIONS, FLOWS = N_("Preguntas escritas"), N_("Caminos de preguntas")
ALL = "all"

router = page_part()
Watcher = Annotated[Member, Depends(page_needs(Action.READ_FIGURES))]


@router.get(ADDRESS)
def show_needs(request: Request, member: Watcher) -> Response:
    """Show what people of a place asked for in a period."""
    words = words_of(request)
    with for_reading(desk(request).engine).connect() as connection:
        periods = reading.periods(connection)
        period = chosen_period(request, periods)
        place = _place(request, member)
        found = _sections(connection, request, member, period, place) if period else []
        notes = notes_of(connection, (period, period.before), words) if period else []
    return render(
        request,
        "figures.html",
        sections=found,
        notes=notes,
        periods=period_choices(periods, words),
        period=period.name if period else "",
        period_words=period_in_words(period, words) if period else "",
        before_words=period_in_words(period.before, words) if period else "",
        place=place,
        places=_places(member, words),
        asked=urlencode({"period": period.name, "place": place or ALL}) if period else "",
    )


@router.get(ADDRESS + "/needs.csv")
def give_needs(request: Request, member: Watcher) -> Response:
    """Give the figures of that page as the export writes them."""
    with for_reading(desk(request).engine).connect() as connection:
        period = chosen_period(request, reading.periods(connection))
        place = _place(request, member)
        found = _sections(connection, request, member, period, place) if period else []
    return as_csv("needs", (figure for section in found for figure in section.figures))


def _place(request: Request, member: Member) -> str:
    """Return the country that is asked for, "" for all together."""
    asked = request.query_params.get("place")
    if asked == ALL:
        return ""
    own = member.area.country
    if asked in COUNTRIES and own in (None, asked):
        return asked
    return own or ""


def _places(member: Member, words: Translator) -> list[tuple[str, str]]:
    own = member.area.country
    return [(code, words.text(name)) for code, name in COUNTRIES.items() if own in (None, code)]


def _sections(
    connection: Connection, request: Request, member: Member, period: Period, place: str
) -> list[Section]:
    tables = Tables(connection, request, period, member.area)
    if place:
        found = [
            tables.section("topics", BY_TOPIC, "topic", "country", lambda f: f.cell.key2 == place),
            tables.trend("trend", OVER_TIME, "country", place),
            tables.section(
                "departments", BY_DEPARTMENT, "department",
                keep=lambda f: f.cell.key.startswith(f"{place}/"),
            ),
            tables.section(
                "questions", QUESTIONS, "question", "country", lambda f: f.cell.key2 == place
            ),
            tables.section("flows", FLOWS, "flow", "country", lambda f: f.cell.key2 == place),
        ]  # fmt: skip
    else:
        found = [
            tables.section("topics", BY_TOPIC, "topic"),
            tables.trend("trend", OVER_TIME),
            tables.section("countries", BY_COUNTRY, "country"),
            tables.section("questions", QUESTIONS, "question"),
            tables.section("flows", FLOWS, "flow"),
        ]
    together = bool(place)
    found += [
        tables.section("languages", BY_LANGUAGE, "language", everywhere=together),
        tables.section("channels", BY_CHANNEL, "channel", everywhere=together),
    ]
    # One country alone beside nothing says no more than the page of that country.
    return [s for s in found if s is not None and not (s.id == "countries" and len(s.rows) == 1)]


for _page in (figure_flow, figure_supply, figure_directory, figure_indicators):
    router.routes.extend(_page.router.routes)
