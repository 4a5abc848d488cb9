"""Making a release: count, hide what is small, hide what would tell it, attack, store, forget.

A week is released when it and a day of grace are over; a month when all weeks that share days with
it are released. A period without a single message is released too: silence is a small figure.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine, func, select

from knowledge.figures import packing, raw, stored
from knowledge.figures.board import Board
from knowledge.figures.catalog import Catalog, content_catalog
from knowledge.figures.cells import Cell, threshold
from knowledge.figures.figure import ROUNDED_TO, SHOWN, SMALL, Figure
from knowledge.figures.noise import Counted, with_noise
from knowledge.figures.periods import (
    EPOCH,
    Part,
    Period,
    Unit,
    containing,
    local_day,
    parts_of,
    weeks_of,
)
from knowledge.figures.relations import Kind, Relation, depth, relations
from knowledge.figures.sketch import estimate
from knowledge.figures.suppression import protect
from knowledge.store.database import reading
from knowledge.store.figure_tables import figure_totals

Counts = Mapping[Cell, tuple[int, int]]

_log = logging.getLogger(__name__)


def release_due(
    engine: Engine, now: datetime, catalog: Catalog | None = None, epsilon: float | None = None
) -> list[Period]:
    """Release every period that is over and was not; return those that this call released.

    With `epsilon` there is noise in what is shown (see `noise`). Two processes may call it at once:
    each period is released by one of them. Raises `FiguresError` when a period cannot be made safe;
    those before it are released.
    """
    with reading(engine).connect() as connection:
        due = periods_due(connection, now)
    if not due:
        return []
    catalog = catalog or content_catalog()
    today = local_day(now)
    done = []
    for period in due:
        with reading(engine).connect() as connection:
            figures = make_release(connection, period, catalog, epsilon)
        with engine.begin() as connection:
            if not stored.store(connection, period, figures, today, epsilon):
                continue
            raw.erase_key(connection, period)
            if period.unit is Unit.MONTH:
                raw.erase_totals(connection, period)
        raw.erase_marks(engine, period)
        done.append(period)
    return done


def periods_due(connection: Connection, now: datetime) -> list[Period]:
    """Return the periods that are over and not released, in the order of their release."""
    known = stored.released(connection)
    first = _first_day(connection, known)
    if first is None:
        return []
    due: list[Period] = []
    month = containing(first, Unit.MONTH)
    week = weeks_of(month)[0]
    while week.is_over(now):
        due.append(week)
        week = week.next
    while month.is_over(now) and weeks_of(month)[-1].is_over(now):
        due.append(month)
        month = month.next
    released = set(known)
    return [period for period in due if period not in released]


def make_release(
    connection: Connection, period: Period, catalog: Catalog, epsilon: float | None = None
) -> list[Figure]:
    """Return the figures of a period as they may be shown.

    Where hiding one by one takes too much work, whole tables are hidden and a warning is logged.
    Raises `FiguresError` when the gate still finds a leak after everything was hidden.
    """
    cells = catalog.of(period.unit)
    by_part = [raw.messages_of(connection, part, cells) for part in parts_of(period)]
    ranks = raw.ranks_of(connection, period, cells)
    people = {cell: estimate(seen) for cell, seen in ranks.items()}
    messages = {cell: sum(found.get(cell, 0) for found in by_part) for cell in cells}
    former = _former(connection, period)
    always = relations(cells)
    counts = agreeing(cells, people, messages, always, former)
    ties = [with_missing(tie, counts) for tie in always]
    ties += [link for link in catalog.links if _holds(link, counts)]
    board = _board(period, counts, former, ties, always)
    if protect(board, period):
        _log.warning("%s: too much work to hide single figures, whole tables are", period.name)
    figures = [board.figures[period, cell] for cell in cells]
    if epsilon is None:
        return figures
    counted = {cell: Counted(sum(ranks.get(cell, {}).values()), messages[cell]) for cell in cells}
    return with_noise(figures, counted, epsilon)


def first_look(period: Period, cell: Cell, people: int, messages: int) -> Figure:
    """Return a figure by its own size alone."""
    least = threshold(cell)
    if people < least:
        return Figure(period, cell, least, SMALL)
    if period.unit is Unit.WEEK:
        messages += -messages % ROUNDED_TO
    return Figure(period, cell, least, SHOWN, people, messages)


def agreeing(
    cells: Iterable[Cell],
    people: Mapping[Cell, int],
    messages: Mapping[Cell, int],
    ties: Iterable[Relation],
    former: Iterable[Figure],
) -> Counts:
    """Return people and messages of every cell, with estimates that do not contradict each other.

    Sums settle it: nobody is in a part and not in the whole, nor in the whole and in no part, but
    for those who read what was taken away.
    """
    least: dict[Cell, int] = {}
    for figure in former:
        told = figure.people is not None and figure.epsilon is None
        if told and figure.period.unit is Unit.WEEK:
            least[figure.cell] = max(least.get(figure.cell, 0), figure.people or 0)
    found = {}
    for cell in cells:
        number = max(people.get(cell, 0), least.get(cell, 0), 1 if messages[cell] else 0)
        found[cell] = min(number, messages[cell])
    parts_of_whole: dict[Cell, list[Relation]] = defaultdict(list)
    for tie in ties:
        parts_of_whole[tie.whole].append(tie)
    for whole in sorted(parts_of_whole, key=depth, reverse=True):
        for tie in parts_of_whole[whole]:
            if tie.kind is Kind.SPLIT:
                most = sum(found[part] for part in tie.parts)
                taken_away = messages[whole] - sum(messages[part] for part in tie.parts)
                found[whole] = min(found[whole], most + taken_away)
        parts = (part for tie in parts_of_whole[whole] for part in tie.parts)
        found[whole] = max(found[whole], *(found[part] for part in parts))
    return {cell: (found[cell], messages[cell]) for cell in cells}


def with_missing(tie: Relation, counts: Counts) -> Relation:
    """Return what a relation is in a period.

    When an article was taken away or renamed, messages of its topic are in no article. Five or
    more: whoever takes the sum for true is wrong by as much, and it tells nothing exact. Fewer: the
    attacker knows how many; who takes the sum for true, and is nearly right, knows less than that.
    That the whole has no more people than all parts together is used where it is so.
    """
    if tie.kind is not Kind.SPLIT:
        return tie
    people, messages = (
        max(0, counts[tie.whole][number] - sum(counts[part][number] for part in tie.parts))
        for number in (0, 1)
    )
    if not messages:  # estimates that do not agree, and nobody is missing
        return tie
    return replace(tie, missing_people=people, missing_messages=messages)


def _board(
    period: Period,
    counts: Counts,
    former: list[Figure],
    ties: list[Relation],
    ties_of_weeks: list[Relation],
) -> Board:
    board = Board()
    board.add_figures(first_look(period, cell, *count) for cell, count in counts.items())
    board.add_figures(former)
    weeks = {figure.period for figure in former if figure.period.unit is Unit.WEEK}
    if period.unit is Unit.MONTH:
        board.relate_month(period, counts)
    board.relate(period, ties)
    for week in weeks:
        board.relate(week, ties_of_weeks)
        for part in parts_of(week):
            board.relate(part, ties_of_weeks)
    return board


def _former(connection: Connection, period: Period) -> list[Figure]:
    """Return the released figures that say something about a period."""
    if period.unit is not Unit.MONTH:
        return []
    figures = [f for week in weeks_of(period) for f in stored.figures_of(connection, week)]
    weekly = {figure.cell for figure in figures}
    before = stored.figures_of(connection, period.before)
    return [*figures, *(figure for figure in before if figure.cell in weekly)]


def _holds(link: Relation, counts: Counts) -> bool:
    """Whether a link of a flow is true of a period; in the month a flow is edited it may not be."""
    if link.whole not in counts or not all(part in counts for part in link.parts):
        return False
    sums = [sum(counts[part][number] for part in link.parts) for number in (0, 1)]
    return all(whole <= most for whole, most in zip(counts[link.whole], sums, strict=True))


def _first_day(connection: Connection, known: list[Period]) -> date | None:
    """Return a day of the first month with figures, released or not."""
    days = [period.start for period in known if period.unit is Unit.MONTH]
    days += [period.last_day for period in known[:1] if period.unit is Unit.WEEK]
    query = select(func.min(figure_totals.c.tally))
    lowest = connection.execute(query).scalar_one()
    if lowest is not None:
        number = lowest >> (packing.CELL_BITS + packing.SHARD_BITS)
        week = containing(EPOCH, Unit.WEEK).start.toordinal() + number // 2 * 7
        part = Part(Period(date.fromordinal(week), Unit.WEEK), bool(number % 2))
        days.append(part.week.last_day if part.second else part.week.start)
    return min(days, default=None)
