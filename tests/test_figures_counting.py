"""Counting: people once a cell and period, nothing that can be tied to anybody."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from figures_for_tests import VAULT, an_empty_store, noon, write
from sqlalchemy import Engine, func, select

from knowledge.figures import raw
from knowledge.figures.cells import TOTAL, Cell
from knowledge.figures.counting import Keys, record
from knowledge.figures.expiring import expire
from knowledge.figures.periods import (
    Period,
    Unit,
    containing,
    part_of,
    parts_of,
    read_period,
    weeks_of,
)
from knowledge.figures.sketch import MAX_RANK, estimate, keyed, mark
from knowledge.store.figure_tables import figure_keys, figure_marks, figure_totals

DAY = date(2026, 9, 15)
WEEK, MONTH = containing(DAY, Unit.WEEK), containing(DAY, Unit.MONTH)
HERE = Cell("country", "HN")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with an_empty_store(tmp_path) as opened:
        yield opened


def people(engine: Engine, period: Period, cell: Cell) -> int:
    with engine.connect() as connection:
        return raw.people_of(connection, period, [cell]).get(cell, 0)


def messages(engine: Engine, period: Period, cell: Cell) -> int:
    with engine.connect() as connection:
        parts = [raw.messages_of(connection, part, [cell]) for part in parts_of(period)]
    return sum(part.get(cell, 0) for part in parts)


def test_one_person_with_thirty_messages_is_one_person(engine: Engine) -> None:
    for _ in range(30):
        write(engine, noon(DAY), b"somebody", [TOTAL, HERE])
    assert people(engine, WEEK, TOTAL) == people(engine, MONTH, HERE) == 1
    assert messages(engine, WEEK, TOTAL) == messages(engine, MONTH, HERE) == 30


def test_few_people_are_counted_to_the_person_and_many_nearly() -> None:
    exact = 0
    for cell in range(60):
        exact += sketched(30, cell) == 30
    assert exact >= 56
    for number in (100, 1_000, 20_000):
        assert abs(sketched(number, 1) - number) <= max(3, number * 0.03)


def sketched(number: int, cell: int) -> int:
    key = b"a key that is always the same"
    marks = {mark(keyed(key), bytes([cell]), b"%d" % person) for person in range(number)}
    ranks: dict[int, int] = {}
    for found in marks:
        ranks[found & MAX_RANK] = ranks.get(found & MAX_RANK, 0) + 1
    return estimate(ranks)


def test_marks_of_a_person_differ_from_cell_to_cell_and_key_to_key() -> None:
    persons = [b"%d" % number for number in range(200)]
    first = [mark(keyed(b"key"), b"cell", person) for person in persons]
    for other in (
        [mark(keyed(b"key"), b"other", person) for person in persons],
        [mark(keyed(b"yek"), b"cell", person) for person in persons],
    ):
        assert sum(a == b for a, b in zip(first, other, strict=True)) < 5


def test_days_are_those_of_the_region(engine: Engine) -> None:
    last_evening = datetime(2026, 10, 1, 4, 30, tzinfo=UTC)  # 22:30 of 30 September
    write(engine, last_evening, b"somebody", [TOTAL])
    assert messages(engine, read_period("month", "2026-09"), TOTAL) == 1
    assert messages(engine, read_period("month", "2026-10"), TOTAL) == 0


def test_a_turn_that_is_rolled_back_leaves_nothing_and_spoils_no_key(engine: Engine) -> None:
    keys = Keys(VAULT)
    with engine.connect() as connection:
        record(connection, keys, noon(DAY), b"somebody", [TOTAL])
        connection.rollback()
    for _ in range(2):
        with engine.begin() as connection:
            record(connection, keys, noon(DAY), b"somebody", [TOTAL])
    with engine.begin() as connection:  # another process
        record(connection, Keys(VAULT), noon(DAY), b"somebody", [TOTAL])
    assert people(engine, MONTH, TOTAL) == 1
    assert messages(engine, MONTH, TOTAL) == 3


def test_raw_rows_hold_numbers_alone(engine: Engine) -> None:
    write(engine, noon(DAY), b"somebody", [TOTAL, HERE])
    with engine.connect() as connection:
        for table in (figure_totals, figure_marks):
            for row in connection.execute(select(table)):
                assert all(isinstance(value, int) for value in row)
        sealed = connection.execute(select(figure_keys.c.sealed)).scalars().all()
    assert len(sealed) == 2
    assert all(len(value) == 12 + 32 + 16 for value in sealed)


def test_unreleased_counts_go_after_thirteen_months(engine: Engine) -> None:
    write(engine, noon(DAY), b"somebody", [TOTAL, HERE])
    with engine.begin() as connection:
        assert expire(connection, noon(DAY + timedelta(days=380))) == 0
    with engine.begin() as connection:
        assert expire(connection, noon(DAY + timedelta(days=450))) == 6
        for table in (figure_totals, figure_marks, figure_keys):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_parts_of_weeks_make_up_every_month() -> None:
    month = MONTH
    for _ in range(40):
        days = [part_of(day) for day in _days(month)]
        assert list(dict.fromkeys(days)) == parts_of(month)
        assert Period.of_number(month.number) == month
        for week in weeks_of(month):
            assert Period.of_number(week.number) == week
            assert read_period("week", week.name) == week
        month = month.next


def _days(period: Period) -> list[date]:
    return [period.start + timedelta(days=n) for n in range((period.after - period.start).days)]
