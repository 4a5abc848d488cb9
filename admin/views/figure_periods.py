"""Which period a page of figures is about: the one asked for, among those released."""

from collections.abc import Sequence

from fastapi import Request

from admin.views.figure_words import period_in_words
from knowledge.figures.periods import Period, Unit
from locales.catalogs import Translator


def chosen_period(
    request: Request, periods: Sequence[Period], unit: Unit | None = None
) -> Period | None:
    """Return the period that is asked for, else the last month, or week while there is no month."""
    known = [period for period in periods if unit in (None, period.unit)]
    asked = request.query_params.get("period")
    last = [period for period in known if period.unit is Unit.MONTH] or known
    return next((period for period in known if period.name == asked), last[-1] if last else None)


def period_choices(
    periods: Sequence[Period], words: Translator, unit: Unit | None = None
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return unit → name and words of each period, newest first."""
    return [
        (each, [(p.name, period_in_words(p, words)) for p in reversed(periods) if p.unit is each])
        for each in (Unit.MONTH, Unit.WEEK)
        if unit in (None, each)
    ]
