"""Where a person says they are: a town or department in a message fills the session."""

from dataclasses import replace

from bot.messages import Location, Session
from knowledge.places import (
    Place,
    PlaceMatch,
    find_places,
    nearest_place,
    place_by_id,
    places_in,
    without_places,
)

MOST_ASKED = 5  # places to choose from; more would not be read


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


def places_meant(text: str, country: str | None) -> PlaceMatch | None:
    """Return the places that a sentence may mean, when it names several of one name."""
    match = next(iter(places_in(text, country)), None)
    return _narrowed(match, country) if match is not None and match.must_choose else None


def places_said(text: str, country: str | None) -> PlaceMatch | None:
    """Return the places that an answer may mean: several of one name, or a misspelt one."""
    match = find_places(text, country)
    if match.places and not match.sure:
        return _narrowed(match, country)
    return places_meant(text, country)


def topic_of(text: str, country: str | None) -> str | None:
    """Return what a message asks without the place that it names; None when it names none."""
    if place_in(text, country) is None:
        return None
    return without_places(text, country) or None


def place_chosen(place_id: str) -> Place | None:
    """Return the place of a button; None when the data no longer have it."""
    return place_by_id(place_id)


def country_near(location: Location) -> str | None:
    """Return the country of a shared location, for one answer; None when it is in none of ours."""
    place = nearest_place(location.latitude, location.longitude)
    return place.country if place else None


def settle(session: Session, place: Place | None) -> Session:
    """Remember a place for the visit; one in another country than the session's changes nothing."""
    if place is None or (session.country or place.country) != place.country:
        return session
    town = None if place.level == "department" else place.local
    return replace(session, country=place.country, department=place.department, municipality=town)


def _sure(match: PlaceMatch | None) -> Place | None:
    return match.best if match is not None and match.sure else None


def _narrowed(match: PlaceMatch, country: str | None) -> PlaceMatch | None:
    """Keep to the country of the conversation: places elsewhere are not what is asked about."""
    places = tuple(p for p in match.places if country in (None, p.country))[:MOST_ASKED]
    return replace(match, places=places) if places else None
