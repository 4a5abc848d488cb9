"""Which town is nearest to a point: those of a country in cells, so that few are looked at."""

import math
from array import array
from collections.abc import Iterable, Iterator

from knowledge.places.place import EARTH_KM, LEVELS, distance_km

# A sharing farther than this from every town is at sea or in another country.
MAX_KM = 100.0
_CELL_DEGREES = 0.1
_CELL_KM = math.radians(_CELL_DEGREES) * EARTH_KM


class Towns:
    """The lines of a gazetteer that have a point and are no department."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._latitudes, self._longitudes = array("d"), array("d")
        self._numbers, self._levels = array("i"), array("b")
        self._cells: dict[tuple[int, int], list[int]] = {}
        for number, line in enumerate(lines):
            _, _, _, _, _, level, latitude, longitude, _ = line.split(",", 8)
            if latitude and level != "department":
                here = float(latitude), float(longitude)
                self._cells.setdefault(_cell(*here), []).append(len(self._numbers))
                self._latitudes.append(here[0])
                self._longitudes.append(here[1])
                self._numbers.append(number)
                self._levels.append(LEVELS.index(level))

    def nearest(self, latitude: float, longitude: float) -> tuple[float, int] | None:
        """Return how far the nearest is in kilometres, and its line; of equals the first, widest.

        None when all are farther than `MAX_KM`.
        """
        here, row_column = (latitude, longitude), _cell(latitude, longitude)
        # A degree of longitude is the shorter the farther from the equator.
        farthest = min(abs(latitude) + math.degrees(MAX_KM / EARTH_KM), 90.0)
        cell_km = 0.999 * _CELL_KM * math.cos(math.radians(farthest))
        best: tuple[float, int, int] | None = None
        for ring in range(math.ceil(MAX_KM / cell_km) + 1 if cell_km > 1.0 else 0):
            if best is not None and best[0] < (ring - 1) * cell_km:
                break  # whatever is in this ring is at least so many cells away
            for town in self._ring(*row_column, ring):
                km = distance_km(here, (self._latitudes[town], self._longitudes[town]))
                found = (km, self._levels[town], self._numbers[town])
                if best is None or found < best:
                    best = found
        return (best[0], best[2]) if best is not None and best[0] <= MAX_KM else None

    def _ring(self, row: int, column: int, ring: int) -> Iterator[int]:
        """Yield what is in the cells that are `ring` cells away."""
        sides = (-ring, ring) if ring else (0,)
        for step in range(-ring, ring + 1):
            for side in sides:
                yield from self._cells.get((row + side, column + step), ())
                if abs(step) < ring:
                    yield from self._cells.get((row + step, column + side), ())


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return math.floor(latitude / _CELL_DEGREES), math.floor(longitude / _CELL_DEGREES)
