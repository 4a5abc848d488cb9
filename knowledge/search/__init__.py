"""Search: from what people type to the articles that answer it.

A function of a question and some articles; no database, no network, no model. The language data
(concepts, shorthand, off-topic phrases) are files beside this one that an editor can read.
"""

import re
from collections.abc import Mapping

from flows.folding import words
from knowledge.articles import Article
from knowledge.search.bands import ANSWER_FROM, Band
from knowledge.search.documents import Documents, Translate, body, summaries
from knowledge.search.finding import Found, Result, SearchIndex, find
from knowledge.search.index import index_documents
from knowledge.search.language import Languages, Spoken
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

_CAPITALS = re.compile(r"\b[A-ZÁÉÍÓÚÑ]{3,}\b")


def build_index(
    articles: Mapping[str, Article],
    translations: Mapping[str, Translate] | None = None,
    lexicon: Lexicon | None = None,
) -> SearchIndex:
    """Return the index of `articles`; `translations` maps other languages to their translators."""
    lexicon = lexicon or Lexicon()
    documents = Documents(lexicon)
    for article in articles.values():
        documents.add_article(article, translations or {})
    for theme, phrases in lexicon.decoys.items():
        documents.add_theme(theme, phrases)
    known = documents.used.copy()
    known.update(lexicon.concepts.members())
    repairer = Repairer(known, lexicon.common, lexicon.glue, _acronyms(articles))
    languages = Languages(dict(documents.spoken), neutral=lexicon.neutral)
    return SearchIndex(index_documents(documents), QuestionReader(lexicon, repairer, languages))


def _acronyms(articles: Mapping[str, Article]) -> frozenset[str]:
    """Return what titles and bodies write in capitals: names of papers and bodies."""
    written = {
        word
        for article in articles.values()
        for text in (article.title, *summaries(article), *body(article))
        for word in _CAPITALS.findall(text)
    }
    return frozenset(word for text in written for word in words(text))
