"""Finding: from a typed question to the articles that answer it, and how sure that is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.search.bands import Band, Evidence, band_of, confidence_of
from knowledge.search.index import Index
from knowledge.search.reading import QuestionReader, Reading

MAX_FOUND = 5
OFFERED = 3

# Long messages ramble; the sentence that asks is scored by itself too.
LONG_WORDS = 18
MIN_SENTENCE_WORDS = 3
SENTENCE_SHARE = 0.5
_SENTENCE_ENDS = re.compile(r"[.?!;:\n]+|,(?=\s)")


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """What `find` needs, made once from the articles and the language data."""

    index: Index
    reader: QuestionReader


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

    @property
    def articles(self) -> tuple[str, ...]:
        """The ids, best first."""
        return tuple(found.article for found in self.found)

    @property
    def offered(self) -> tuple[str, ...]:
        """The articles worth offering as buttons."""
        return () if self.band is Band.NOTHING else self.articles[:OFFERED]


def find(
    question: str, searched: SearchIndex, country: str | None = None, language: str | None = None
) -> Result:
    """Return the articles that fit `question`; none when no word of it is known."""
    reading = searched.reader.read(question, country, language)
    return rank(question, reading, searched, country, language)[0]


def rank(
    question: str,
    reading: Reading,
    searched: SearchIndex,
    country: str | None = None,
    language: str | None = None,
) -> tuple[Result, Evidence, Mapping[int, float]]:
    """Return the result with the evidence behind it and the score of every document."""
    index = searched.index
    scores = dict(index.score(reading))
    if len(reading.typed) >= LONG_WORDS:
        _add_sentences(scores, question, searched, country, language)
    ranked = sorted(
        (number for number in scores if not index.is_decoy(number)),
        key=lambda number: (-scores[number], index.documents[number]),
    )
    exact = index.asked.get(reading.tokens, ())
    if exact:  # somebody asked it in just these words: nothing else fits as well
        ranked.sort(key=lambda number: index.documents[number] not in exact)
    evidence = _evidence(ranked, scores, reading, index, len(exact))
    confidence = confidence_of(evidence)
    top = max((scores[number] for number in ranked[:1]), default=0.0) or 1.0
    found = tuple(
        Found(index.documents[number], round(confidence * min(1.0, scores[number] / top), 4))
        for number in ranked[:MAX_FOUND]
    )
    return Result(found, band_of(evidence, confidence)), evidence, scores


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
    ranked: list[int], scores: Mapping[int, float], reading: Reading, index: Index, exact: int
) -> Evidence:
    first = scores[ranked[0]] if ranked else 0.0
    second = scores[ranked[1]] if len(ranked) > 1 else 0.0
    decoy = max((scores[n] for n in scores if index.is_decoy(n)), default=0.0)
    wanted = covered = 0.0
    held = index.impacts(ranked[0], reading) if ranked else {}
    for term, weight in reading.terms.items():
        if " " in term:
            continue
        rarity = weight * index.weights.get(term, index.rarest)
        wanted += rarity
        if term in held:
            covered += rarity
    return Evidence(
        best=first,
        lead=(first - second) / first if first else 0.0,
        decoy=decoy / first if first else 1.0,
        covered=covered / wanted if wanted else 0.0,
        words=len(reading.tokens),
        concepts=len({match.concept for match in reading.concepts}),
        exact=exact,
    )
