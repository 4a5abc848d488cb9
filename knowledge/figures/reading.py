"""Reading releases: complete periods, fixed tables, nothing that was not released as such."""

from sqlalchemy import Connection

from knowledge.figures import stored
from knowledge.figures.cells import DIMENSIONS, PAIRS, TABLES, WEEKLY
from knowledge.figures.figure import Figure
from knowledge.figures.periods import FiguresError, Period, Unit, read_period
from knowledge.figures.stored import Release


def periods(connection: Connection) -> list[Period]:
    """Return the released periods, oldest first."""
    return stored.released(connection)


def releases(connection: Connection) -> list[Release]:
    """Return every release, oldest first."""
    found = (stored.release_of(connection, period) for period in stored.released(connection))
    return [release for release in found if release is not None]


def release_of(connection: Connection, period: Period) -> Release | None:
    """Return what is to be said about the release of a period, None if there is none."""
    return stored.release_of(connection, period)


def cells(
    connection: Connection, unit: str, period: str, by: str = "", by2: str = ""
) -> list[Figure]:
    """Return one table of one release: the total without `by`, one dimension, or two.

    Raises `FiguresError` for anything else: a third dimension ("topic,country"), a pair that is
    not released, a range of days, a period that is running or not yet released.
    """
    by, by2 = table_of(by, by2)
    found = read_period(unit, period)
    if found.unit is Unit.WEEK and (by, by2) not in WEEKLY:
        raise FiguresError(f"{_name(by, by2)} is released by the month alone.")
    if stored.release_of(connection, found) is None:
        raise FiguresError(
            f"{period} is not released: it is running, just over, or before the first message."
        )
    return stored.figures_of(connection, found, by, by2)


def table_of(by: str, by2: str) -> tuple[str, str]:
    """Return a pair of dimensions in the order of the releases; raises `FiguresError`."""
    for name in filter(None, (by, by2)):
        if name not in DIMENSIONS:
            raise FiguresError(
                f'There is no dimension "{name}". There are: {", ".join(DIMENSIONS)}; two at most.'
            )
    if (by, by2) in TABLES:
        return by, by2
    if (by2, by) in PAIRS:
        return by2, by
    pairs = ", ".join(" and ".join(pair) for pair in PAIRS)
    raise FiguresError(f"{_name(by, by2)} are not released together. Pairs: {pairs}.")


def _name(by: str, by2: str) -> str:
    return " and ".join(filter(None, (by, by2))) or "total"
