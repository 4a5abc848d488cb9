"""Counts the syllables of Spanish words, by the spelling rules of the Academies.

Two vowels share a syllable unless both are strong (`a-e-ro`), are the same (`le-er`, `chi-i-ta`)
or a weak one with an accent stands beside a strong one (`dí-a`, `pa-ís`). The silent h does not
part them (`prohi-bir`, `bú-ho`), except where it begins a syllable of its own (`ca-ca-hua-te`).
"""

import re
from functools import lru_cache
from itertools import pairwise

_STRONG = set("aeoáéó")
_WEAK_ACCENTED = set("íú")
_PLAIN = str.maketrans("àâäãèêëìîïòôöõùûÿýç", "aaaaeeeiiioooouuyyc")
_SILENT_U = re.compile(r"(?<=q)u|(?<=g)u(?=[eiéí])")
_SILENT_H = re.compile(r"(?<=[aeiouáéíóúü])h(?=[aeoáéó]|[iuíú](?![aeiouáéíóú]))")
_VOWEL_Y = re.compile(r"y(?![aeiouáéíóúü])")
_VOWELS = re.compile(r"[aeiouáéíóúü]+")
_BASE = str.maketrans("áéíóúü", "aeiouu")


@lru_cache(maxsize=20_000)  # texts repeat their words
def count_syllables(word: str) -> int:
    """Return how many syllables a Spanish word has; 1 at least, as something is always said.

    >>> [count_syllables(word) for word in ("repatriación", "país", "guía", "cacahuate")]
    [4, 2, 2, 4]
    """
    letters = word.lower().translate(_PLAIN)
    letters = _SILENT_U.sub("", letters)
    letters = _SILENT_H.sub("", letters)
    letters = _VOWEL_Y.sub("i", letters)
    return max(1, sum(_syllables_in(group) for group in _VOWELS.findall(letters)))


def _syllables_in(vowels: str) -> int:
    """Count the syllables of vowels that stand together: each needs one that carries it."""
    carriers = sum(
        letter in _STRONG or (letter in _WEAK_ACCENTED and _beside_strong(vowels, position))
        for position, letter in enumerate(vowels)
    )
    if carriers:
        return carriers
    plain = vowels.translate(_BASE)
    return 1 + sum(first == second for first, second in pairwise(plain))


def _beside_strong(vowels: str, position: int) -> bool:
    around = vowels[max(0, position - 1) : position] + vowels[position + 1 : position + 2]
    return any(letter in _STRONG for letter in around)
