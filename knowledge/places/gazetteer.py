"""The places of one country, read from its file when first asked for.

The lines stay text until a place is wanted: 17,000 lines of Mexico are read in some hundredths of a
second, and the few places that a conversation names are made then.
"""

import math
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from flows.definition import COUNTRIES
from flows.folding import fold
from knowledge.places.nicknames import sayings
from knowledge.places.place import Place, distance_km

DATA = Path(__file__).parent / "data"
LEVELS = ("department", "municipality", "district", "town")
Numbers = tuple[int, ...]  # of lines
# The marks of Spanish are taken from a whole file at once; `fold` sees to a name with any other.
_MARKS = tuple(zip("áéíóúñü", "aeiounu", strict=True))
_CELL_DEGREES = 0.5
_FOLDED = re.compile("[a-z0-9 ]*").fullmatch
# A sharing farther than this from every town is at sea or in another country.
MAX_KM = 100.0


class Gazetteer:
    """The places of a country: by id, by folded name, by saying, by coordinates."""

    def __init__(self, country: str, text: str) -> None:
        self.country = country
        lines = text.split("\n")
        start = next(i for i, line in enumerate(lines) if not line.startswith("#")) + 1
        self._lines = lines[start:-1] if not lines[-1] else lines[start:]
        self.names: dict[str, Numbers] = {}
        self.others: dict[str, Numbers] = {}
        for number, line in enumerate(_plain(text).split("\n")[start : start + len(self._lines)]):
            _, name, also, _ = line.split(",", 3)
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
        self._cells: dict[tuple[int, int], list[int]] = {}
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
        for number, line in enumerate(self._lines):
            if line.startswith(f"{place_id},"):
                return self.place(number)
        return None

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
        if not self._cells:
            for number, line in enumerate(self._lines):
                cells = line.split(",", 8)
                if cells[6] and cells[5] != "department":
                    self._cells.setdefault(_cell(float(cells[6]), float(cells[7])), []).append(
                        number
                    )
        here = (latitude, longitude)
        best: tuple[float, int, Place] | None = None
        for number in self._around(latitude, longitude):
            place = self.place(number)
            if place.point is None:
                continue
            found = (distance_km(here, place.point), LEVELS.index(place.level), place)
            if best is None or found[:2] < best[:2]:
                best = found
        return (best[0], best[2]) if best is not None and best[0] <= MAX_KM else None

    def _around(self, latitude: float, longitude: float) -> Iterable[int]:
        """Yield the lines in the cells around a point, ring by ring, until one ring has some."""
        row, column = _cell(latitude, longitude)
        last = math.inf
        for ring in range(5):
            found = [
                n
                for r in range(row - ring, row + ring + 1)
                for c in range(column - ring, column + ring + 1)
                if max(abs(r - row), abs(c - column)) == ring
                for n in self._cells.get((r, c), ())
            ]
            yield from found
            if found:
                last = min(last, ring)
            if ring > last:  # one ring more: a corner is farther than the next cell's edge
                return


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return math.floor(latitude / _CELL_DEGREES), math.floor(longitude / _CELL_DEGREES)


def _plain(text: str) -> str:
    text = text.lower()
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
