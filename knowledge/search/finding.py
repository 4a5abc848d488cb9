"""Finding: from a typed question to the articles that answer it, and how sure that is."""

import heapq
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.search.bands import Band, Evidence, band_of, confidence_of, is_sure
from knowledge.search.index import Index
from knowledge.search.meaning import Meaning, added_by
from knowledge.search.reading import QuestionReader, Reading

MAX_FOUND = 5
RANKED = 30
OFFERED = 3

# An article may lead by meaning with hardly a word; how much more words an off-topic theme has than
# it says nothing beyond this.
MOST_AGAINST = 2.0

# Long messages ramble; the sentence that asks is scored by itself too.
LONG_WORDS = 18
MIN_SENTENCE_WORDS = 3
SENTENCE_SHARE = 0.5
_SENTENCE_ENDS = re.compile(r"[.?!;:\n]+|,(?=\s)")


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """What `find` needs, made once from the articles and the language data.

    `meaning` is the part that may be absent.
    """

    index: Index
    reader: QuestionReader
    meaning: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An article with how well it fits, 0 to 1."""

    article: str
    score: float


@dataclass(frozen=True, slots=True)
class Result:
    """The articles found, best first, at most five, and what may be done with them."""

    found: tuple[Found, ...]
    band: Band
    ranked: tuple[str, ...] = ()  # the best, further than those found

    @property
    def articles(self) -> tuple[str, ...]:
        """The ids, best first."""
        return tuple(found.article for found in self.found)

    def led_by(self, about: Sequence[str]) -> tuple[str, ...]:
        """Return the ids with the best of `about` first, for a message whose topic is known."""
        if not about:
            return self.articles
        first = next((name for name in self.ranked if name in about), about[0])
        return (first, *(name for name in self.articles if name != first))[:MAX_FOUND]

    @property
    def offered(self) -> tuple[str, ...]:
        """The articles worth offering as buttons."""
        return () if self.band is Band.NOTHING else self.articles[:OFFERED]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A result with what led to it: the score of every document, and what meaning added to it."""

    result: Result
    evidence: Evidence
    confidence: float
    scores: Mapping[int, float]
    meant: Sequence[float] = ()


def find(
    question: str, searched: SearchIndex, country: str | None = None, language: str | None = None
) -> Result:
    """Return the articles that fit `question`; none when no word of it is known."""
    reading = searched.reader.read(question, country, language)
    return rank(question, reading, searched, country, language).result


def rank(
    question: str,
    reading: Reading,
    searched: SearchIndex,
    country: str | None = None,
    language: str | None = None,
) -> Ranking:
    """Return the result and what led to it; meaning is asked where words leave a doubt."""
    scores = dict(searched.index.score(reading))
    if len(reading.typed) >= LONG_WORDS:
        _add_sentences(scores, question, searched, country, language)
    ranking = _rank(scores, (), reading, searched.index)
    if searched.meaning is None or not reading.typed:
        return ranking
    if is_sure(ranking.evidence, ranking.confidence):
        return ranking
    near = searched.meaning.nearness(question)
    return _rank(scores, near, reading, searched.index)


def _rank(
    by_words: Mapping[int, float], near: Sequence[float], reading: Reading, index: Index
) -> Ranking:
    meant = added_by(near, by_words)
    scores = {n: by_words.get(n, 0.0) + more for n, more in enumerate(meant)} or by_words
    ours = [number for number in scores if not index.is_decoy(number)]
    ranked = heapq.nlargest(RANKED, ours, key=scores.__getitem__)
    exact = index.asked.get(reading.tokens, ())
    if exact:  # somebody asked it in just these words: nothing else fits as well
        ranked = [*dict.fromkeys([*_numbers(exact, index, scores), *ranked])]
    evidence = _evidence(ranked, scores, by_words, near, reading, index, len(exact))
    confidence = confidence_of(evidence)
    top = max((scores[number] for number in ranked[:1]), default=0.0) or 1.0
    found = tuple(
        Found(index.documents[number], round(confidence * _share(scores[number], top), 4))
        for number in ranked[:MAX_FOUND]
    )
    names = tuple(index.documents[number] for number in ranked)
    result = Result(found, band_of(evidence, confidence), names)
    return Ranking(result, evidence, confidence, scores, meant)


def _share(score: float, top: float) -> float:
    return max(0.0, min(1.0, score / top))


def _numbers(ids: Sequence[str], index: Index, scores: Mapping[int, float]) -> list[int]:
    numbers = [number for number in scores if index.documents[number] in ids]
    return sorted(numbers, key=lambda number: -scores[number])


def _add_sentences(
    scores: dict[int, float],
    question: str,
    searched: SearchIndex,
    country: str | None,
    language: str | None,
) -> None:
    best: dict[int, float] = {}
    for sentence in _SENTENCE_ENDS.split(question):
        if len(sentence.split()) < MIN_SENTENCE_WORDS:
            continue
        reading = searched.reader.read(sentence, country, language)
        for number, score in searched.index.score(reading).items():
            best[number] = max(best.get(number, 0.0), score)
    for number, score in best.items():
        scores[number] = scores.get(number, 0.0) + SENTENCE_SHARE * score


def _evidence(
    ranked: list[int],
    scores: Mapping[int, float],
    by_words: Mapping[int, float],
    near: Sequence[float],
    reading: Reading,
    index: Index,
    exact: int,
) -> Evidence:
    first = scores[ranked[0]] if ranked else 0.0
    second = scores[ranked[1]] if len(ranked) > 1 else 0.0
    best = by_words.get(ranked[0], 0.0) if ranked else 0.0
    decoy = max((by_words[n] for n in by_words if index.is_decoy(n)), default=0.0)
    wanted = covered = 0.0
    held = index.impacts(ranked[0], reading) if ranked else {}
    for term, weight in reading.terms.items():
        rarity = weight * index.rarity(term)
        wanted += rarity
        if term in held:
            covered += rarity
    meant = near[ranked[0]] if near and ranked else None
    against = decoy / best if best else 1.0
    return Evidence(
        best=best,
        lead=(first - second) / first if first else 0.0,
        decoy=min(against, MOST_AGAINST) if near else against,
        covered=covered / wanted if wanted else 0.0,
        words=len(reading.tokens),
        concepts=len({match.concept for match in reading.concepts}),
        leaning=sum(index.leaning(term) for term in reading.terms),
        exact=exact,
        near=meant,
        near_decoy=max(near[index.decoys_from :], default=0.0),
    )
