"""Search: from what people type to the articles that answer it.

A function of a question and some articles; no database, no network, no model. The language data
(concepts, shorthand, off-topic phrases) are files beside this one that an editor can read.
"""

from collections.abc import Iterable, Mapping

from flows.folding import words
from knowledge.articles import Article
from knowledge.search.bands import ANSWER_FROM, Band
from knowledge.search.finding import Found, Result, SearchIndex, find
from knowledge.search.index import WRITTEN_IN, Translate, body, index_articles, summaries
from knowledge.search.language import Languages, Spoken, learn_languages
from knowledge.search.lexicon import SHIPPED as SHIPPED_LEXICON
from knowledge.search.lexicon import Lexicon, load_lexicon
from knowledge.search.reading import QuestionReader
from knowledge.search.repair import Repairer

__all__ = [
    "ANSWER_FROM",
    "SHIPPED_LEXICON",
    "Band",
    "Found",
    "Languages",
    "Lexicon",
    "Result",
    "SearchIndex",
    "Spoken",
    "build_index",
    "find",
    "load_lexicon",
]


def build_index(
    articles: Mapping[str, Article],
    translations: Mapping[str, Translate] | None = None,
    lexicon: Lexicon | None = None,
) -> SearchIndex:
    """Return the index of `articles`; `translations` maps other languages to their translators."""
    translations = translations or {}
    lexicon = lexicon or Lexicon()
    index = index_articles(articles, lexicon, translations)
    languages = learn_languages(_texts(articles, translations), lexicon.neutral)
    known = index.counts.copy()
    for word in lexicon.concepts.members():
        known[word] += 1
    repairer = Repairer(known, lexicon.common)
    return SearchIndex(index, QuestionReader(lexicon, repairer, languages))


def _texts(
    articles: Mapping[str, Article], translations: Mapping[str, Translate]
) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {WRITTEN_IN: [], **{name: [] for name in translations}}
    for article in articles.values():
        for text in (article.title, *summaries(article), *body(article)):
            texts[WRITTEN_IN] += words(text)
            for language, translate in translations.items():
                if (translated := translate(text)) != text:
                    texts[language] += words(translated)
        for language, phrasings in article.asks.items():
            texts.setdefault(language, []).extend(_all_words(phrasings))
    return texts


def _all_words(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in words(text)]
