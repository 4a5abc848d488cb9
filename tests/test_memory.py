"""What keeps a server small: work apart, values that are shared, parts of libraries left out."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from figures_for_tests import VAULT, noon

from bot import apart, content_cache, store
from bot.settings import Settings
from knowledge.directory.national_holidays import (
    COUNTRIES,
    YEARS,
    national_holidays,
    of_the_library,
)
from knowledge.figures import release
from knowledge.figures.cells import TOTAL
from knowledge.figures.counting import Keys, record
from knowledge.figures.periods import EPOCH
from knowledge.store import schema
from knowledge.store.database import StoreError, reading

SECRET = "a secret for tests alone, forty characters"
NOW = noon(EPOCH + timedelta(days=20))


def python(code: str) -> str:
    """What a program of its own says."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_equal_words_of_the_cache_are_one_value(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    words = ["".join(["par", "tida"]) for _ in range(3)]
    kept = {"words": words, "pairs": [(word, "de") for word in words], "weights": [0.5 / 3, -0.0]}
    assert words[0] is not words[1]
    content_cache.store(tmp_path, "now", kept)
    found = content_cache.load(tmp_path, "now")
    assert found == kept
    assert len({id(word) for word in found["words"]}) == 1
    assert len({id(pair) for pair in found["pairs"]}) == 1
    assert str(found["weights"][1]) == "-0.0"


def test_a_first_start_is_prepared_apart(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var", secret_key=SECRET, shipped_directory=False)
    apart.prepare(settings)
    engine = store.connect(settings)
    assert schema.is_current(engine)
    engine.dispose()
    assert not content_cache.is_missing(apart.ROOT)


def test_trouble_in_preparing_is_left_to_who_opens_next(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="mysql://nobody@nowhere/x")
    apart.prepare(settings)
    with pytest.raises(StoreError):
        store.open_store(settings)


def test_figures_are_released_apart(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_key=SECRET, shipped_directory=False)
    engine = store.connect(settings)
    try:
        with pytest.raises(apart.ApartError):  # there is no schema yet
            apart.release(settings, NOW)
        schema.upgrade(engine)
        with engine.begin() as connection:
            keys = Keys(VAULT)
            record(connection, keys, noon(EPOCH), b"somebody", [TOTAL])
        with reading(engine).connect() as connection:
            due = release.periods_due(connection, NOW)
        assert due
        assert apart.release(settings, NOW) == len(due)
        assert apart.release(settings, NOW) == 0
    finally:
        engine.dispose()


def test_only_our_countries_holidays_are_loaded() -> None:
    told = python(
        "import sys\n"
        "from knowledge.directory.national_holidays import of_the_library\n"
        "days = [len(of_the_library(country, 2026)) for country in ('SV', 'GT', 'HN', 'MX')]\n"
        "print(all(days), 'holidays.countries.germany' in sys.modules,"
        " 'holidays.countries.mexico' in sys.modules)"
    )
    assert told == "True False True"


def test_they_are_the_holidays_of_the_whole_library() -> None:
    told = python(
        "import holidays, holidays.countries\n"
        "print(sorted(map(str, holidays.countries.Mexico(years=2026))))"
    )
    assert told == str(sorted(map(str, national_holidays("MX", 2026))))


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_listed_holidays_are_those_of_the_library(country: str) -> None:
    for year in (YEARS[0] - 1, *YEARS, YEARS[-1] + 1):
        assert national_holidays(country, year) == of_the_library(country, year), (
            "python -m knowledge.directory.national_holidays"
        )
        assert national_holidays(country, year)


def test_a_country_that_nobody_knows_has_no_holidays() -> None:
    assert national_holidays("XX", 2026) == frozenset()


def test_a_server_loads_no_colours_for_terminals() -> None:
    told = python(
        "import sys, bot.lean, bot.serving\n"
        "print([n for n in sys.modules if n.split('.')[0] in ('rich', 'alembic', 'highspy')"
        " and sys.modules[n]], 'pydantic.v1.main' in sys.modules)"
    )
    assert told == "[] False"


def test_a_server_reads_no_passports() -> None:
    told = python(
        "import sys, bot.lean, telegram\n"
        "try:\n"
        "    telegram.Bot('1:x', private_key=b'-')\n"
        "except RuntimeError as error:\n"
        "    print('Passports' in str(error))"
    )
    assert told == "True"
