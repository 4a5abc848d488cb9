"""Whether an area that somebody typed is one, and which one may have been meant."""

from knowledge.places import find_places, place_of_area
from knowledge.staff.rights import Area, AreaError, read_area


class UnknownAreaError(AreaError):
    """A place that we do not know; `suggestion` is the area that may have been meant."""

    def __init__(self, text: str, suggestion: str | None) -> None:
        hint = f' Did you mean "{suggestion}"?' if suggestion else ""
        super().__init__(f'"{text}" is no department or municipality that we know.{hint}')
        self.suggestion = suggestion


def known_area(text: str) -> Area:
    """Read an area and make sure that it exists; raises `AreaError`, `UnknownAreaError`.

    Names are taken as the directory writes them, whatever the accents and capitals typed.
    """
    area = read_area(text)
    if area.country is None or area.department is None:
        return area
    place = place_of_area(area.country, area.department, area.municipality)
    if place is None:
        raise UnknownAreaError(text, _suggest(area))
    return Area(area.country, place.department, place.local if area.municipality else None)


def _suggest(area: Area) -> str | None:
    names = [area.municipality, area.department]
    if area.municipality and area.department:
        names.insert(0, f"{area.municipality}, {area.department}")
    for name in filter(None, names):
        best = find_places(name, area.country).best
        if best is not None and best.country == area.country:
            return best.area
    return None
