"""The second net: how much a message sounds like somebody in danger, as a number.

A small logistic model, learned from `examples.yaml` by `bot.danger.training` and kept in
`weights.json`. It looks at words, pairs of words, beginnings of words and the groups of
`words.yaml`; it needs no library and the same text always gives the same number. Zero is even odds.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.danger.patterns import Groups, group_phrases

BEGINNINGS = (4, 5)  # letters; "amenazaron" and "amenazando" begin alike
SHORTEST = 4  # words; in a message or a sentence shorter than that only phrases count
SMOOTHING = 0.3

Features = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Scorer:
    """The learned weights, and the groups that a word belongs to."""

    weights: Mapping[str, float] = field(default_factory=dict)
    bias: float = -math.inf
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # category → feature → n
    groups: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = field(default_factory=dict)

    def score(self, sentences: Sequence[Sequence[str]]) -> float:
        """Return the score of a message: of its worst sentence, of two in a row, or of all.

        What is said beside a sentence never makes its danger less.
        """
        return max((self._of(words) for words in _readings(sentences)), default=-math.inf)

    def guess(self, sentences: Sequence[Sequence[str]], among: Iterable[str]) -> str:
        """Return the one of the categories `among` that a message sounds most like.

        Right about two times in three: good for counting, not for choosing a message.
        """
        said = [f for words in sentences for f in self.plain_features(words)]
        return max(among, key=lambda name: (self._likeness(said, name), name))

    def features(self, words: Sequence[str]) -> set[str]:
        """Return what the model looks at in a sentence."""
        found = set(self.plain_features(words))
        found.update(f"{one} {two}" for one, two in pairwise(words))
        found.update(f"{w[:n]}-" for w in words for n in BEGINNINGS if len(w) > n)
        return found

    def plain_features(self, words: Sequence[str]) -> Iterator[str]:
        """Yield the words of a sentence and the groups they belong to."""
        yield from words
        for start, word in enumerate(words):
            for group, phrase in self.groups.get(word, ()):
                if tuple(words[start : start + len(phrase)]) == phrase:
                    yield f"{{{group}}}"

    def _of(self, words: Sequence[str]) -> float:
        found = self.features(words)
        if not found:
            return -math.inf
        # Divided by the root of their number, so that a long sentence counts no more than a short.
        known = sum(self.weights.get(feature, 0.0) for feature in sorted(found))
        return known / math.sqrt(len(found)) + self.bias

    def _likeness(self, said: Sequence[str], category: str) -> float:
        counts = self.counts.get(category, {})
        total = sum(counts.values()) + SMOOTHING * 10_000
        return sum(math.log((counts.get(f, 0) + SMOOTHING) / total) for f in said)


def words_of_groups(groups: Groups) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Return for each first word the groups it may belong to, with the phrase that must follow."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for name in groups:
        for phrase in group_phrases(name, groups):
            found.setdefault(phrase[0], []).append((name, phrase))
    return {word: tuple(dict.fromkeys(entries)) for word, entries in found.items()}


def _readings(sentences: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    everything = [word for sentence in sentences for word in sentence]
    if len(everything) >= SHORTEST:
        yield everything
    if len(sentences) > 1:
        yield from (s for s in sentences if len(s) >= SHORTEST)
        pairs = ([*one, *two] for one, two in pairwise(sentences))
        yield from (pair for pair in pairs if len(pair) >= SHORTEST)
