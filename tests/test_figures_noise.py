"""Noise in figures: off by default, drawn once, within its written budget, and told."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("opendp", reason='needs OpenDP (pip install "opendp==0.16.0")')
from conftest import SECRET
from figures_for_tests import SMALL_CATALOG, VAULT, an_empty_store, cells_of, noon, use
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from typer.testing import CliRunner

from bot.cli_figures import app
from bot.housekeeping import make_jobs
from bot.jobs import Run
from bot.settings import Settings, SettingsError, read_settings
from knowledge.figures import budget, stored
from knowledge.figures.cells import TOTAL, Cell, threshold
from knowledge.figures.counting import Keys, record
from knowledge.figures.export import export_csv, notes
from knowledge.figures.figure import SHOWN, Figure
from knowledge.figures.gate import examine
from knowledge.figures.noise import CELLS, MOST_EPSILON, Counted, scale_of, with_noise
from knowledge.figures.periods import Period, Unit
from knowledge.figures.relations import relations
from knowledge.figures.release import make_release, periods_due, release_due
from knowledge.figures.sketch import MAX_RANK, REGISTERS, estimate, people_for
from knowledge.store.leases import Lease

FIRST = date(2026, 9, 1)
LATER = noon(date(2026, 10, 6))
MONTH = Period(FIRST, Unit.MONTH)
EPSILON = 2.0


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, list[Figure]]]:
    """A month and its weeks with noise; and its first week as it is without."""
    with an_empty_store(tmp_path_factory.mktemp("noise")) as engine:
        use(engine, FIRST, 30, 300)
        with engine.connect() as connection:
            first = periods_due(connection, LATER)[0]
            exact = make_release(connection, first, SMALL_CATALOG)
        release_due(engine, LATER, SMALL_CATALOG, EPSILON)
        yield engine, exact


def test_the_signs_of_a_release_are_those_it_has_without_noise(
    released: tuple[Engine, list[Figure]],
) -> None:
    engine, exact = released
    with engine.connect() as connection:
        noisy = {f.cell: f for f in stored.figures_of(connection, exact[0].period)}
    assert {f.cell: f.hidden for f in exact} == {c: f.hidden for c, f in noisy.items()}
    shown = [figure for figure in exact if figure.hidden == SHOWN]
    assert len(shown) > 10
    other = [f for f in shown if noisy[f.cell].messages != f.messages]
    assert len(other) > len(shown) / 2


def test_numbers_with_noise_are_whole_not_small_and_fit_together(
    released: tuple[Engine, list[Figure]],
) -> None:
    engine, _ = released
    with engine.connect() as connection:
        releases = [stored.figures_of(connection, p) for p in stored.released(connection)]
    for figures in releases:
        shown = {f.cell: f for f in figures if f.hidden == SHOWN}
        for figure in shown.values():
            assert figure.people is not None
            assert figure.messages is not None
            assert figure.threshold <= figure.people <= figure.messages
            assert figure.epsilon == EPSILON
            assert figure.period.unit is Unit.MONTH or figure.messages % 5 == 0
        for tie in relations(shown):
            for part in tie.parts:
                assert (shown[part].people or 0) <= (shown[tie.whole].people or 0)
                assert (shown[part].messages or 0) <= (shown[tie.whole].messages or 0)
        hidden = [f for f in figures if f.hidden != SHOWN]
        assert all((f.people, f.messages) == (None, None) for f in hidden)
    assert examine(figure for figures in releases for figure in figures) == []


def test_noise_is_drawn_once_and_told_with_its_budget(
    released: tuple[Engine, list[Figure]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, _ = released
    with engine.connect() as connection:
        first = export_csv(connection, date(2026, 8, 31), date(2026, 9, 30))
    assert release_due(engine, LATER, SMALL_CATALOG, EPSILON) == []
    with engine.connect() as connection:
        assert export_csv(connection, date(2026, 8, 31), date(2026, 9, 30)) == first
        told = notes(connection, FIRST, date(2026, 9, 30))
        count = len(stored.released(connection))
        written = budget.told(connection).splitlines()
    assert "2026-09: noise in every number, epsilon 2." in told
    assert written[-1] == f"2026: epsilon {EPSILON * count:g} in {count} releases, 0 without noise"
    monkeypatch.setenv("VENTANILLA_DATABASE_URL", str(engine.url))
    ran = CliRunner().invoke(app, ["budget"])
    assert ran.stdout.splitlines() == written


def test_the_noise_is_as_wide_as_the_budget_says() -> None:
    """Of many draws on one number, as many fall within the scale as of a discrete Laplace."""
    cell, draws = TOTAL, 2000
    figure = Figure(MONTH, cell, 10, SHOWN, 5000, 5000)
    cells = [Cell("topic", f"t{number}") for number in range(draws)]
    figures = [figure, *(Figure(MONTH, c, 10, SHOWN, 5000, 5000) for c in cells)]
    counted = dict.fromkeys((cell, *cells), Counted(9_000, 50_000))
    counted[cell] = Counted(200_000, 10_000_000)  # a whole that holds no part back
    scale = scale_of(EPSILON, Unit.MONTH)
    assert scale == 2 * CELLS[Unit.MONTH] / EPSILON
    off = [abs((f.messages or 0) - 50_000) for f in with_noise(figures, counted, EPSILON)[1:]]
    within = sum(number <= scale for number in off) / draws
    assert within == pytest.approx(1 - 2.718281828**-1, abs=0.05)
    assert max(off) > 4 * scale


def test_one_person_more_changes_the_marks_by_one_at_most_and_few_people_are_read_well() -> None:
    assert [people_for(number) for number in (-3, 0, 1, 10, 30)] == [0, 0, 1, 10, 30]
    for people in (200, 5_000, 300_000):
        seen = {
            rank: round(REGISTERS * (1 - (1 - 2.0**-rank / REGISTERS) ** people))
            for rank in range(1, MAX_RANK + 1)
        }
        assert people_for(sum(seen.values())) == pytest.approx(estimate(seen), rel=0.02)


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.1, MOST_EPSILON))
@settings(max_examples=25, deadline=None)
def test_whatever_is_drawn_thresholds_hold(people: int, more: int, epsilon: float) -> None:
    week = Period(date(2026, 9, 7), Unit.WEEK)
    cells = (TOTAL, Cell("topic", "health"), Cell("danger", "gbv"), Cell("country", "SV"))
    figures = [Figure(week, c, threshold(c), SHOWN, people, people + more) for c in cells]
    counted = dict.fromkeys(cells, Counted(people, people + more))
    for figure in with_noise(figures, counted, epsilon):
        assert figure.threshold <= (figure.people or 0) <= (figure.messages or 0)


def test_a_month_takes_no_number_of_a_week_with_noise_for_true(tmp_path: Path) -> None:
    """Weeks whose noise is far off neither change nor stop the month."""
    with an_empty_store(tmp_path) as engine:
        use(engine, FIRST, 30, 120)
        release_due(engine, noon(date(2026, 9, 30)), SMALL_CATALOG, 0.01)
        release_due(engine, LATER, SMALL_CATALOG)
        with engine.connect() as connection:
            figures = {f.cell: f for f in stored.figures_of(connection, MONTH)}
            release = stored.release_of(connection, MONTH)
    assert release is not None
    assert release.epsilon is None
    assert (figures[TOTAL].people or 0) <= 121
    assert Counter(f.hidden for f in figures.values())[SHOWN] > 10


def test_the_epsilon_of_a_release_is_kept_with_it(store: Engine) -> None:
    week = Period(date(2026, 9, 7), Unit.WEEK)
    with store.begin() as connection:
        for period, epsilon in ((MONTH, 0.5), (week, None)):
            figures = [Figure(period, TOTAL, 10, SHOWN, 20, 30)]
            assert stored.store(connection, period, figures, FIRST, epsilon)
            assert not stored.store(connection, period, figures, FIRST, 1.0)
    with store.connect() as connection:
        found = [stored.release_of(connection, period) for period in stored.released(connection)]
        numbers = [stored.figures_of(connection, period)[0].epsilon for period in (MONTH, week)]
    assert {r.period: (r.epsilon, r.tables_hidden) for r in found if r} == {
        MONTH: (0.5, False),
        week: (None, False),
    }
    assert numbers == [0.5, None]


def test_the_setting_is_off_without_it_and_says_what_is_wrong() -> None:
    assert read_settings({}).noise_epsilon is None
    assert read_settings({"VENTANILLA_NOISE_EPSILON": "0.5"}).noise_epsilon == 0.5
    for wrong in ("0", "-1", "5.1", "inf", "nan", "much"):
        with pytest.raises(SettingsError, match=r"NOISE_EPSILON is a number above 0 and up to 5"):
            read_settings({"VENTANILLA_NOISE_EPSILON": wrong})


def test_the_job_of_the_server_releases_with_the_noise_of_the_settings(tmp_path: Path) -> None:
    with an_empty_store(tmp_path) as engine:
        with engine.begin() as connection:
            for number in range(30):
                cells = cells_of("SV", "SV/La Paz", "es", "web", "documents/birth-certificate")
                record(connection, Keys(VAULT), noon(FIRST), b"%d" % number, cells)
        own = Settings(
            data_dir=tmp_path,
            database_url=str(engine.url),
            secret_key=SECRET,
            noise_epsilon=3.0,
        )
        jobs = make_jobs(own, engine)
        [job] = [job for job in jobs._jobs if job.name == "release_figures"]
        job.work(Run(engine, Lease("job:release_figures", "me", 1), noon(date(2026, 9, 9))))
        with engine.connect() as connection:
            found = [stored.release_of(connection, p) for p in stored.released(connection)]
    assert [(r.period.name, r.epsilon) for r in found if r] == [("2026-W36", 3.0)]
