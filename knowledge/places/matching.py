"""Names against places: exact, nearly so, and narrowed by a department or country behind them."""

from collections.abc import Callable, Sequence

from flows.definition import COUNTRIES
from flows.folding import fold
from knowledge.places.gazetteer import Gazetteer, gazetteer
from knowledge.places.nicknames import COUNTRY_NAMES, short_departments
from knowledge.places.place import EXACT, NICKNAME, SIMILAR, Place, PlaceMatch
from knowledge.places.ranking import judge, well_known
from knowledge.places.spelling import similar

ARTICLES = ("el", "la", "los", "las")
SURE_MISTAKES = ((5, 0.5), (9, 1.0), (99, 2.0))  # so many letters → so many mistakes are no doubt
Area = tuple[str, str | None]  # a country, and a department of it


def find_exact(
    key: str, country: str | None, level: str | None = None, *, variants: bool = True
) -> PlaceMatch:
    """Return the places whose name, nickname or other name a folded text is, without a guess.

    `variants` also tries other articles: «progreso» for El Progreso.
    """
    for countries in _orders(country):
        found = [_exact(key, gazetteer(c), variants=variants) for c in countries]
        nicknamed = [place for match in found if match.how == NICKNAME for place in match.places]
        named = [place for match in found if match.how == EXACT for place in match.places]
        if country is not None and countries != (country,):
            nicknamed, named = well_known(nicknamed), well_known(named)
        # "la capital" is a nickname in each country: without a country each is as good.
        if nicknamed:
            return judge([*nicknamed, *named], NICKNAME, level, first=len(nicknamed))
        if named:
            return judge(named, EXACT, level)
    return PlaceMatch()


def areas(tokens: Sequence[str], country: str | None) -> list[Area]:
    """Return what some words behind a name may choose: departments, or a whole country."""
    key = " ".join(token for token in tokens if token not in ("de", "departamento", "estado"))
    found: list[Area] = []
    if not key:
        return found
    for code in dict.fromkeys((country, *COUNTRIES) if country else COUNTRIES):
        places = gazetteer(code)
        if key in (short := short_departments(code)):
            found.append((code, short[key]))
        for number in (*places.names.get(key, ()), *places.others.get(key, ())):
            place = places.place(number)
            if place.level == "department":
                found.append((code, place.department))
    if key in COUNTRY_NAMES:
        found.append((COUNTRY_NAMES[key], None))
    return found


def choose(match: PlaceMatch, country: str, department: str | None) -> PlaceMatch:
    """Return the candidates of a match that lie in a department, or in a country."""
    inside = [
        place
        for place in match.places
        if place.country == country
        and (department is None or (place.department == department and place.level != "department"))
    ]
    return judge(inside, match.how, None) if inside else PlaceMatch()


def all_named(key: str, country: str) -> PlaceMatch:
    """Return every place of a country with a name, whatever a nickname would prefer."""
    found = [place for kind in _variants(key, gazetteer(country)) for place in kind]
    return PlaceMatch(tuple(dict.fromkeys(found)), EXACT)


def _variants(key: str, places: Gazetteer) -> tuple[list[Place], list[Place], list[Place]]:
    """Look a name up, with another article when it has none as it is: «progreso», «el progreso»."""
    found = places.lookup(key)
    if any(found):
        return found
    first, _, rest = key.partition(" ")
    bare = rest if first in ARTICLES and rest else key
    for other in (bare, *(f"{article} {bare}" for article in ARTICLES)):
        if other != key and any(found := places.lookup(other)):
            return found
    return [], [], []


def _exact(key: str, places: Gazetteer, *, variants: bool = True) -> PlaceMatch:
    nicknamed, named, others = _variants(key, places) if variants else places.lookup(key)
    if nicknamed:
        large = [place for place in named if place.level != "town"]
        return PlaceMatch(tuple(dict.fromkeys([*nicknamed, *large])), NICKNAME)
    # «Juárez» is also what Ciudad Juárez governs, and not only the villages of that name.
    official = [p for p in others if p.municipality and fold(p.municipality) == key]
    found = [*named, *official] if named else others
    return PlaceMatch(tuple(dict.fromkeys(found)), EXACT) if found else PlaceMatch()


def find_similar(
    key: str,
    country: str | None,
    level: str | None = None,
    most: float | None = None,
    search: Callable[[str, Gazetteer], list[tuple[float, str]]] = similar,
) -> PlaceMatch:
    """Return the places whose name is nearly a folded text, with at most so many mistakes."""
    for countries in _orders(country):
        found = sorted(
            (mistakes, name, code)
            for code in countries
            for mistakes, name in search(key, gazetteer(code))
        )
        if most is not None:
            found = [f for f in found if f[0] <= most]
        if country is not None and countries != (country,):
            found = [f for f in found if f[0] <= 1]
        if not found:
            continue
        best = found[0][0]
        places = [
            place
            for mistakes, name, code in found
            if mistakes <= best + 0.5
            for place in _exact(name, gazetteer(code)).places
        ]
        if country is not None and countries != (country,):
            places = well_known(places)
        if places:
            match = judge(places, SIMILAR, level)
            no_doubt = next((most for letters, most in SURE_MISTAKES if len(key) <= letters), -1)
            sure = match.sure and best <= no_doubt
            return PlaceMatch(match.places, SIMILAR, sure, best)
    return PlaceMatch()


def _orders(country: str | None) -> tuple[tuple[str, ...], ...]:
    """Return in which countries to look, one after the other."""
    if country is None:
        return (COUNTRIES,)
    return (country,), tuple(c for c in COUNTRIES if c != country)
