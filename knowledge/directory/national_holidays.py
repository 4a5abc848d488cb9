"""The national holidays on which offices are closed, listed for the years to come.

The list is taken from the library `holidays`, which loads the calendars of every religion to know
them: a server would be 5 MB larger. After an update of the library,
`python -m knowledge.directory.national_holidays` writes the list anew, and a test asks for it.
Years that are not listed are asked of the library itself.
"""

import json
import sys
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType

from flows.definition import COUNTRIES

LISTED = Path(__file__).parent / "national_holidays.json"
YEARS = range(2025, 2041)


@cache
def national_holidays(country: str, year: int) -> frozenset[date]:
    """Return the holidays of a year; none for a country that nobody knows."""
    if country in COUNTRIES and year in YEARS:
        days = json.loads(LISTED.read_text(encoding="utf-8"))[country][str(year)]
        return frozenset(date.fromisoformat(f"{year}-{day}") for day in days)
    return of_the_library(country, year)


def of_the_library(country: str, year: int) -> frozenset[date]:
    """Return what the library knows, after loading no more of it than this needs."""
    import holidays  # a tenth of a second that nobody else need pay

    # Its package of countries loads all 250, 8 MB of them, if it is not there already.
    countries = ModuleType("holidays.countries")
    countries.__path__ = [str(Path(holidays.__file__).parent / "countries")]
    sys.modules.setdefault(countries.__name__, countries)
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:  # how the library says that it does not know a country
        return frozenset()


def main() -> None:
    """Write the list, a year a line."""
    countries = []
    for country in COUNTRIES:
        years = []
        for year in YEARS:
            days = sorted(f"{day:%m-%d}" for day in of_the_library(country, year))
            years.append(f'    "{year}": {json.dumps(days)}')
        countries.append(f'  "{country}": {{\n' + ",\n".join(years) + "\n  }")
    LISTED.write_text("{\n" + ",\n".join(countries) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
