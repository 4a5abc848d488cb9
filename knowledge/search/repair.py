"""Word repair: what a misspelt word was meant to be, when that is plain enough.

Only words that nobody knows are touched. The same sound comes first, then letters dropped, doubled
or swapped, then two words glued together. Being strict is the point: a loose cut-off turns good
words into article words (*partido* → *partida*) and costs more than it gives.
"""

from collections.abc import Collection, Mapping
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
REMEMBERED = 20_000


@dataclass(slots=True)
class Repairer:
    """Repairs words towards `counts`, the known words with how often our texts use each."""

    counts: Mapping[str, int]
    common: Collection[str] = ()  # words of daily life that are right as they are
    glue: Collection[str] = ()  # small words that people write together with the next one
    acronyms: Collection[str] = ()  # never the outcome of a repair: ICAT is not IGSS
    _by_sound: dict[str, str] = field(default_factory=dict)
    _by_length: dict[int, list[str]] = field(default_factory=dict)
    _done: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_length: dict[int, list[str]] = {}
        for word, count in self.counts.items():
            if len(word) < MIN_LETTERS or word in self.acronyms or not word.isalpha():
                continue
            key = sound(word)
            rival = self._by_sound.get(key)
            if rival is None or count > self.counts[rival]:
                self._by_sound[key] = word
            by_length.setdefault(len(word), []).append(word)
        for length in range(MIN_LETTERS, max(by_length, default=0) + LENGTH_DIFFERENCE + 1):
            near = range(length - LENGTH_DIFFERENCE, length + LENGTH_DIFFERENCE + 1)
            self._by_length[length] = [w for n in near for w in by_length.get(n, ())]

    def knows(self, word: str) -> bool:
        """Whether a word is right as it is."""
        if word in self.common or word in self.acronyms:
            return True
        count = self.counts.get(word)
        if count is None:
            return False
        rival = self._by_sound.get(sound(word), word)
        return self.counts[rival] < RARER * count

    def repair(self, word: str) -> tuple[str, ...]:
        """Return the word or words that `word` was meant to be; itself when nothing is plain."""
        if len(word) < MIN_LETTERS or not word.isalpha():
            return (word,)
        repaired = self._done.get(word)
        if repaired is None:
            repaired = self._meant(word)
            if len(self._done) < REMEMBERED:
                self._done[word] = repaired
        return repaired

    def _meant(self, word: str) -> tuple[str, ...]:
        if self.knows(word):
            return (word,)
        return self._by_ear(word) or self._unglued(word) or self._by_eye(word) or (word,)

    def _by_ear(self, word: str) -> tuple[str, ...] | None:
        known = self._by_sound.get(sound(word))
        return None if known is None else (known,)

    def _by_eye(self, word: str) -> tuple[str, ...] | None:
        near = process.extract(
            word,
            self._by_length.get(len(word), ()),
            scorer=JaroWinkler.similarity,
            score_cutoff=CUTOFF,
            limit=3,
        )
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
