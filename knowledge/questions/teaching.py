"""Teaching: a way of asking is proposed for an article, with what it would change in search.

Nothing changes what people are answered at once: the phrasing is written to a file that an editor
reviews and puts into the article's `asks`. The desk shows beforehand what would be found.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from flows.folding import clean, fold
from knowledge.articles import Article
from knowledge.questions.scrubbing import scrub
from knowledge.questions.working import QuestionError
from knowledge.search import Band, Lexicon, Result, SearchIndex, build_index, find
from knowledge.search.documents import Translate

MOST_CHARS = 120
MOST_TRIED = 120  # other questions that are asked again, to see what would change
TROUBLES = {
    "article": "There is no such article.",
    "empty": f"A phrasing has 1 to {MOST_CHARS} characters.",
    "private": "The phrasing holds a number, name or address: leave it out.",
    "known": "The article has this phrasing already.",
}


@dataclass(frozen=True, slots=True)
class Ranking:
    """What one wording finds before and after: article ids, best first, and which are sure."""

    wording: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    sure_before: bool
    sure_after: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What a phrasing would change: for the wordings, and for known questions of near articles.

    `worse` are phrasings that found their own article first and would find another; `tried` is how
    many were asked.
    """

    rankings: tuple[Ranking, ...]
    worse: tuple[str, ...]
    tried: int


@dataclass(frozen=True)
class School:
    """The articles as search knows them, and the file that phrasings are written to."""

    articles: Mapping[str, Article]
    index: SearchIndex
    translations: Mapping[str, Translate]  # of the other languages
    lexicon: Lexicon
    file: Path

    def trouble_with(self, article: str, phrasing: str, language: str) -> str:
        """Return why a phrasing cannot be taught, "" when it can: a name of `TROUBLES`."""
        known = self.articles.get(article)
        if known is None:
            return "article"
        text = clean(phrasing)
        if not fold(text) or len(text) > MOST_CHARS:
            return "empty"
        if scrub(text) != text:
            return "private"
        return "known" if fold(text) in map(fold, known.asks.get(language, ())) else ""

    def checked(self, article: str, phrasing: str, language: str) -> str:
        """Return a phrasing as it would be written; raises `QuestionError` for one that cannot."""
        trouble = self.trouble_with(article, phrasing, language)
        if trouble:
            raise QuestionError(TROUBLES[trouble])
        return clean(phrasing)

    def effect(self, article: str, phrasing: str, language: str, wordings: Iterable[str]) -> Effect:
        """Return what search would find with the phrasing; takes as long as an index is built."""
        text = self.checked(article, phrasing, language)
        taught = self._with(article, text, language)
        rankings = tuple(
            _ranking(each, find(each, self.index, language=language),
                     find(each, taught, language=language))
            for each in dict.fromkeys((text, *wordings))
        )  # fmt: skip
        near = dict.fromkeys(name for each in rankings for name in each.before if name != article)
        worse, tried = [], 0
        for name, asked in self._asks(near, language):
            tried += 1
            before = find(asked, self.index, language=language).articles[:1]
            if before == (name,) and find(asked, taught, language=language).articles[:1] != before:
                worse.append(asked)
        return Effect(rankings, tuple(worse), tried)

    def teach(self, article: str, phrasing: str, language: str, on: date) -> str:
        """Write a phrasing to the file; return it as written."""
        text = self.checked(article, phrasing, language)
        row = {"article": article, "language": language, "phrasing": text, "day": on.isoformat()}
        line = "- " + json.dumps(row, ensure_ascii=False) + "\n"  # JSON is YAML on one line
        descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(line)
        return text

    def _asks(self, names: Iterable[str], language: str) -> list[tuple[str, str]]:
        found = [(n, text) for n in names for text in self.articles[n].asks.get(language, ())]
        return found[:MOST_TRIED]

    def _with(self, article: str, phrasing: str, language: str) -> SearchIndex:
        known = self.articles[article]
        asks = {**known.asks, language: (*known.asks.get(language, ()), phrasing)}
        articles = {**self.articles, article: replace(known, asks=asks)}
        return build_index(articles, self.translations, self.lexicon)


def _ranking(wording: str, before: Result, after: Result) -> Ranking:
    return Ranking(
        wording,
        before.articles,
        after.articles,
        before.band is Band.ANSWER,
        after.band is Band.ANSWER,
    )
