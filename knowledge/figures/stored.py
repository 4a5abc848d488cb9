"""The releases in the database: written once, read for ever, never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select

from knowledge.figures.cells import Cell
from knowledge.figures.figure import TABLE, Figure
from knowledge.figures.periods import Period, Unit, read_period
from knowledge.store.database import insert_once
from knowledge.store.figure_tables import figure_cells, figure_releases


@dataclass(frozen=True, slots=True)
class Release:
    """What is to be said about a release.

    `epsilon` is that of the noise in its numbers, None without; `tables_hidden` says that whole
    tables were hidden, because choosing single figures took too much work.
    """

    period: Period
    released: date
    epsilon: float | None
    tables_hidden: bool


def store(
    connection: Connection,
    period: Period,
    figures: Iterable[Figure],
    today: date,
    epsilon: float | None = None,
) -> bool:
    """Write the release of a period; return False, with nothing written, if there is one."""
    row = {
        "unit": period.unit,
        "period": period.name,
        "released": today.isoformat(),
        "last_day": period.last_day.isoformat(),
        "epsilon": epsilon,
    }
    if connection.execute(insert_once(connection, figure_releases), row).rowcount != 1:
        return False
    connection.execute(insert(figure_cells), [_row(figure) for figure in figures])
    return True


def released(connection: Connection) -> list[Period]:
    """Return the periods that were released, oldest first; a month after its weeks."""
    query = select(figure_releases.c.unit, figure_releases.c.period).order_by(
        figure_releases.c.last_day, figure_releases.c.unit.desc()
    )
    return [read_period(unit, name) for unit, name in connection.execute(query)]


def figures_of(
    connection: Connection, period: Period, by: str | None = None, by2: str = ""
) -> list[Figure]:
    """Return a release, or one table of it, in the order of dimensions and keys."""
    table = figure_cells.c
    query = select(figure_cells).where(table.unit == period.unit, table.period == period.name)
    if by is not None:
        query = query.where(table.by == by, table.by2 == by2)
    epsilon = _epsilon_of(connection, period)
    rows = [_figure(period, row, epsilon) for row in connection.execute(query).mappings()]
    return sorted(rows, key=lambda figure: (figure.cell.by, figure.cell.by2, figure.cell))


def release_of(connection: Connection, period: Period) -> Release | None:
    """Return the release of a period, None if there is none."""
    query = select(figure_releases.c.released, figure_releases.c.epsilon).where(
        figure_releases.c.unit == period.unit, figure_releases.c.period == period.name
    )
    found = connection.execute(query).one_or_none()
    if found is None:
        return None
    table = figure_cells.c
    query = select(table.key).where(
        table.unit == period.unit, table.period == period.name, table.hidden == TABLE
    )
    tables_hidden = connection.execute(query.limit(1)).first() is not None
    return Release(period, date.fromisoformat(found.released), found.epsilon, tables_hidden)


def _epsilon_of(connection: Connection, period: Period) -> float | None:
    query = select(figure_releases.c.epsilon).where(
        figure_releases.c.unit == period.unit, figure_releases.c.period == period.name
    )
    return connection.execute(query).scalar_one_or_none()


def _row(figure: Figure) -> dict[str, Any]:
    return {
        "unit": figure.period.unit,
        "period": figure.period.name,
        **figure.cell._asdict(),
        "threshold": figure.threshold,
        "hidden": figure.hidden,
        "people": figure.people,
        "messages": figure.messages,
    }


def _figure(period: Period, row: Any, epsilon: float | None) -> Figure:
    return Figure(
        Period(period.start, Unit(period.unit)),
        Cell(row["by"], row["key"], row["by2"], row["key2"]),
        row["threshold"],
        row["hidden"],
        row["people"],
        row["messages"],
        epsilon,
    )
