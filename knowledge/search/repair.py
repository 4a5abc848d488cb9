"""Word repair: what a misspelt word was meant to be, when that is plain enough.

Only words that nobody knows are touched. The same sound comes first, then letters dropped, doubled
or swapped, then two words glued together. Being strict is the point: a loose cut-off turns good
words into article words (*partido* → *partida*) and costs more than it gives.
"""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from knowledge.search.sounds import sound

MIN_LETTERS = 4
CUTOFF = 0.93
LENGTH_DIFFERENCE = 2
MIN_GLUED = 5  # letters of a word that may be two
MIN_GLUED_PART = 3  # letters of the part that is no small word
MIN_GLUED_SEEN = 3  # how often our texts must use it: two words fit together by accident too easily
RARER = 5  # our own phrasings hold misspellings: a sound-alike this much commoner is the right word


@dataclass(slots=True)
class Repairer:
    """Repairs words towards `counts`, the known words with how often our texts use each.

    Remembers nothing of what people type.
    """

    counts: Mapping[str, int]
    common: Container[str] = ()  # words of daily life that are right as they are
    glue: Collection[str] = ()  # small words that people write together with the next one
    acronyms: Collection[str] = ()  # never the outcome of a repair: ICAT is not IGSS
    _by_sound: dict[str, str] = field(default_factory=dict)
    _near: dict[tuple[int, str], list[str]] = field(default_factory=dict)
    _misspelt: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        targets = [
            word
            for word in self.counts
            if len(word) >= MIN_LETTERS and word.isalpha() and word not in self.acronyms
        ]
        for word in targets:
            rival = self._by_sound.setdefault(sound(word), word)
            if self.counts[word] > self.counts[rival]:
                self._by_sound[sound(word)] = word
            for length in range(len(word) - LENGTH_DIFFERENCE, len(word) + LENGTH_DIFFERENCE + 1):
                self._near.setdefault((length, word[0]), []).append(word)
        self._misspelt = {
            word
            for word in targets
            if self.counts[self._by_sound[sound(word)]] >= RARER * self.counts[word]
        }

    def knows(self, word: str) -> bool:
        """Whether a word is right as it is."""
        if word in self.common or word in self.acronyms:
            return True
        return word in self.counts and word not in self._misspelt

    def repair(self, word: str) -> tuple[str, ...]:
        """Return the word or words that `word` was meant to be; itself when nothing is plain."""
        if len(word) < MIN_LETTERS or not word.isalpha() or self.knows(word):
            return (word,)
        return self._by_ear(word) or self._unglued(word) or self._by_eye(word) or (word,)

    def _by_ear(self, word: str) -> tuple[str, ...] | None:
        known = self._by_sound.get(sound(word))
        return None if known is None else (known,)

    def _by_eye(self, word: str) -> tuple[str, ...] | None:
        # So much alike, two words begin alike, or with their first letters swapped.
        near = [
            match
            for first in dict.fromkeys(word[:2])
            for match in process.extract(
                word,
                self._near.get((len(word), first), ()),
                scorer=JaroWinkler.similarity,
                score_cutoff=CUTOFF,
                limit=3,
            )
        ]
        if not near:
            return None
        best = max(near, key=lambda match: (round(match[1], 2), self.counts[match[0]]))
        return (best[0],)

    def _unglued(self, word: str) -> tuple[str, ...] | None:
        if len(word) < MIN_GLUED:
            return None
        found: list[tuple[int, tuple[str, str]]] = []
        for cut in range(2, len(word) - 1):
            left, right = word[:cut], word[cut:]
            seen = min(self._seen(left, right), self._seen(right, left))
            if seen >= MIN_GLUED_SEEN:
                found.append((seen, (left, right)))
        return max(found)[1] if found else None

    def _seen(self, part: str, other: str) -> int:
        """Return how often our texts use a part; small words may only stand beside a longer one."""
        if part in self.glue:
            return MIN_GLUED_SEEN if other not in self.glue else 0
        if len(part) < (MIN_GLUED_PART if other in self.glue else MIN_LETTERS):
            return 0
        return self.counts.get(part, 0)
