"""Names that are nearly what somebody wrote: one letter wrong, or written as it sounds."""

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.places.gazetteer import Gazetteer
from knowledge.search.sounds import sound

MIN_LETTERS = 4
# So many letters of a text → so many may be wrong.
ALLOWED = ((5, 1.0), (8, 2.0), (99, 3.0))
# Written as it sounds ("sacatecoluca") is half a mistake.
SOUND_PENALTY = 0.5
MAX_CANDIDATES = 25
START = END = 3


LONGEST = 0.0  # no place has a name this long: nothing is near it


def allowed_mistakes(letters: int) -> float:
    """Return how many letters may be wrong in a text of so many."""
    return next((mistakes for most, mistakes in ALLOWED if letters <= most), LONGEST)


def similar(key: str, places: Gazetteer) -> list[tuple[float, str]]:
    """Return the names of a country like a folded text, with their number of mistakes, best first.

    First those that begin or end alike, which is quick; all of them only when none is very close.
    """
    found = similar_ends(key, places)
    if found and found[0][0] <= 1:
        return found
    return _nearest(key, places.keys) or found


def similar_ends(key: str, places: Gazetteer) -> list[tuple[float, str]]:
    """Return the like names that have the first or the last letters of a text."""
    starts, ends = places.ends(START, END)
    near = {*starts.get(key[:START], ()), *ends.get(key[-END:], ())}
    return _nearest(key, list(near))


def _nearest(key: str, names: Sequence[str]) -> list[tuple[float, str]]:
    if len(key) < MIN_LETTERS:
        return []
    most = allowed_mistakes(len(key))
    # Names that only sound alike differ in more letters.
    wide = most / len(key) + 0.2
    spoken = _sounds(key)
    found = []
    for name, _, _ in process.extract(
        key,
        names,
        scorer=OSA.normalized_distance,
        score_cutoff=wide,
        limit=MAX_CANDIDATES,
        processor=None,
    ):
        mistakes = min(
            float(OSA.distance(key, name)),
            OSA.distance(spoken, _sounds(name)) + SOUND_PENALTY,
        )
        if mistakes <= most and (len(key) > MIN_LETTERS or mistakes < 1):
            found.append((mistakes, name))
    return sorted(found)


def _sounds(key: str) -> str:
    return " ".join(sound(word) for word in key.split())
