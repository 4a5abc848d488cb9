"""Releases: computed once, never changed, and nobody can be seen in them."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from figures_for_tests import KEYS, SMALL_CATALOG, VAULT, an_empty_store, cells_of, noon, use, write
from sqlalchemy import Engine, Select, Table, func, select

from knowledge.figures import reading, stored
from knowledge.figures.catalog import content_catalog, make_catalog
from knowledge.figures.cells import PAIRS, TOTAL
from knowledge.figures.counting import Keys, record
from knowledge.figures.export import export_csv
from knowledge.figures.figure import KEPT, SHOWN, SMALL
from knowledge.figures.gate import examine
from knowledge.figures.periods import FiguresError, Period, Unit, read_period
from knowledge.figures.release import release_due
from knowledge.store.figure_tables import (
    figure_cells,
    figure_keys,
    figure_marks,
    figure_releases,
    figure_totals,
)

FIRST = date(2026, 9, 1)
LATER = noon(date(2026, 11, 3))


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Two months and nine weeks of 200 people, released; some of November is not."""
    with an_empty_store(tmp_path_factory.mktemp("figures")) as engine:
        use(engine, FIRST, 61, 200)
        write(engine, noon(date(2026, 11, 2)), b"somebody", [TOTAL])
        release_due(engine, LATER, SMALL_CATALOG)
        yield engine


def test_every_complete_period_is_released_once(released: Engine) -> None:
    with released.connect() as connection:
        found = reading.periods(connection)
    assert Counter(period.unit for period in found) == {Unit.WEEK: 9, Unit.MONTH: 2}
    assert release_due(released, LATER, SMALL_CATALOG) == []


def test_nothing_hidden_can_be_worked_out_from_all_releases_together(released: Engine) -> None:
    with released.connect() as connection:
        figures = [
            figure
            for period in stored.released(connection)
            for figure in stored.figures_of(connection, period)
        ]
    assert examine(figures) == []
    signs = Counter(figure.hidden for figure in figures)
    assert all(signs[sign] > 10 for sign in (SHOWN, SMALL, KEPT))
    for figure in figures:
        assert (figure.people is None) == (figure.messages is None) == (figure.hidden != SHOWN)
        assert figure.people is None or figure.people >= figure.threshold


def test_a_release_lists_what_can_be_asked_not_what_was(released: Engine) -> None:
    with released.connect() as connection:
        for period in stored.released(connection):
            found = [figure.cell for figure in stored.figures_of(connection, period)]
            assert sorted(found) == sorted(SMALL_CATALOG.of(period.unit))


def test_raw_counts_and_keys_are_gone_after_the_release(released: Engine) -> None:
    with released.connect() as connection:
        numbers = connection.execute(select(figure_keys.c.period)).scalars().all()
        assert {Period.of_number(n).name for n in numbers} == {"2026-W45", "2026-11"}
        assert connection.execute(_count(figure_marks)).scalar_one() == 2
        assert connection.execute(_count(figure_totals)).scalar_one() == 1


def test_an_export_asked_twice_is_the_same_to_the_byte(released: Engine) -> None:
    with released.connect() as connection:
        first = export_csv(connection, date(2026, 8, 31), date(2026, 10, 31))
        again = export_csv(connection, date(2026, 8, 31), date(2026, 10, 31))
    assert first == again
    rows = list(csv.DictReader(io.StringIO(first)))
    assert list(rows[0]) == ["period", "unit", "by", "key", "by2", "key2", "people", "messages"]
    assert {row["unit"] for row in rows} == {"week", "month"}
    for row in rows:
        for value in (row["people"], row["messages"]):
            assert value in ("<10", "<20", "*") or value.isdecimal()
        assert (row["people"].isdecimal()) == (row["messages"].isdecimal())


def test_an_export_holds_only_periods_that_lie_wholly_inside(released: Engine) -> None:
    with released.connect() as connection:
        text = export_csv(connection, date(2026, 9, 2), date(2026, 10, 31))
        rows = csv.DictReader(io.StringIO(text))
        assert {row["period"] for row in rows if row["unit"] == "month"} == {"2026-10"}
        with pytest.raises(FiguresError, match="No released week or month"):
            export_csv(connection, date(2026, 11, 3), date(2026, 11, 20))
        with pytest.raises(FiguresError, match="before"):
            export_csv(connection, date(2026, 11, 3), date(2026, 11, 2))


