"""The places of one country, read from its file when first asked for.

The lines stay text until a place is wanted: 17,000 lines of Mexico are read in some hundredths of a
second, and the few places that a conversation names are made then.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from flows.definition import COUNTRIES
from flows.folding import fold
from knowledge.places.lines import Lines
from knowledge.places.nicknames import sayings
from knowledge.places.place import LEVELS, Place
from knowledge.places.towns import Towns

DATA = Path(__file__).parent / "data"
Numbers = tuple[int, ...]  # of lines
# The marks of Spanish are quickly taken from a line; `fold` sees to a name with any other.
_MARKS = tuple(zip("áéíóúñü", "aeiounu", strict=True))
_FOLDED = re.compile("[a-z0-9 ]*").fullmatch


class Gazetteer:
    """The places of a country: by id, by folded name, by saying, by coordinates."""

    def __init__(self, country: str, text: str) -> None:
        self.country = country
        self._lines = Lines(text)
        self.names: dict[str, Numbers] = {}
        self.others: dict[str, Numbers] = {}
        # A line at a time: all of them at once would leave a server larger for good.
        for number, line in enumerate(self._lines):
            _, name, also, _ = _plain(line).split(",", 3)
            _put(self.names, name, number)
            if also:
                for other in also.split(";"):
                    _put(self.others, other, number)
        self.nicknames: dict[str, Numbers] = {}
        for saying, paths in sayings(country).items():
            numbers = [n for path in paths for n in self._by_path(*path)]
            if numbers:
                self.nicknames[saying] = tuple(numbers)
        self._keys: list[str] = []
        self._towns: Towns | None = None
        self._ends: tuple[dict[str, list[str]], dict[str, list[str]]] | None = None

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[Place]:
        return (self.place(number) for number in range(len(self._lines)))

    @property
    def keys(self) -> list[str]:
        """Every folded name, nickname and other name."""
        if not self._keys:
            self._keys = list({**self.names, **self.others, **self.nicknames})
        return self._keys

    def place(self, number: int) -> Place:
        """Return the place of a line."""
        key, name, _, department, municipality, level, latitude, longitude, population = (
            self._lines[number].split(",")
        )
        return Place(
            id=key,
            name=name,
            country=self.country,
            department=department,
            municipality=municipality or None,
            level=level,
            latitude=float(latitude) if latitude else None,
            longitude=float(longitude) if longitude else None,
            population=int(population) if population else None,
        )

    def lookup(self, key: str) -> tuple[list[Place], list[Place], list[Place]]:
        """Return the places with a saying, with a name and with another name, for a folded text."""
        return (
            [self.place(n) for n in self.nicknames.get(key, ())],
            [self.place(n) for n in self.names.get(key, ())],
            [self.place(n) for n in self.others.get(key, ())],
        )

    def ends(self, start: int, end: int) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Return the names by their first and by their last letters."""
        if self._ends is None:
            starts: dict[str, list[str]] = {}
            ends: dict[str, list[str]] = {}
            for key in self.keys:
                starts.setdefault(key[:start], []).append(key)
                ends.setdefault(key[-end:], []).append(key)
            self._ends = (starts, ends)
        return self._ends

    def by_id(self, place_id: str) -> Place | None:
        """Return the place of an id."""
        number = self._lines.beginning(f"{place_id},")
        return None if number is None else self.place(number)

    def by_area(self, department: str, municipality: str | None) -> Place | None:
        """Return the place that an area of the directory names: the widest, with coordinates."""
        found = sorted(
            (self.place(n) for n in self._by_path(department, municipality)),
            key=lambda p: (p.point is None, LEVELS.index(p.level), -(p.population or 0)),
        )
        return found[0] if found else None

    def _by_path(self, department: str, name: str | None) -> list[int]:
        inside, key = fold(department), fold(name or department)
        numbers = [*self.names.get(key, ()), *(() if name is None else self.others.get(key, ()))]
        return [
            n
            for n in dict.fromkeys(numbers)
            if fold((place := self.place(n)).department) == inside
            and (place.level == "department") == (name is None)
        ]

    def nearest(self, latitude: float, longitude: float) -> tuple[float, Place] | None:
        """Return the nearest place that is no department, with its distance in kilometres."""
        if self._towns is None:
            self._towns = Towns(self._lines)
        found = self._towns.nearest(latitude, longitude)
        return (found[0], self.place(found[1])) if found else None


def _plain(text: str) -> str:
    text = text.lower()
    if text.isascii():
        return text
    for marked, plain in _MARKS:
        text = text.replace(marked, plain)
    return text


def _put(index: dict[str, Numbers], plain: str, number: int) -> None:
    key = plain if _FOLDED(plain) else fold(plain)
    index[key] = (*index[key], number) if key in index else (number,)


@lru_cache(maxsize=len(COUNTRIES))
def gazetteer(country: str) -> Gazetteer:
    """Return the places of a country; the first call for each reads its file."""
    return Gazetteer(country, (DATA / f"{country}.csv").read_text(encoding="utf-8"))
