"""Dates, numbers and money as people of each country and language write them."""

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from babel import Locale
from babel.dates import format_date as whole_date
from babel.dates import format_skeleton
from babel.lists import format_list as join
from babel.numbers import format_decimal
from babel.units import format_unit

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


LOCALES = [
    *(("es", country) for country in ("SV", "GT", "HN", "MX", None)),
    *(("en", country) for country in ("SV", None)),
]
NUMBERS = (0, 1, -3, 0.5, 1.5, 2.5, 2.675, 1.0005, 1.0015, -0.0001, 999.9996, 1795, 1234567.5,
           1e21, Decimal("10.50"), Decimal("1E+3"), Decimal("0.0015"))  # fmt: skip


@pytest.mark.parametrize(("language", "country"), LOCALES)
def test_spanish_and_english_are_written_as_babel_writes_them(language, country):
    locale = Locale.parse(f"es_{country or '419'}" if language == "es" else "en_US")
    for month in range(1, 13):
        day = date(2026, month, min(3 * month - 2, 28))
        whole = format_skeleton("yMMMMd", day, locale=locale) if language == "es" else (
            whole_date(day, "long", locale=locale)
        )  # fmt: skip
        assert format_date(day, language, country) == whole
        shown = format_skeleton("yMMMM", day, locale=locale)
        assert format_date(f"{day:%Y-%m}", language, country) == shown
    for number in NUMBERS:
        shown = format_decimal(number, "#,##0.###", locale=locale)
        assert format_number(number, language, country) == shown
        for decimals, pattern in ((0, "#,##0"), (2, "#,##0.00")):
            shown = format_decimal(number, pattern, locale=locale)
            assert format_number(number, language, country, decimals) == shown
    for km, unit, value in ((0.12, "meter", 120), (1.0, "kilometer", 1), (5.25, "kilometer", 5.2),
                            (1234.5, "kilometer", 1234)):  # fmt: skip
        shown = format_unit(value, unit, "short", locale=locale)
        assert format_distance_km(km, language, country) == shown
    for joined_by, style in (("and", "standard"), ("or", "or")):
        for count in range(5):
            some = ["pan", "leche", "café", "sal"][:count]
            shown = join(some, style, locale=locale)
            assert format_list(some, language, country, joined_by) == shown


def test_babel_is_not_imported_for_our_languages():
    program = (
        "import sys\n"
        "from locales.formats import *\n"
        "for language in ('es', 'en'):\n"
        "    format_date('2026-03-05', language, 'SV')\n"
        "    format_number(1.5, language)\n"
        "    format_money(25, 'SV', language)\n"
        "    format_distance_km(1.2, language)\n"
        "    format_list(['a', 'b'], language)\n"
        "sys.exit('babel' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, cwd=CODE_ROOT)
    assert done.returncode == 0


def test_babel_is_not_imported_before_it_is_needed():
    program = (
        "import sys, locales.catalogs, locales.formats\n"
        "locales.catalogs.translator('es').text('Hola')\n"
        "sys.exit('babel' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, cwd=CODE_ROOT)
    assert done.returncode == 0
