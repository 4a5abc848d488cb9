"""How old the directory is, municipality by municipality."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Request, Response

from admin.doors import desk, page_needs
from admin.views import charts
from admin.views.charts import Part
from admin.views.figure_tables import csv_file
from admin.views.figure_words import share_in_words
from admin.views.list_words import AGES, COUNTRIES, WHOLE_COUNTRY, area_in_words
from admin.views.parts import page_part
from admin.views.render import render, words_of
from flows.marking import N_
from knowledge.directory.ageing import Age
from knowledge.figures import demand, indicators
from knowledge.figures.demand import TownAges
from knowledge.staff.rights import Action, Member
from knowledge.store.database import reading
from locales.catalogs import Translator

ADDRESS = "/admin/figures/directory"
FRESH_OF_ALL = N_("Al día: {share} ({fresh} de {total}).")
FRESH_SHORT = N_("{share} al día")
HEADING = N_("Por departamento")
COLUMNS = ("country", "department", "municipality", *(age.value for age in Age))

router = page_part()
Watcher = Annotated[Member, Depends(page_needs(Action.READ_FIGURES))]


@router.get(ADDRESS)
def show_directory(request: Request, member: Watcher) -> Response:
    """Show how many entries of each place are up to date."""
    words = words_of(request)
    towns = _towns(request, member)
    whole = sum((town.ages for town in towns), Counter[Age]())
    with_entries = len({(t.country, t.department, t.municipality) for t in towns if t.municipality})
    return render(
        request,
        "figures_directory.html",
        towns=[_told(town, words) for town in towns],
        chart=_chart(towns, words, with_country=member.area.country is None),
        ages=AGES,
        area=area_in_words(member.area, words),
        summary=_fresh(FRESH_OF_ALL, whole, words),
        total=whole.total(),
        with_entries=with_entries,
        municipalities=indicators.municipalities(member.area),
    )


@router.get(ADDRESS + ".csv")
def give_directory(request: Request, member: Watcher) -> Response:
    """Give the same as a file."""
    rows = [
        (town.country, town.department, town.municipality, *(town.ages[age] for age in Age))
        for town in _towns(request, member)
    ]
    return csv_file("directory-age", [COLUMNS, *rows])


def _towns(request: Request, member: Member) -> list[TownAges]:
    today = desk(request).clock().date()
    with reading(desk(request).engine).connect() as connection:
        return demand.ages_by_town(connection, member.area, today)


def _chart(towns: Sequence[TownAges], words: Translator, *, with_country: bool) -> str:
    departments: dict[str, Counter[Age]] = {}
    for town in towns:
        country = words.text(COUNTRIES[town.country])
        name = town.department or words.text(WHOLE_COUNTRY)
        name = f"{name}, {country}" if with_country else name
        departments.setdefault(name, Counter()).update(town.ages)
    rows = [
        (
            name,
            _fresh(FRESH_SHORT, ages, words),
            [Part(age.value, ages[age]) for age in AGES],
        )
        for name, ages in departments.items()
    ]
    whole = sum(departments.values(), Counter[Age]())
    told = _fresh(FRESH_OF_ALL, whole, words)
    return charts.stacked("ages", words.text(HEADING), told, rows) if rows else ""


def _fresh(text: str, ages: Counter[Age], words: Translator) -> str:
    total = ages.total()
    share = share_in_words(ages[Age.FRESH] / total if total else 0, words)
    return words.text(text, share=share, fresh=ages[Age.FRESH], total=total)


def _told(town: TownAges, words: Translator) -> dict[str, object]:
    return {
        "name": town.municipality or town.department or words.text(WHOLE_COUNTRY),
        "within": ", ".join(
            part
            for part in (
                town.department if town.municipality else "", words.text(COUNTRIES[town.country])
            )
            if part
        ),
        "ages": [town.ages[age] for age in AGES],
        "fresh": share_in_words(town.ages[Age.FRESH] / town.ages.total(), words),
    }  # fmt: skip
