"""Finds the articles that answer a typed question.

A first, simple search: words are folded, unknown ones are repaired to the nearest known word, and
each article is scored by how much of the question's weight its titles and phrasings hold. Rare
words weigh more than common ones.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from knowledge.articles import Article
from knowledge.folding import words

# A word is repaired when it is at least this long and this much like a known one; looser values
# turn good words into article words ("partido" → "partida").
REPAIR_MIN_LETTERS = 4
REPAIR_CUTOFF = 0.93
REPAIR_LENGTH_DIFFERENCE = 2

# Scores run from 0 to 1: how much of the question's weight the article explains.
ANSWER_FROM = 0.62
ANSWER_LEAD = 0.04
SUGGEST_FROM = 0.34
MAX_FOUND = 5
OTHERS = 0.9  # what the others keep of their score when one article has the question word by word

# Words that say nothing about the topic, in both languages, folded.
STOP_WORDS = frozenset(
    ["a", "al", "algo", "ante", "aqui", "asi", "aun", "aunque", "bien", "buenas", "buenos", "cada", "como", "con", "cual", "cuando", "cuanto", "cuanta", "d", "da", "dan", "de", "del", "desde", "dia", "dias", "disculpe", "donde", "dos", "e", "el", "ella", "ellos", "en", "entonces", "era", "es", "esa", "ese", "eso", "esta", "estan", "estar", "este", "esto", "estoy", "favor", "fue", "gracias", "ha", "hace", "hacer", "hago", "han", "hasta", "hay", "he", "hola", "i", "ir", "ixq", "k", "la", "las", "le", "les", "lo", "los", "m", "ma", "mas", "me", "mi", "mis", "muy", "n", "ni", "no", "noches", "nos", "o", "oiga", "para", "pero", "por", "porque", "pues", "puede", "puedo", "q", "que", "quiero", "quien", "se", "sea", "ser", "seria", "si", "sin", "sino", "sobre", "solo", "son", "soy", "su", "sus", "tal", "tambien", "tan", "tanto", "tardes", "te", "tengo", "ti", "tiene", "todo", "tu", "tuve", "un", "una", "uno", "unos", "va", "vamos", "voy", "vos", "x", "xq", "y", "ya", "yo", "necesito", "nesesito", "ocupo", "the", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "cant", "could", "did", "do", "does", "dont", "for", "from", "get", "got", "had", "has", "have", "hello", "hey", "hi", "how", "im", "in", "is", "it", "its", "just", "like", "me", "my", "need", "of", "off", "on", "or", "our", "out", "please", "she", "should", "so", "some", "that", "their", "them", "then", "there", "they", "this", "to", "too", "u", "up", "us", "was", "we", "were", "what", "whats", "when", "where", "which", "who", "why", "will", "with", "would", "you", "your", "want", "wanna"]
)


@dataclass(frozen=True, slots=True)
class Found:
    """An article with how well it fits, 0 to 1."""

    article: str
    score: float


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """What `find` needs, made once from the articles."""

    weight: Mapping[str, float]  # known word → how much it tells
    holders: Mapping[str, frozenset[str]]  # known word → the articles that hold it
    phrases: Mapping[str, str]  # a whole folded phrasing or title → its article
    known: tuple[str, ...]


def build_index(
    articles: Mapping[str, Article], titles: Mapping[str, Sequence[str]] | None = None
) -> SearchIndex:
    """Return the index of `articles`; `titles` adds translated titles by article id."""
    holders: dict[str, set[str]] = {}
    phrases: dict[str, str] = {}
    for article in articles.values():
        texts = [article.title, *(titles or {}).get(article.id, ())]
        for asked in article.asks.values():
            texts += asked
        for text in texts:
            tokens = words(text)
            phrases.setdefault(" ".join(tokens), article.id)
            for token in content_words(tokens):
                holders.setdefault(token, set()).add(article.id)
    total = max(len(articles), 1)
    weight = {word: math.log(1 + total / len(ids)) for word, ids in holders.items()}
    return SearchIndex(
        weight=weight,
        holders={word: frozenset(ids) for word, ids in holders.items()},
        phrases=phrases,
        known=tuple(sorted(w for w in weight if len(w) >= REPAIR_MIN_LETTERS)),
    )


def content_words(tokens: Iterable[str]) -> list[str]:
    """Return the words that say something about the topic."""
    return [t for t in tokens if t not in STOP_WORDS and len(t) > 1]


def find(question: str, index: SearchIndex) -> list[Found]:
    """Return the articles that fit `question`, best first, at most five.

    Empty when no word of the question is known.
    """
    tokens = words(question)
    exact = index.phrases.get(" ".join(tokens))
    asked = content_words(tokens)
    if not asked and exact is None:
        return []
    scores: Counter[str] = Counter()
    # An unknown word weighs as much as the rarest known one: it is what the question is about,
    # perhaps, and we cannot answer it.
    unknown_weight = max(index.weight.values(), default=1.0)
    total = 0.0
    for word in dict.fromkeys(asked):
        known = word if word in index.weight else repair(word, index)
        if known is None:
            total += unknown_weight
            continue
        total += index.weight[known]
        for article in index.holders[known]:
            scores[article] += index.weight[known]
    found = [Found(article, score / total) for article, score in scores.items()]
    if exact is not None:  # somebody asked it in just these words: nothing else fits as well
        others = [Found(f.article, f.score * OTHERS) for f in found if f.article != exact]
        found = [Found(exact, 1.0), *others]
    return sorted(found, key=lambda f: (-f.score, f.article))[:MAX_FOUND]


def repair(word: str, index: SearchIndex) -> str | None:
    """Return the known word that `word` was meant to be, or None."""
    if len(word) < REPAIR_MIN_LETTERS:
        return None
    best = process.extractOne(
        word, index.known, scorer=JaroWinkler.similarity, score_cutoff=REPAIR_CUTOFF
    )
    if best is None or abs(len(best[0]) - len(word)) > REPAIR_LENGTH_DIFFERENCE:
        return None
    return str(best[0])


def is_answer(found: Sequence[Found]) -> bool:
    """Whether the first of `found` is good enough to be shown at once."""
    if not found or found[0].score < ANSWER_FROM:
        return False
    return len(found) == 1 or found[0].score - found[1].score >= ANSWER_LEAD


def suggestions(found: Sequence[Found], limit: int = 3) -> tuple[str, ...]:
    """Return the articles worth offering as buttons when no answer is sure."""
    return tuple(f.article for f in found if f.score >= SUGGEST_FROM)[:limit]
