"""Where a person says they are: a town or department in a message fills the session."""

from dataclasses import replace

from bot.messages import Session
from knowledge.places import Place, PlaceMatch, find_places, places_in


def place_in(text: str, country: str | None) -> Place | None:
    """Return the one place that a message surely names ("el dui en Zacatecoluca"), else None."""
    return _sure(next(iter(places_in(text, country)), None))


def place_said(text: str, country: str | None) -> Place | None:
    """Return the place that a message speaks of, in the country or else in another one."""
    for within in dict.fromkeys((country, None)):
        place = _sure(find_places(text, within)) or place_in(text, within)
        if place is not None:
            return place
    return None


def settle(session: Session, place: Place | None) -> Session:
    """Remember a place for the visit; one in another country than the session's changes nothing."""
    if place is None or (session.country or place.country) != place.country:
        return session
    town = None if place.level == "department" else place.local
    return replace(session, country=place.country, department=place.department, municipality=town)


def _sure(match: PlaceMatch | None) -> Place | None:
    return match.best if match is not None and match.sure else None
