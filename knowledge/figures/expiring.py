"""Erasing raw counts that nobody needs any more; releases stay."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from knowledge.figures import packing
from knowledge.figures.periods import (
    EPOCH,
    Part,
    Period,
    Unit,
    containing,
    local_day,
    parts_of,
    read_period,
)
from knowledge.store.figure_tables import (
    figure_keys,
    figure_marks,
    figure_releases,
    figure_totals,
)

# Unreleased totals go after thirteen months whatever happened (privacy, R13).
KEEP_DAYS = 396


def expire(connection: Connection, now: datetime) -> int:
    """Erase raw rows of released periods and those past thirteen months; return how many."""
    limit = local_day(now) - timedelta(days=KEEP_DAYS)
    erased = 0
    # What a slow process still wrote into a period while it was being released.
    since = (local_day(now) - timedelta(days=2 * 31)).isoformat()
    query = select(figure_releases.c.unit, figure_releases.c.period).where(
        figure_releases.c.last_day >= since
    )
    for unit, name in connection.execute(query).all():
        erased += _erase(connection, read_period(unit, name))
    if limit > EPOCH:
        month, week = containing(limit, Unit.MONTH), containing(limit, Unit.WEEK)
        erased += connection.execute(
            delete(figure_totals).where(figure_totals.c.tally < packing.first_tally(Part(week)))
        ).rowcount
        old = [period for period in _old_keys(connection) if period < min(month, week)]
        for period in old:
            erased += _erase(connection, period)
    return erased


def _erase(connection: Connection, period: Period) -> int:
    first, after = packing.marks_of(period)
    erased = connection.execute(
        delete(figure_marks).where(figure_marks.c.mark >= first, figure_marks.c.mark < after)
    ).rowcount
    connection.execute(delete(figure_keys).where(figure_keys.c.period == period.number))
    if period.unit is Unit.MONTH:
        for part in parts_of(period):
            low, high = packing.tallies_of(part)
            erased += connection.execute(
                delete(figure_totals).where(
                    figure_totals.c.tally >= low, figure_totals.c.tally < high
                )
            ).rowcount
    return erased


def _old_keys(connection: Connection) -> list[Period]:
    numbers = connection.execute(select(figure_keys.c.period)).scalars()
    return [Period.of_number(number) for number in numbers]
