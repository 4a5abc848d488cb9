"""Dates, numbers and money as people of each country and language write them."""

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

from locales.formats import (
    format_date,
    format_distance_km,
    format_list,
    format_money,
    format_number,
)
from locales.sources import CODE_ROOT


@pytest.mark.parametrize("country", ["SV", "GT", "HN", "MX", None])
@pytest.mark.parametrize(
    ("value", "spanish", "english"),
    [
        ("2026", "2026", "2026"),
        ("2026-03", "marzo de 2026", "March 2026"),
        ("2026-03-05", "5 de marzo de 2026", "March 5, 2026"),
        (date(2026, 12, 31), "31 de diciembre de 2026", "December 31, 2026"),
        ("sin fecha", "sin fecha", "sin fecha"),
        ("2026-13", "2026-13", "2026-13"),
        ("2026-02-30", "2026-02-30", "2026-02-30"),
        ("", "", ""),
    ],
)
def test_a_date_is_written_as_far_as_it_is_known(value, spanish, english, country):
    assert format_date(value, "es", country) == spanish
    assert format_date(value, "en", country) == english


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(
    ("amount", "country", "shown"),
    [
        (10.31, "SV", "$10.31"),
        (Decimal("10.50"), "SV", "$10.50"),
        (25, "SV", "$25"),
        (100, "GT", "Q100"),
        (200.0, "HN", "L200"),
        (1795, "MX", "1,795 pesos"),
        (0, "MX", "0 pesos"),
    ],
)
def test_money_is_written_as_at_the_window(amount, country, shown, language):
    assert format_money(amount, country, language) == shown


def test_numbers_and_distances():
    assert format_number(1234567.5, "es", "SV") == "1,234,567.5"
    assert format_number(1795, "en", "MX") == "1,795"
    assert format_number(3, "es", decimals=2) == "3.00"
    shown = [format_distance_km(km, "es", "HN") for km in (0, 0.304, 0.996, 1.24, 9.96, 15.2)]
    assert shown == ["10 m", "300 m", "1 km", "1.2 km", "10 km", "15 km"]


@pytest.mark.parametrize(
    ("items", "joined_by", "spanish", "english"),
    [
        ([], "and", "", ""),
        (["a"], "and", "a", "a"),
        (["a", "b"], "and", "a y b", "a and b"),
        (["a", "b", "c"], "or", "a, b o c", "a, b, or c"),
        (["padre", "hijo"], "and", "padre e hijo", "padre and hijo"),
        (["agua", "hielo"], "and", "agua y hielo", "agua and hielo"),
        (["uno", "otro"], "or", "uno u otro", "uno or otro"),
    ],
)
def test_a_list_is_a_phrase(items, joined_by, spanish, english):
    assert format_list(items, "es", "SV", joined_by) == spanish
    assert format_list(items, "en", "SV", joined_by) == english


@pytest.mark.parametrize("language", ["quc", "mam", "x", "../es", ""])
def test_a_language_without_words_in_cldr_is_written_as_in_spanish(language):
    assert format_date("2026-03", language, "GT") == "marzo de 2026"


def test_babel_is_not_imported_before_it_is_needed():
    program = (
        "import sys, locales.catalogs, locales.formats\n"
        "locales.catalogs.translator('es').text('Hola')\n"
        "sys.exit('babel' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, cwd=CODE_ROOT)
    assert done.returncode == 0
