"""Writes dates, numbers, money, distances and lists as people of a language and country do.

The forms are those of CLDR. Spanish and English are written out here, the same in all countries: a
server that holds them through Babel is 6 MB larger. A test compares them with Babel, which writes
all other languages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from babel import Locale

Number = int | float | Decimal

_SPANISH_OF = {"SV": "es_SV", "GT": "es_GT", "HN": "es_HN", "MX": "es_MX"}
_SPANISH_OF_THE_REGION = "es_419"

# As prices are written at the window, in both languages. In Mexico "$" would be read as dollars by
# people who come from the United States.
_MONEY = {"SV": "${}", "GT": "Q{}", "HN": "L{}", "MX": "{} pesos"}

_METERS_BELOW_KM = 1
_WHOLE_KM_FROM = 10


@dataclass(frozen=True, slots=True)
class _Forms:
    """How a language is written: a date is made of its day, month and year."""

    months: tuple[str, ...]
    day: str
    month: str
    joints: dict[str, tuple[str, str]]  # between two things, before the last of more


# English is that of the United States in all countries: its readers grew up there.
_OURS = {
    "es": _Forms(
        tuple(
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
            "diciembre".split()
        ),
        "{day} de {month} de {year}",
        "{month} de {year}",
        {"and": (" y ", " y "), "or": (" o ", " o ")},
    ),
    "en": _Forms(
        tuple(
            "January February March April May June July August September October November "
            "December".split()
        ),
        "{month} {day}, {year}",
        "{month} {year}",
        {"and": (" and ", ", and "), "or": (" or ", ", or ")},
    ),
}


@lru_cache(maxsize=2048)  # the same few dates stand under every answer
def format_date(value: date | str, language: str, country: str | None = None) -> str:
    """Write a date that may be known only to the month or the year.

    As text it is `2026`, `2026-03` or `2026-03-05`; a text of another form comes back as it is.
    """
    parts = 3
    if isinstance(value, str):
        parts = value.count("-") + 1
        try:
            day = date.fromisoformat(value + "-01" * (3 - parts))
        except ValueError:
            return value
        if parts == 1:
            return value
    else:
        day = value
    if (forms := _OURS.get(language)) is not None:
        written = forms.month if parts == 2 else forms.day
        return written.format(day=day.day, month=forms.months[day.month - 1], year=day.year)
    from babel.dates import format_skeleton

    # The "long" form of some countries writes "05 de marzo"; the skeleton does not.
    skeleton = "yMMMM" if parts == 2 else "yMMMMd"
    return format_skeleton(skeleton, day, locale=_locale(language, country))


def format_money(amount: Number, country: str, language: str) -> str:
    """Write a price in the country's money, with cents only when there are some."""
    number = format_number(amount, language, country, decimals=0 if amount == int(amount) else 2)
    return _MONEY[country].format(number)


def format_number(
    value: Number, language: str, country: str | None = None, decimals: int | None = None
) -> str:
    """Write a number, with as many decimals as it has (three at most) or as are asked for."""
    if language in _OURS:
        shown = f"{Decimal(str(value)):,.{3 if decimals is None else decimals}f}"
        return shown.rstrip("0").rstrip(".") if decimals is None else shown
    from babel.numbers import format_decimal

    fraction = "###" if decimals is None else "0" * decimals
    pattern = f"#,##0.{fraction}" if fraction else "#,##0"
    return format_decimal(value, format=pattern, locale=_locale(language, country))


def format_distance_km(km: float, language: str, country: str | None = None) -> str:
    """Write a distance as one says it: 300 m, 1.2 km, 15 km."""
    tens_of_meters = round(km * 100)
    if tens_of_meters < _METERS_BELOW_KM * 100:
        return _measured(max(tens_of_meters, 1) * 10, "meter", language, country)
    shown = round(km, 1) if km < _WHOLE_KM_FROM else round(km)
    return _measured(shown, "kilometer", language, country)


def _measured(
    value: Number, unit: Literal["meter", "kilometer"], language: str, country: str | None
) -> str:
    if language in _OURS:
        sign = "m" if unit == "meter" else "km"
        return f"{format_number(value, language)} {sign}"
    from babel.units import format_unit

    return format_unit(value, unit, length="short", locale=_locale(language, country))


def format_list(
    items: Sequence[str],
    language: str,
    country: str | None = None,
    joined_by: Literal["and", "or"] = "and",
) -> str:
    """Write several things as a phrase: "a, b y c"."""
    if (forms := _OURS.get(language)) is not None:
        text = _phrase(items, *forms.joints[joined_by])
        return _mend_spanish_joint(text, items[-1]) if language == "es" and len(items) > 1 else text
    from babel.lists import format_list as join

    style: Literal["standard", "or"] = "standard" if joined_by == "and" else "or"
    locale = _locale(language, country)
    text = join(list(items), style=style, locale=locale)
    if locale.language == "es" and len(items) > 1:
        return _mend_spanish_joint(text, items[-1])
    return text


def _phrase(items: Sequence[str], between_two: str, before_last: str) -> str:
    if len(items) < 2:
        return "".join(items)
    joint = between_two if len(items) == 2 else before_last
    return f"{', '.join(items[:-1])}{joint}{items[-1]}"


def _mend_spanish_joint(text: str, last: str) -> str:
    """Say "e" for "y" before the sound i, "u" for "o" before the sound o; CLDR does not."""
    start = last.lower()
    for word, instead, sounds, unlike in (
        (" y ", " e ", ("i", "í", "hi", "hí"), ("hie", "hia", "hio", "ia", "ie", "io")),
        (" o ", " u ", ("o", "ó", "ho", "hó", "8", "11 "), ()),
    ):
        joint = f"{word}{last}"
        if text.endswith(joint) and start.startswith(sounds) and not start.startswith(unlike):
            return f"{text.removesuffix(joint)}{instead}{last}"
    return text


@lru_cache(maxsize=64)
def _locale(language: str, country: str | None) -> "Locale":
    """Find the locale; a language that CLDR has no words for is written as in Spanish."""
    from babel import Locale, UnknownLocaleError

    spanish = Locale.parse(_SPANISH_OF.get(country or "", _SPANISH_OF_THE_REGION))
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return spanish
    # For a language that is only listed in CLDR, K'iche' today, January reads "M01".
    january = locale.months["format"]["wide"][1]
    return spanish if january == "M01" else locale
