"""Indicators with their formula, where they come from, and what they do not say."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request, Response

from admin.doors import desk, page_needs
from admin.indicator_meanings import MEANINGS
from admin.views.figure_notes import notes_of
from admin.views.figure_periods import chosen_period, period_choices
from admin.views.figure_tables import csv_file
from admin.views.figure_words import number, period_in_words, share_in_words, why_hidden
from admin.views.list_words import area_in_words
from admin.views.parts import page_part
from admin.views.render import render, words_of
from flows.marking import N_
from knowledge.figures import indicators, reading
from knowledge.figures.indicators import Indicator
from knowledge.figures.periods import Unit
from knowledge.staff.rights import Action, Member
from knowledge.store.database import reading as for_reading
from locales.catalogs import Translator

ADDRESS = "/admin/figures/indicators"
COLUMNS = ("indicator", "of", "part", "whole", "share", "hidden")
PART_OF_WHOLE = N_("{part} de {whole}")
HIDDEN = N_("No se muestra: {why}.")
NO_FIGURE = N_("Todavía no hay cifra.")

router = page_part()
Watcher = Annotated[Member, Depends(page_needs(Action.READ_FIGURES))]


@router.get(ADDRESS)
def show_indicators(request: Request, member: Watcher) -> Response:
    """Show every indicator of an area, of today or of a released month."""
    words = words_of(request)
    found, period = _found(request, member)
    with for_reading(desk(request).engine).connect() as connection:
        periods = reading.periods(connection)
        notes = notes_of(connection, [p for p in periods if p.name == period], words)
    return render(
        request,
        "figures_indicators.html",
        indicators=[_told(each, words) for each in found],
        notes=notes,
        area=area_in_words(member.area, words),
        periods=period_choices(periods, words, Unit.MONTH),
        period=period,
        period_words=next(
            (period_in_words(p, words) for p in periods if p.name == period), ""
        ),
        asked=urlencode({"period": period}),
    )  # fmt: skip


@router.get(ADDRESS + ".csv")
def give_indicators(request: Request, member: Watcher) -> Response:
    """Give the same as a file."""
    found, period = _found(request, member)
    rows = [
        (
            each.id, period if each.id not in TODAY else "", each.part, each.whole,
            "" if each.share is None else f"{each.share:.4f}",
            " ".join(figure.people_text for figure in each.hidden_by),
        )
        for each in found
    ]  # fmt: skip
    return csv_file("indicators", [COLUMNS, *rows])


TODAY = ("towns_with_office", "institutions_for_children", "entries_verified")


def _found(request: Request, member: Member) -> tuple[list[Indicator], str]:
    today = desk(request).clock().date()
    with for_reading(desk(request).engine).connect() as connection:
        period = chosen_period(request, reading.periods(connection), Unit.MONTH)
        found = indicators.of_directory(connection, member.area, today)
        if period is not None:
            found += indicators.of_month(connection, period.name, member.area)
    return found, period.name if period else ""


def _told(indicator: Indicator, words: Translator) -> dict[str, object]:
    return {
        "id": indicator.id,
        "meaning": MEANINGS[indicator.id],
        "value": _value(indicator, words),
        "detail": _detail(indicator, words),
        "everywhere": indicator.everywhere,
        "is_of_today": indicator.id in TODAY,
    }


def _value(indicator: Indicator, words: Translator) -> str:
    if indicator.share is not None:
        return share_in_words(indicator.share, words)
    if indicator.part is not None and indicator.whole is None:
        return number(indicator.part, words)
    return "–"


def _detail(indicator: Indicator, words: Translator) -> str:
    if indicator.hidden_by:
        return words.text(HIDDEN, why=why_hidden(indicator.hidden_by[0], words))
    if indicator.part is None or indicator.whole == 0:
        return words.text(NO_FIGURE)
    if indicator.whole is None:
        return ""
    part, whole = number(indicator.part, words), number(indicator.whole, words)
    return words.text(PART_OF_WHOLE, part=part, whole=whole)
