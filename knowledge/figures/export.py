"""Releases as a CSV in long form, for spreadsheets: a row a cell."""

import csv
import io
from datetime import date

from sqlalchemy import Connection

from knowledge.figures import stored
from knowledge.figures.periods import FiguresError, Period

HEADER = ("period", "unit", "by", "key", "by2", "key2", "people", "messages")


def export_csv(connection: Connection, first: date, last: date) -> str:
    """Return every release that lies wholly between two days, both included.

    Raises `FiguresError` when there is none.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for period in _inside(connection, first, last):
        for figure in stored.figures_of(connection, period):
            writer.writerow(
                (
                    period.name,
                    period.unit.value,
                    *figure.cell,
                    figure.people_text,
                    figure.messages_text,
                )
            )
    return text.getvalue()


def notes(connection: Connection, first: date, last: date) -> list[str]:
    """Return what the rows of those releases do not say: noise in them, tables hidden whole."""
    found = []
    for period in _inside(connection, first, last):
        release = stored.release_of(connection, period)
        if release is not None and release.epsilon is not None:
            found.append(f"{period.name}: noise in every number, epsilon {release.epsilon:g}.")
        if release is not None and release.tables_hidden:
            found.append(
                f"{period.name}: tables with * alone were hidden whole, because choosing single "
                "figures took too much work."
            )
    return found


def _inside(connection: Connection, first: date, last: date) -> list[Period]:
    if last < first:
        raise FiguresError(f"--to {last} is before --from {first}.")
    inside = [
        period
        for period in stored.released(connection)
        if first <= period.start and period.last_day <= last
    ]
    if not inside:
        raise FiguresError(
            f"No released week or month lies wholly between {first} and {last}. Only complete "
            "periods are released, a day after they end (months with their last week)."
        )
    return inside
