"""Places: which town, municipality or department a person means.

`find_places` reads a text that is a place, `places_in` finds places inside a sentence and
`nearest_place` names the place of a shared location. README.md tells where the data come from.
"""

from flows.definition import COUNTRIES
from knowledge.places.finding import find_places
from knowledge.places.gazetteer import gazetteer
from knowledge.places.place import Place, PlaceMatch, distance_km
from knowledge.places.sentences import places_in, without_places

__all__ = [
    "Place",
    "PlaceMatch",
    "distance_km",
    "find_places",
    "nearest_place",
    "place_by_id",
    "place_of_area",
    "places_in",
    "without_places",
]


def nearest_place(latitude: float, longitude: float) -> Place | None:
    """Return the nearest place of the four countries; None when all are farther than 100 km.

    It tells the country and the department of a location that a person shared. The location is
    neither kept nor written down.
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    found = [near for c in COUNTRIES if (near := gazetteer(c).nearest(latitude, longitude))]
    return min(found, key=lambda near: near[0])[1] if found else None


def place_by_id(place_id: str) -> Place | None:
    """Return the place that a session remembers; None when the data no longer have it."""
    country = place_id[:2].upper()
    return gazetteer(country).by_id(place_id) if country in COUNTRIES else None


def place_of_area(country: str, department: str, municipality: str | None = None) -> Place | None:
    """Return the place of an area of the directory (`HN`, `Cortés`, `San Pedro Sula`).

    An office without coordinates of its own is looked for around those of its municipality.
    """
    return gazetteer(country).by_area(department, municipality) if country in COUNTRIES else None
