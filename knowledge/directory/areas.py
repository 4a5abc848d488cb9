"""Countries and their municipalities, as the directory needs them."""

from functools import lru_cache

from knowledge.places import Place, distance_km, place_of_area
from knowledge.places.gazetteer import gazetteer

# South, west, north and east of each country with its islands, a little generous.
BOXES = {
    "SV": (13.0, -90.2, 14.5, -87.6),
    "GT": (13.7, -92.3, 17.9, -88.2),
    "HN": (12.9, -89.4, 17.5, -83.1),
    "MX": (14.5, -118.5, 32.8, -86.6),
}
# A point this much farther from every town of its country than from a town of another is abroad.
# Borders run between towns: Tecún Umán and Ciudad Hidalgo are two kilometres apart.
ABROAD_KM = 10.0


@lru_cache(maxsize=4096)
def find_municipality(country: str, department: str, municipality: str) -> Place | None:
    """Return the municipality of an area, or the department where no municipality is given."""
    return place_of_area(country, department, municipality or None) if department else None


def place_point(country: str, department: str, municipality: str) -> tuple[float, float] | None:
    """Return where a municipality is, to put offices in order; never to show as an office's."""
    if not municipality:
        return None
    place = find_municipality(country, department, municipality)
    return place.point if place else None


@lru_cache(maxsize=4096)
def is_inside(country: str, latitude: float, longitude: float) -> bool:
    """Whether a point can be in a country, as far as towns tell."""
    south, west, north, east = BOXES[country]
    if not (south <= latitude <= north and west <= longitude <= east):
        return False
    own = _nearest_km(country, latitude, longitude)
    if own is None or own <= ABROAD_KM:
        return own is not None
    others = (_nearest_km(name, latitude, longitude) for name in BOXES if name != country)
    return all(own <= other + ABROAD_KM for other in others if other is not None)


def _nearest_km(country: str, latitude: float, longitude: float) -> float | None:
    south, west, north, east = BOXES[country]
    if not (south - 1 <= latitude <= north + 1 and west - 1 <= longitude <= east + 1):
        return None
    found = gazetteer(country).nearest(latitude, longitude)
    return found[0] if found else None


def km_from_municipality(
    country: str, department: str, municipality: str, point: tuple[float, float]
) -> float | None:
    """Return how far a point is from the seat of a municipality; None when that is not known."""
    seat = place_point(country, department, municipality)
    return distance_km(seat, point) if seat else None
