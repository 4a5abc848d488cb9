"""The language of a message, told from the words and letters of our own articles.

Naive Bayes on whole words, and on groups of three letters for words that no article uses. A third
language needs nothing but its texts. Words that are the same everywhere ("ok", "DUI") weigh
nothing.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# How much more likely one language must be, in natural logarithms, before we say so; and how much
# of the evidence may speak for another one before the message counts as mixed.
SURE = 3.0
SURE_SHORT = 4.5  # with one or two words
SHORT = 2
MIXED_SHARE = 0.25
MAX_WEIGHT = 6.0  # of a single word
WORD_SEEN = 3.0  # smoothing: a word seen this often is trusted by half
LETTERS_TRUST = 0.6
LETTERS = 3


@dataclass(frozen=True, slots=True)
class Spoken:
    """The language a message is clearly in, or None; `mixed` when two of them speak up."""

    language: str | None
    mixed: bool = False


@dataclass(slots=True)
class Languages:
    """Word and letter frequencies by language."""

    words: Mapping[str, Counter[str]]
    letters: Mapping[str, Counter[str]] = field(default_factory=dict)
    neutral: frozenset[str] = frozenset()
    _totals: dict[str, tuple[int, int]] = field(default_factory=dict)
    _weights: dict[str, Mapping[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.letters:
            self.letters = {name: _letter_groups(seen) for name, seen in self.words.items()}
        self._totals = {
            name: (sum(seen.values()) + 1, sum(self.letters[name].values()) + 1)
            for name, seen in self.words.items()
        }

    def read(self, tokens: Sequence[str]) -> Spoken:
        """Say what language `tokens` are in, if they are clearly in one."""
        if len(self.words) < 2:
            return Spoken(None)
        told = [self._weigh(token) for token in tokens if token not in self.neutral]
        told = [weights for weights in told if weights]
        if not told:
            return Spoken(None)
        total = {name: sum(weights[name] for weights in told) for name in self.words}
        first, second = sorted(total, key=lambda name: -total[name])[:2]
        lead = total[first] - total[second]
        against = sum(max(0.0, w[second] - w[first]) for w in told)
        speaks = sum(max(0.0, w[first] - w[second]) for w in told)
        mixed = speaks > 0 and against / (speaks + against) > MIXED_SHARE
        if mixed or lead < (SURE_SHORT if len(told) <= SHORT else SURE):
            return Spoken(None, mixed)
        return Spoken(first)

    def _weigh(self, token: str) -> Mapping[str, float]:
        """Return the log-likelihood of a token by language; empty when it tells nothing."""
        known = self._weights.get(token)
        if known is None:
            known = self._count(token)
            if any(token in seen for seen in self.words.values()):
                self._weights[token] = known  # words of our own texts only: nothing people type
        return known

    def _count(self, token: str) -> Mapping[str, float]:
        if token.isdigit():
            return {}
        seen = {name: self.words[name][token] for name in self.words}
        times = sum(seen.values())
        groups = _groups(token)
        likely = {}
        for name in self.words:
            words, letters = self._totals[name]
            by_word = math.log((seen[name] + 0.1) / words)
            by_letters = sum(math.log((self.letters[name][g] + 0.5) / letters) for g in groups)
            trust = times / (times + WORD_SEEN)
            likely[name] = trust * by_word + (1 - trust) * LETTERS_TRUST * by_letters
        worst = max(likely.values()) - MAX_WEIGHT
        return {name: max(value, worst) for name, value in likely.items()}


def _letter_groups(seen: Counter[str]) -> Counter[str]:
    groups: Counter[str] = Counter()
    for word, times in seen.items():
        for group in _groups(word):
            groups[group] += min(times, 5)
    return groups


def _groups(word: str) -> list[str]:
    edged = f" {word} "
    return [edged[i : i + LETTERS] for i in range(len(edged) - LETTERS + 1)]
