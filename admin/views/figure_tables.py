"""Tables of figures as a page shows them: rows with the period before, a chart, a sentence."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from fastapi import Request, Response
from markupsafe import Markup
from sqlalchemy import Connection

from admin.doors import desk
from admin.views import charts
from admin.views.charts import Bar
from admin.views.figure_words import (
    change_in_words,
    key_in_words,
    period_in_words,
    short_period,
    value_in_words,
    why_hidden,
)
from admin.views.render import words_of
from flows.marking import N_
from knowledge.figures import reading
from knowledge.figures.areas import seen
from knowledge.figures.export import HEADER
from knowledge.figures.figure import Figure
from knowledge.figures.periods import FiguresError, Period
from knowledge.staff.rights import Area
from locales.catalogs import Translator
from locales.formats import format_list

MOST = N_("Lo más: {most}.")
ONE_OF = N_("{name} ({people})")
NONE_SHOWN = N_("Ninguna cifra alcanza para mostrarse.")
HIDDEN = N_("Cifras que no se muestran: {n}.")
FIRST_AND_LAST = N_("De {first} ({a}) a {last} ({b}).")
TOLD = 3
IN_TREND = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A figure with its name, the same of the period before, and what came between."""

    label: str
    figure: Figure
    value: str
    why: str
    before: str
    before_why: str
    change: str
    change_share: str


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a page; `figures` are all that it shows, for the file."""

    id: str
    heading: str
    rows: tuple[Row, ...]
    chart: Markup
    summary: str
    figures: tuple[Figure, ...]
    everywhere: bool = False  # of all countries together, on a page about one
    over_time: bool = False


class Tables:
    """The released tables of a period and the one before it, as somebody may see them."""

    def __init__(
        self, connection: Connection, request: Request, period: Period, area: Area
    ) -> None:
        self.words: Translator = words_of(request)
        self._flows = desk(request).flows
        self._connection = connection
        self._area = area
        self.period = period
        self._released = reading.periods(connection)
        self.has_before = period.before in self._released

    def figures(self, period: Period, by: str, by2: str = "") -> list[Figure]:
        """Return a table of a period; nothing for one that is not released."""
        if period not in self._released:
            return []
        try:
            found = reading.cells(self._connection, period.unit, period.name, by, by2)
        except FiguresError:  # a table that weeks do not have
            return []
        return seen(found, self._area)

    def section(
        self,
        name: str,
        heading: str,
        by: str,
        by2: str = "",
        keep: Callable[[Figure], bool] = lambda _: True,
        *,
        label_by: str = "",
        everywhere: bool = False,
    ) -> Section | None:
        """Return one table, most people first; None where there is no figure to tell."""
        now = [figure for figure in self.figures(self.period, by, by2) if keep(figure)]
        if not now:
            return None
        before = [f for f in self.figures(self.period.before, by, by2) if keep(f)]
        known = {figure.cell: figure for figure in before}
        rows = [self._row(figure, known.get(figure.cell), label_by or by) for figure in now]
        rows.sort(key=lambda row: (-(row.figure.people or 0), row.figure.hidden, row.label))
        summary = self._summary(rows)
        heading = self.words.text(heading)
        bars = [_bar(row, known.get(row.figure.cell)) for row in rows]
        chart = charts.bars(name, heading, summary, bars)
        return Section(
            name, heading, tuple(rows), chart, summary, (*now, *before), everywhere=everywhere
        )

    def trend(self, name: str, heading: str, by: str = "", key: str = "") -> Section | None:
        """Return the figure of one cell in the last periods of the same length."""
        same = [p for p in self._released if p.unit is self.period.unit and p <= self.period]
        found = []
        for period in same[-IN_TREND:]:
            found += [f for f in self.figures(period, by) if not by or f.cell.key == key]
        if not found:
            return None
        rows = []
        for number, figure in enumerate(found):
            row = self._row(figure, found[number - 1] if number else None, by)
            rows.append(replace(row, label=period_in_words(figure.period, self.words)))
        heading = self.words.text(heading)
        first, last = rows[0], rows[-1]
        summary = self.words.text(
            FIRST_AND_LAST, first=first.label, a=first.value, last=last.label, b=last.value
        )
        bars = [
            Bar(short_period(row.figure.period, self.words), row.value, row.figure.people)
            for row in rows
        ]
        chart = charts.columns(name, heading, summary, bars)
        latest_first = tuple(reversed(rows))
        return Section(name, heading, latest_first, chart, summary, tuple(found), over_time=True)

    def _row(self, figure: Figure, before: Figure | None, label_by: str) -> Row:
        cell, words = figure.cell, self.words
        key = cell.key2 if label_by == cell.by2 and label_by else cell.key
        return Row(
            key_in_words(label_by, key, words, self._flows),
            figure,
            value_in_words(figure, words),
            why_hidden(figure, words),
            value_in_words(before, words) if before else "",
            why_hidden(before, words) if before else "",
            *(change_in_words(figure.people, before.people, words) if before else ("", "")),
        )

    def _summary(self, rows: Sequence[Row]) -> str:
        words = self.words
        shown = [row for row in rows if row.figure.people is not None]
        hidden = len(rows) - len(shown)
        told = [words.text(ONE_OF, name=r.label, people=r.value) for r in shown[:TOLD]]
        most = words.text(MOST, most=format_list(told, words.language)) if told else ""
        unseen = words.text(HIDDEN, n=hidden) if hidden else ""
        if not shown:
            return words.text(NONE_SHOWN)
        return f"{most} {unseen}".strip()


def as_csv(name: str, figures: Iterable[Figure]) -> Response:
    """Return figures as a file, in the rows and words of the export."""
    rows = [
        (f.period.name, f.period.unit.value, *f.cell, f.people_text, f.messages_text)
        for f in dict.fromkeys(figures)
    ]
    return csv_file(name, [HEADER, *rows])


def csv_file(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """Return rows as a file to keep."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(text.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


def _bar(row: Row, before: Figure | None) -> Bar:
    return Bar(row.label, row.value, row.figure.people, before.people if before else None)
