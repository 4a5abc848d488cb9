"""What a place is, and how far two points are from each other."""

import math
from dataclasses import dataclass

EARTH_KM = 6371.0
LEVELS = ("department", "municipality", "district", "town")
# How a name was found, surest first.
EXACT, NICKNAME, SIMILAR, NOTHING = "exact", "nickname", "similar", "nothing"


@dataclass(frozen=True, slots=True)
class Place:
    """A department (state), municipality, district or town.

    `level` is `department`, `municipality`, `district` (El Salvador: the municipality of before
    2024) or `town`. `municipality` is the one that governs it, None when we do not know it or for a
    department. Coordinates and population (of the seat) are None when we do not know them; a
    department stands at its main town.
    """

    id: str
    name: str
    country: str
    department: str
    municipality: str | None
    level: str
    latitude: float | None
    longitude: float | None
    population: int | None

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude together."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

    @property
    def local(self) -> str | None:
        """The name that the directory gives to its municipality; a district keeps the old one."""
        return self.name if self.level == "district" else self.municipality

    @property
    def area(self) -> str:
        """The place as an area: `HN/Cortés/San Pedro Sula`, or wider where we know no more."""
        return "/".join(part for part in (self.country, self.department, self.local) if part)

    @property
    def label(self) -> str:
        """How to name it to a person who has to choose: `Tegucigalpa, Francisco Morazán`."""
        if self.level == "department":
            return f"{self.name} ({DEPARTMENT_WORD[self.country]})"
        if self.level == "town" and self.municipality and self.municipality != self.name:
            return f"{self.name} ({self.municipality}), {self.department}"
        return f"{self.name}, {self.department}"


DEPARTMENT_WORD = {
    "SV": "departamento",
    "GT": "departamento",
    "HN": "departamento",
    "MX": "estado",
}


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """What a text names, best first; empty when it names no place of ours.

    `sure` says that the first may be taken without a question. When it is false and there are
    several, the text fits them all («¿Cuál San Antonio?»); when there is one, it is a guess from a
    spelling («¿Quiso decir Zacatecoluca?»). `how` is `exact`, `nickname`, `similar` or `nothing`;
    `mistakes` says how many letters of a similar name are wrong.
    """

    places: tuple[Place, ...] = ()
    how: str = NOTHING
    sure: bool = False
    mistakes: float = 0.0

    @property
    def best(self) -> Place | None:
        """The first candidate."""
        return self.places[0] if self.places else None

    @property
    def must_choose(self) -> bool:
        """Whether a person has to say which of several is meant."""
        return not self.sure and len(self.places) > 1


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance between two points in degrees."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*a, *b))
    h = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))
