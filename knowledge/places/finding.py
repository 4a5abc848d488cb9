"""Which place a text names, when the text is nothing but a place: an answer to «¿En qué lugar?».

Exact name, nickname, then spelling; a department, state or country behind the name chooses among
places that share it. The country of the conversation and the population break ties.
"""

from flows.definition import COUNTRIES
from flows.folding import words
from knowledge.places.gazetteer import gazetteer
from knowledge.places.matching import (
    ARTICLES,
    all_named,
    areas,
    choose,
    find_exact,
    find_similar,
)
from knowledge.places.nicknames import expand, read_words, short_departments
from knowledge.places.place import NICKNAME, SIMILAR, PlaceMatch

MAX_WORDS = 12
MAX_TEXT = 200
MAX_SHOWN = 5
# A name of another country counts more than one of the conversation's with more mistakes than this.
MISTAKES_OVER_EXACT = 1.5
# With so few mistakes the whole text is a name; with more, its end may be a department.
MISTAKES_OF_ONE_NAME = 1.0

# A folded text that may be a name, and the level that the words before it told.
Reading = tuple[str, str | None]


def find_places(text: str, country: str | None = None, limit: int = MAX_SHOWN) -> PlaceMatch:
    """Return the places that a whole text names, best first; never raises.

    `country` is that of the conversation: its places come first, others only when it has none.

    >>> find_places("san pdro sula", "HN").best.name
    'San Pedro Sula'
    """
    parts = [text[:MAX_TEXT]]
    if "," in text[:MAX_TEXT]:  # "Colonia Escalón, San Salvador": what is before is a part of it
        parts += text[:MAX_TEXT].split(",")
    for part in parts:
        match = _find(_readings(words(part)), country)
        if match.places and (part is parts[0] or match.how != SIMILAR):
            return PlaceMatch(match.places[: max(1, limit)], match.how, match.sure, match.mistakes)
    return PlaceMatch()


def _readings(tokens: list[str]) -> list[Reading]:
    """Return what may be the name: all the words, then without those that only lead to it."""
    lists = read_words()
    tokens = expand(tokens[:MAX_WORDS])
    readings: list[Reading] = []
    level = None
    while tokens:
        readings.append((" ".join(tokens), level))
        if tokens[0] in lists.levels:
            level = level or lists.levels[tokens[0]]
        elif tokens[0] not in lists.fillers:
            break
        tokens = tokens[1:]
    return readings


def _find(readings: list[Reading], country: str | None) -> PlaceMatch:
    abroad = PlaceMatch()
    for key, level in readings:
        if match := _short(key, country):
            return match
        match = find_exact(key, country, level)
        if match.places and country in (None, match.places[0].country):
            return match
        abroad = abroad if abroad.places else match
    for key, _ in readings:
        chosen = _chosen(key, country)
        if chosen.places:
            return chosen
    near = _similar(readings, country, MISTAKES_OVER_EXACT if abroad.places else None)
    if abroad.places and near.places:
        # A name of another country that is nearly one of the conversation's: either may be meant.
        return PlaceMatch((*near.places, *abroad.places), SIMILAR, near.sure, near.mistakes)
    if abroad.places or (near.places and near.mistakes <= MISTAKES_OF_ONE_NAME):
        return abroad if abroad.places else near
    for key, _ in readings:
        chosen = _chosen(key, country, spelled=True)
        if chosen.places:
            return chosen
    return near


def _short(key: str, country: str | None) -> PlaceMatch | None:
    """Return the department of an abbreviation that is the whole text: «Gto»."""
    for code in (country,) if country else COUNTRIES:
        department = short_departments(code).get(key)
        if department is not None and not find_exact(key, code).places:
            place = gazetteer(code).by_area(department, None)
            return PlaceMatch((place,), NICKNAME, sure=True) if place else None
    return None


def _chosen(key: str, country: str | None, *, spelled: bool = False) -> PlaceMatch:
    """Return the places of a name, or a like one, with a department or country behind it."""
    tokens = key.split()
    for cut in range(len(tokens) - 1, 0, -1):
        name = " ".join(tokens[:cut]).removesuffix(" departamento de").removesuffix(" de")
        for area in areas(tokens[cut:], country):
            found = find_similar(name, area[0]) if spelled else all_named(name, area[0])
            match = choose(found, *area)
            if match.places:
                return match
    return PlaceMatch()


def _similar(readings: list[Reading], country: str | None, most: float | None) -> PlaceMatch:
    """Return the places most like one of the readings."""
    fillers = read_words().fillers.difference(ARTICLES)
    best = PlaceMatch()
    for number, (key, level) in enumerate(readings):
        if key.split()[0] in fillers and number < len(readings) - 1:
            continue
        match = find_similar(key, country, level, most)
        if match.places and (not best.places or match.mistakes < best.mistakes):
            best = match
    return best
