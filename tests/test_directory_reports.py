"""What people say is wrong: counted by different people, and nothing about who they are."""

import itertools
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offices_for_tests import an_empty_directory, an_office, at_id, put
from sqlalchemy import Connection, inspect, select

from knowledge.directory.found import Caution
from knowledge.directory.reports import (
    KEEP_MARKS_DAYS,
    KINDS,
    MARKS,
    cautions,
    close_task,
    expire,
    find_entry,
    open_tasks,
    report,
    short_id,
)
from knowledge.store.report_tables import service_reports

DAY = date(2026, 11, 20)
KEY = "a key that is not in the database"
OFFICE = at_id("oficina")
# Two chats whose marks on OFFICE differ under KEY.
ONE, TWO = b"chat-0", b"chat-1"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with an_empty_directory(tmp_path) as engine, engine.begin() as connection:
        put(connection, an_office("oficina", department="La Paz", municipality="Zacatecoluca"))
        put(connection, an_office("otra", country="HN", department="Cortés"))
        yield connection


def say(connection: Connection, chat: bytes, kind: str = "closed", days: int = 0) -> Caution | None:
    return report(connection, KEY, chat, OFFICE, kind, DAY + timedelta(days=days))


def test_one_person_opens_a_task_and_two_put_a_caution(connection: Connection) -> None:
    assert say(connection, ONE) is None
    (task,) = open_tasks(connection)
    assert (task.kinds, task.people, task.caution) == (("closed",), 1, False)
    assert (task.name, task.country, task.department) == ("oficina", "SV", "La Paz")
    assert cautions(connection, [OFFICE]) == {}
    assert say(connection, TWO, days=1) == Caution(("closed",), "2026-11-21")
    (task,) = open_tasks(connection)
    assert (task.people, task.caution) == (2, True)
    assert (task.first_day, task.last_day) == ("2026-11-20", "2026-11-21")
    assert cautions(connection, [OFFICE, at_id("otra")]) == {
        OFFICE: Caution(("closed",), "2026-11-21")
    }


def test_the_same_person_counts_once_whatever_they_say(connection: Connection) -> None:
    for day, kind in enumerate((*KINDS, *KINDS)):
        assert say(connection, ONE, kind, day) is None
    (task,) = open_tasks(connection)
    assert (task.kinds, task.people, task.caution) == (("closed", "moved", "phone"), 1, False)


def test_different_troubles_of_different_people_make_one_caution(connection: Connection) -> None:
    say(connection, ONE, "closed")
    assert say(connection, TWO, "moved") == Caution(("closed", "moved"), "2026-11-20")
    assert len(open_tasks(connection)) == 1
    say(connection, ONE, "phone")
    assert cautions(connection, [OFFICE])[OFFICE].kinds == ("closed", "moved", "phone")


def test_a_check_by_the_office_ends_it_and_it_may_begin_again(connection: Connection) -> None:
    say(connection, ONE)
    say(connection, TWO)
    assert close_task(connection, [OFFICE]) == 1
    assert open_tasks(connection) == []
    assert cautions(connection, [OFFICE]) == {}
    assert say(connection, ONE) is None
    assert len(open_tasks(connection)) == 1


def test_unknown_entries_and_kinds_change_nothing(connection: Connection) -> None:
    assert report(connection, KEY, ONE, "no such id", "closed", DAY) is None
    assert report(connection, KEY, ONE, OFFICE, "ugly", DAY) is None
    assert open_tasks(connection) == []


def test_the_row_tells_a_day_and_a_mark_that_many_share(connection: Connection) -> None:
    say(connection, ONE)
    (row,) = connection.execute(select(service_reports)).all()
    assert row.marks.bit_count() == 1
    assert row.marks < 1 << MARKS
    assert row.first_day == "2026-11-20"
    assert set(row._mapping) == {
        "service_at_location_id", "kind", "people", "marks", "caution", "first_day", "last_day",
    }  # fmt: skip
    say(connection, TWO)
    (row,) = connection.execute(select(service_reports)).all()
    assert row.marks == 0  # two have said it: who they were does not matter any more


def test_a_mark_means_nothing_without_the_key_and_nothing_on_another_entry(
    connection: Connection,
) -> None:
    marks = []
    for key, entry in itertools.product(("one", "two"), (OFFICE, at_id("otra"))):
        seen = []
        for number in range(12):
            report(connection, key, f"c{number}".encode(), entry, "closed", DAY)
            query = select(service_reports.c.marks).where(
                service_reports.c.service_at_location_id == entry
            )
            seen.append(connection.execute(query).scalar_one())
            close_task(connection, [entry])
        marks.append(tuple(seen))
    assert len(set(marks)) == 4
    assert all(mark.bit_count() == 1 for row in marks for mark in row)


def test_marks_go_after_a_month_and_the_task_stays(connection: Connection) -> None:
    say(connection, ONE)
    assert expire(connection, DAY + timedelta(days=KEEP_MARKS_DAYS - 1)) == 0
    assert expire(connection, DAY + timedelta(days=KEEP_MARKS_DAYS)) == 1
    assert [t.people for t in open_tasks(connection)] == [1]
    assert say(connection, TWO, days=40) == Caution(("closed",), "2026-12-30")


def test_tasks_are_those_of_an_area_cautions_first(connection: Connection) -> None:
    say(connection, ONE)
    for chat in (ONE, TWO, b"chat-2", b"chat-3"):
        report(connection, KEY, chat, at_id("otra"), "moved", DAY + timedelta(days=3))
    assert [t.name for t in open_tasks(connection)] == ["otra", "oficina"]
    assert [t.name for t in open_tasks(connection, "SV")] == ["oficina"]
    assert [t.name for t in open_tasks(connection, "HN", "Cortés")] == ["otra"]
    assert open_tasks(connection, "SV", "Sonsonate") == []
    assert [t.name for t in open_tasks(connection, "SV", "La Paz", "Zacatecoluca")] == ["oficina"]


def test_a_button_carries_a_short_id(connection: Connection) -> None:
    short = short_id(OFFICE)
    assert len(f"r:{short}/closed".encode()) <= 64
    assert find_entry(connection, short) == OFFICE
    for wrong in ("", "zzzzzzzzzzzz", short[:-1], short + "0", "000000000000", "' OR 1=1 --"):
        assert find_entry(connection, wrong) is None


def test_an_entry_that_goes_takes_its_reports_with_it(connection: Connection) -> None:
    (key,) = inspect(connection).get_foreign_keys("service_reports")
    assert key["options"].get("ondelete") == "CASCADE"


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(KINDS)), max_size=20))
def test_a_caution_means_that_at_least_two_people_spoke(said: list[tuple[int, str]]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        an_empty_directory(Path(folder)) as engine,
        engine.begin() as connection,
    ):
        put(connection, an_office("oficina"))
        for person, kind in said:
            report(connection, KEY, f"chat-{person}".encode(), OFFICE, kind, DAY)
        warned = bool(cautions(connection, [OFFICE]))
        assert not warned or len({person for person, _ in said}) >= 2
        assert bool(open_tasks(connection)) == bool(said)
