"""Places inside a sentence: «donde saco el dui en zacatecoluca», "ID office near San Pedro Sula".

Many places are called like ordinary words, so a name counts only with what speaks for it
(`evidence.py`), or with its department behind it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flows.definition import COUNTRIES
from flows.folding import fold
from knowledge.places.evidence import (
    LINKS,
    NEAR,
    Token,
    cue_before,
    is_elsewhere,
    level_before,
    read_tokens,
    text_of,
    weigh,
)
from knowledge.places.gazetteer import gazetteer
from knowledge.places.matching import areas, choose, find_exact, find_similar
from knowledge.places.nicknames import read_words
from knowledge.places.place import Place, PlaceMatch
from knowledge.places.spelling import similar_ends

MAX_TEXT = 600
LONGEST_NAME = 6  # words
LONGEST_AREA = 4
SHORTEST_AREA = 4  # letters: «sin», «son» and «ver» are abbreviations of states, and words
# A misspelt name is looked for only behind a cue and if it is long enough: letters → mistakes.
MISSPELT = ((6, 0.0), (8, 1.0), (99, 2.0))
MISSPELT_WORDS = 3
MISSPELT_TRIES = 6
KNOWN = ((8, 20_000), (99, 5_000))  # letters → inhabitants that a place must have to be meant


@dataclass(frozen=True, slots=True)
class Hit:
    """A place named by some words of the sentence; `end` is the word behind them."""

    end: int
    match: PlaceMatch
    strength: int


def places_in(message: str, country: str | None = None) -> tuple[PlaceMatch, ...]:
    """Return the places that a sentence names, the strongest cue first; never raises.

    A sentence that names none gives an empty tuple. Countries are no places of ours: «soy de
    Guatemala» names none, «vivo en la ciudad de Guatemala» does.

    >>> [match.best.name for match in places_in("donde saco el dui en zacatecoluca")]
    ['Zacatecoluca']
    """
    tokens = read_tokens(message[:MAX_TEXT])
    hits: list[Hit] = []
    at = 0
    while at < len(tokens):
        hit = _hit_at(tokens, at, country)
        if hit is not None and hit.match.places:
            hits.append(hit)
        at = at + 1 if hit is None else hit.end
    if not hits:
        hits = _misspelt(tokens, country)
    found: dict[str, PlaceMatch] = {}
    for hit in sorted(hits, key=lambda hit: -hit.strength):
        found.setdefault(hit.match.places[0].id, hit.match)
    return tuple(found.values())


def without_places(message: str, country: str | None = None) -> str:
    """Return the words of a sentence without those that name a place: what is asked about it.

    >>> without_places("donde saco el dui en zacatecoluca")
    'donde saco el dui en'
    """
    tokens = read_tokens(message[:MAX_TEXT])
    kept: list[str] = []
    at = 0
    while at < len(tokens):
        hit = _hit_at(tokens, at, country)
        if hit is not None and hit.match.places:
            at = hit.end
        else:
            kept.append(tokens[at].word)
            at += 1
    return " ".join(kept)


def _hit_at(tokens: Sequence[Token], start: int, country: str | None) -> Hit | None:
    """Return the longest name that begins at a word and counts as a place."""
    for end in range(min(start + LONGEST_NAME, len(tokens)), start, -1):
        if any(token.stop for token in tokens[start : end - 1]):
            continue
        key = text_of(tokens[start:end])
        if not _known(key):
            continue
        if hit := _with_area(tokens, start, end, country):
            return hit
        match = find_exact(key, country, level_before(tokens, start), variants=False)
        strength = weigh(tokens, start, end, match) if match.places else None
        if strength is not None:
            return Hit(end, match, strength)
        if is_elsewhere(key):
            return Hit(end, PlaceMatch(), 0)  # nor are its parts a place: Los Ángeles, Ángeles
    return None


def _known(key: str) -> bool:
    for country in COUNTRIES:
        places = gazetteer(country)
        if key in places.names or key in places.nicknames or key in places.others:
            return True
    return False


def _with_area(tokens: Sequence[Token], start: int, end: int, country: str | None) -> Hit | None:
    """Return the place of a name whose department, state or country stands behind it."""
    first = end
    if first < len(tokens) and tokens[first].word in ("en", "de"):
        first += 1
    key = text_of(tokens[start:end])
    if all(token.word in LINKS for token in tokens[start:end]):
        return None
    for last in range(min(first + LONGEST_AREA, len(tokens)), first, -1):
        if any(token.stop for token in tokens[first : last - 1]):
            continue
        behind = text_of(tokens[first:last])
        if len(behind) < SHORTEST_AREA:
            continue
        for area_country, department in areas(behind.split(), country):
            match = choose(find_exact(key, area_country), area_country, department)
            # A country behind an ordinary word says nothing: «gracias Guatemala».
            strength = (
                cue_before(tokens, start) + 1
                if department is not None
                else weigh(tokens, start, end, match)
                if match.places
                else None
            )
            if match.places and strength is not None:
                return Hit(last, match, strength)
    return None


def _misspelt(tokens: Sequence[Token], country: str | None) -> list[Hit]:
    """Look behind «en», «cerca de»… for a name with a letter or two wrong."""
    lists = read_words()
    plain = (lists.common, lists.fillers, LINKS)
    tries = 0
    for start in range(1, len(tokens)):
        cue = cue_before(tokens, start)
        if cue < NEAR or tokens[start].word in LINKS or is_elsewhere(tokens[start].word):
            continue
        for end in range(min(start + MISSPELT_WORDS, len(tokens)), start, -1):
            part = tokens[start:end]
            key = text_of(part)
            most = next((wrong for letters, wrong in MISSPELT if len(key) <= letters), 0)
            ordinary = all(any(t.word in words for words in plain) for t in part)
            if not most or ordinary or any(token.stop for token in part[:-1]) or _known(key):
                continue
            if tries == MISSPELT_TRIES:
                return []
            tries += 1
            match = find_similar(key, country, most=most, search=similar_ends)
            if match.best is not None and _is_meant(key, match.best):
                return [Hit(end, match, cue)]
    return []


def _is_meant(key: str, place: Place) -> bool:
    """Whether a name may stand for a misspelt text, and not only be a letter from a plain word."""
    lists = read_words()
    name = fold(place.name)
    if is_elsewhere(name) or name in lists.common or key.split()[0] in lists.levels:
        return False
    least = next((people for letters, people in KNOWN if len(key) <= letters), math.inf)
    unknown = place.population is None and place.country != "MX" and len(key) > KNOWN[0][0]
    return unknown or place.level == "department" or (place.population or 0) >= least