def test_what_arrives_after_a_release_changes_nothing(released: Engine) -> None:
    with released.connect() as connection:
        before = export_csv(connection, FIRST, date(2026, 10, 31))
    write(released, noon(FIRST), b"somebody late", [TOTAL])
    assert release_due(released, LATER, SMALL_CATALOG) == []
    with released.connect() as connection:
        assert export_csv(connection, FIRST, date(2026, 10, 31)) == before
        assert connection.execute(_count(figure_totals)).scalar_one() == 1


def test_asking_for_more_than_was_released_is_refused(released: Engine) -> None:
    with released.connect() as connection:
        assert len(reading.cells(connection, "month", "2026-10")) == 1
        assert len(reading.cells(connection, "month", "2026-10", "topic")) == len(KEYS["topic"])
        pair = reading.cells(connection, "month", "2026-10", "country", "topic")
        assert {figure.cell.by for figure in pair} == {"topic"}
        for wrong in (
            ("month", "2026-11", "topic", ""),  # running
            ("month", "2026-01", "topic", ""),  # before the first message
            ("month", "2026-10-01", "topic", ""),  # a day
            ("month", "2026-10..2026-11", "topic", ""),  # a range
            ("day", "2026-10-01", "topic", ""),
            ("week", "2026-10", "topic", ""),
            ("month", "2026-10", "topic,country", "language"),  # three
            ("month", "2026-10", "municipality", ""),
            ("month", "2026-10", "language", "channel"),  # no such pair
            ("month", "2026-10", "", "topic"),
            ("week", "2026-W41", "department", ""),  # by the month alone
        ):
            with pytest.raises(FiguresError):
                reading.cells(connection, *wrong)


def test_cells_of_one_to_twenty_five_people_over_eight_weeks_stay_hidden(tmp_path: Path) -> None:
    articles = [f"{topic}/{name}" for topic in KEYS["topic"] for name in "abcde"]
    few = {by: KEYS[by] for by in ("language", "channel", "topic")}
    places = {"country": ("SV", "unknown"), "department": ("SV/La Paz", "SV/unknown")}
    catalog = make_catalog({**few, **places, "article": articles})
    monday = date(2026, 9, 7)
    with an_empty_store(tmp_path) as engine:
        keys = Keys(VAULT)
        for week in range(8):
            at = noon(monday + timedelta(days=7 * week))
            with engine.begin() as connection:
                for size, article in enumerate(articles, 1):
                    for person in range(size):
                        language = ("es", "en")[person % 5 == 4]
                        cells = cells_of("SV", "SV/La Paz", language, "telegram", article)
                        for _ in range(1 + person % 3):
                            chat = f"{week} {article} {person}".encode()
                            record(connection, keys, at, chat, cells)
        release_due(engine, noon(date(2026, 11, 10)), catalog)
        with engine.connect() as connection:
            weeks = stored.released(connection)
            figures = [f for p in weeks for f in stored.figures_of(connection, p)]
    assert examine(figures) == []
    for figure in figures:
        if figure.period == read_period("month", "2026-09") and figure.cell.by == "article":
            people = 4 * (articles.index(figure.cell.key) + 1)  # others every week
            # Two marks of a sketch can fall together, so a few people can be missing.
            assert figure.people is None or people - 3 <= figure.people <= people
            assert figure.hidden == SMALL or people >= figure.threshold
            assert figure.hidden != SMALL or people < figure.threshold + 3


def test_two_processes_release_a_period_once(tmp_path: Path) -> None:
    with an_empty_store(tmp_path) as engine:
        use(engine, FIRST, 10, 40)
        now = noon(date(2026, 9, 9))
        first = release_due(engine, now, SMALL_CATALOG)
        with engine.begin() as connection:  # the other had looked before, and comes second
            figures = stored.figures_of(connection, first[0])
            assert not stored.store(connection, first[0], figures, date(2026, 9, 9))
        with engine.connect() as connection:
            rows = connection.execute(_count(figure_cells)).scalar_one()
            assert connection.execute(_count(figure_releases)).scalar_one() == len(first) == 1
        assert rows == len(SMALL_CATALOG.of(Unit.WEEK))


def test_the_shipped_catalog_has_no_municipality_and_two_dimensions_at_most() -> None:
    catalog = content_catalog()
    assert len(set(catalog.cells)) == len(catalog.cells)
    assert {(cell.by, cell.by2) for cell in catalog.cells if cell.by2} == set(PAIRS)
    assert all(len(cell.key.split("/")) <= 2 for cell in catalog.cells)


def _count(table: Table) -> Select[tuple[int]]:
    return select(func.count()).select_from(table)
