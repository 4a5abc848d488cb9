"""Writing counts, in the transaction of the turn that is counted: two statements at most, no log.

Nothing is written that could be read as a list of what somebody did: totals grow by one, and a
sketch gets marks that only the key of the period could make again.
"""

import itertools
import os
import threading
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import Connection, select

from knowledge.figures import packing, sketch
from knowledge.figures.cells import Cell, is_weekly
from knowledge.figures.packing import cell_number
from knowledge.figures.periods import EPOCH, Period, Unit, containing, local_day, part_of
from knowledge.store import straight
from knowledge.store.database import insert_once
from knowledge.store.figure_tables import figure_keys, figure_releases
from knowledge.store.sealing import SealError, Vault

# PostgreSQL takes all rows as lists in one statement, which writes the totals first and then the
# marks: one way to the server and back.
_ADD = (
    "INSERT INTO figure_totals (tally, messages) VALUES {rows} "
    "ON CONFLICT (tally) DO UPDATE SET messages = messages + 1"
)
_MARK = "INSERT OR IGNORE INTO figure_marks (mark) VALUES {rows}"
_ADD_AND_MARK = (
    "WITH marked AS (INSERT INTO figure_marks (mark) SELECT unnest(%s::bigint[]) "
    "ON CONFLICT DO NOTHING) "
    "INSERT INTO figure_totals (tally, messages) SELECT unnest(%s::bigint[]), 1 "
    "ON CONFLICT (tally) DO UPDATE SET messages = figure_totals.messages + 1"
)
_threads = threading.local()
_numbers = itertools.count(int.from_bytes(os.urandom(2), "big"))


class Keys:
    """The keyed hashes of the periods that are running, read once a process and period."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._known: dict[Period, blake2b] = {}

    def of(self, connection: Connection, period: Period) -> blake2b | None:
        """Return the hash of a period; None once it is released.

        Its key is made by whoever needs it first.
        """
        known = self._known.get(period)
        if known is not None:
            return known
        if _is_released(connection, period):
            return None
        bound_to = _bound_to(period)
        fresh = self._vault.seal(os.urandom(sketch.KEY_BYTES), bound_to)
        row = {"period": period.number, "sealed": fresh}
        made = connection.execute(insert_once(connection, figure_keys), row).rowcount == 1
        query = select(figure_keys.c.sealed).where(figure_keys.c.period == period.number)
        try:
            key = self._vault.unseal(connection.execute(query).scalar_one(), bound_to)
            keyed = sketch.keyed(key)
        except SealError:  # the secret was rotated: people of before count once more
            connection.execute(
                figure_keys.update()
                .where(figure_keys.c.period == period.number)
                .values(sealed=fresh)
            )
            return sketch.keyed(self._vault.unseal(fresh, bound_to))
        if not made:  # a key of our own may yet be rolled back: it is remembered the next time
            self._known = {
                kept: value for kept, value in self._known.items() if kept.after >= period.start
            }
            self._known[period] = keyed
        return keyed


def record(
    connection: Connection,
    keys: Keys,
    at: datetime,
    chat: bytes,
    cells: Iterable[Cell],
    marked: Collection[Cell] = (),
) -> None:
    """Count one message in each of its cells, and its writer once a cell and period.

    Further cells that are known to be `marked` by this writer in both periods get no mark again. To
    be called last in the transaction of the turn. A message of a period that was released in the
    meantime is not counted.
    """
    day = local_day(at)
    if day < EPOCH:
        return
    on = _places_on(day)
    of_month, of_week = keys.of(connection, on.month), keys.of(connection, on.week)
    if of_month is None or of_week is None:
        return
    sqlite = connection.dialect.name == "sqlite"
    # SQLite has one writer at a time, so one row a cell; rows in one order never lock each other.
    first_tally = on.first_tally + (0 if sqlite else _shard())
    tallies, marks = [first_tally + _place_of(cell).tally for cell in marked], []
    for cell in set(cells):
        place = _place_of(cell)
        tallies.append(first_tally + place.tally)
        marks.append(on.first_month + place.mark + sketch.mark(of_month, place.name, chat))
        if place.weekly:
            marks.append(on.first_week + place.mark + sketch.mark(of_week, place.name, chat))
    if not tallies:
        return
    tallies.sort()
    marks.sort()
    if sqlite:
        straight.for_all(connection, _ADD, "(?, 1)", tallies)
        if marks:
            straight.for_all(connection, _MARK, "(?)", marks)
    else:
        connection.exec_driver_sql(_ADD_AND_MARK, (_as_array(marks), _as_array(tallies)))


def _as_array(numbers: list[int]) -> str:
    """Return numbers as PostgreSQL writes a list; the driver would look at each one's type."""
    return "{" + ",".join(map(str, numbers)) + "}"


class _Day(NamedTuple):
    """Where the rows of a day begin."""

    month: Period
    week: Period
    first_tally: int
    first_month: int
    first_week: int


class _Place(NamedTuple):
    """Where the rows of a cell are, counted from those beginnings; `name` is what is hashed."""

    tally: int
    mark: int
    name: bytes
    weekly: bool


@lru_cache(maxsize=4)
def _places_on(day: date) -> _Day:
    month, week = containing(day, Unit.MONTH), containing(day, Unit.WEEK)
    tally = packing.first_tally(part_of(day))
    return _Day(month, week, tally, packing.first_mark(month), packing.first_mark(week))


@lru_cache(maxsize=16384)
def _place_of(cell: Cell) -> _Place:
    number = cell_number(cell)
    tally, mark = number << packing.SHARD_BITS, number << packing.MARK_BITS
    return _Place(tally, mark, number.to_bytes(8, "big"), is_weekly(cell))


def _is_released(connection: Connection, period: Period) -> bool:
    query = select(figure_releases.c.unit).where(
        figure_releases.c.unit == period.unit, figure_releases.c.period == period.name
    )
    return connection.execute(query).first() is not None


def _bound_to(period: Period) -> bytes:
    return f"figures {period.unit} {period.name}".encode()


def _shard() -> int:
    """Return a number that no other thread of this process has, so that totals are not shared."""
    number: int | None = getattr(_threads, "number", None)
    if number is None:
        number = _threads.number = next(_numbers)
    return number % packing.SHARDS
