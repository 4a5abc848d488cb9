"""The index: BM25 over one document an article, with the off-topic themes as documents beside them.

Words, pairs and concepts have posting lists. Groups of letters, of which every document has
thousands, are only looked up in the best documents, so that time hardly grows with the library.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flows.folding import words
from knowledge.articles import Article, Section
from knowledge.search.lexicon import Lexicon
from knowledge.search.reading import Reading, concept_term, letter_groups, pairs

# BM25: results are flat around these values; do not tune them.
K1 = 3.0
B = 0.4

# How often a word counts by where it stands.
TITLE = 2.0
ASKED = 1.0
SUMMARY = 0.2
BODY = 0.1  # its words only: a sentence of a body speaks of many other things
BODY_PARTS = ("steps", "bring", "cost", "good_to_know")

LETTERS_FOR = 20  # documents that letters are compared with
COMMON_SHARE = 0.5  # in a large library, terms in more of the documents than this are skipped
LARGE = 500

DECOY = "decoy/"
WRITTEN_IN = "es"  # the language of titles and bodies

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Index:
    """Impacts of terms on documents; a document is an article or an off-topic theme (`decoy/…`)."""

    documents: tuple[str, ...]
    postings: Mapping[str, Sequence[tuple[int, float]]]
    weights: Mapping[str, float]  # term → how rare it is
    letters: Sequence[Mapping[str, float]]  # by document
    asked: Mapping[tuple[str, ...], tuple[str, ...]]  # a whole phrasing or title → its articles
    counts: Counter[str] = field(default_factory=Counter)
    rarest: float = 1.0

    def score(self, reading: Reading) -> dict[int, float]:
        """Return the score of every document that shares a term with the question."""
        scores: dict[int, float] = defaultdict(float)
        skip = len(self.documents) * COMMON_SHARE if len(self.documents) > LARGE else math.inf
        for term, weight in reading.terms.items():
            posting = self.postings.get(term, ())
            if len(posting) > skip:
                continue
            for document, impact in posting:
                scores[document] += weight * impact
        best = sorted(scores, key=scores.__getitem__, reverse=True)[:LETTERS_FOR]
        for document in best:
            impacts = self.letters[document]
            scores[document] += sum(
                weight * impacts[group]
                for group, weight in reading.letters.items()
                if group in impacts
            )
        return scores

    def impacts(self, document: int, reading: Reading) -> dict[str, float]:
        """Return what each term of the question adds to a document's score."""
        found = {
            term: weight * impact
            for term, weight in reading.terms.items()
            for number, impact in self.postings.get(term, ())
            if number == document
        }
        letters = self.letters[document]
        for group, weight in reading.letters.items():
            if group in letters:
                found[f"~{group}"] = weight * letters[group]
        return found

    def is_decoy(self, document: int) -> bool:
        """Whether a document is an off-topic theme."""
        return self.documents[document].startswith(DECOY)


def index_articles(
    articles: Mapping[str, Article], lexicon: Lexicon, translations: Mapping[str, Translate]
) -> Index:
    """Index `articles` with their `translations` (language → translator of our sentences)."""
    documents: list[str] = []
    frequencies: list[Counter[str]] = []
    letters: list[Counter[str]] = []
    asked: dict[tuple[str, ...], list[str]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for article in articles.values():
        document = _Document(lexicon)
        for tokens in document.add_titles(article, translations):
            _remember(asked, tokens, article.id)
        for tokens in document.add_asks(article):
            _remember(asked, tokens, article.id)
        document.add_body(article, translations)
        documents.append(article.id)
        frequencies.append(document.terms)
        letters.append(document.letters())
        counts.update(document.seen)
    for theme, phrases in lexicon.decoys.items():
        document = _Document(lexicon)
        for phrase in phrases:
            document.add(lexicon.shorthand.write_out(words(phrase)), ASKED)
        documents.append(DECOY + theme)
        frequencies.append(document.terms)
        letters.append(document.letters())
        counts.update(document.seen)
    weights, impacts = _weigh(frequencies)
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, of_document in enumerate(impacts):
        for term, impact in of_document.items():
            postings[term].append((number, impact))
    return Index(
        documents=tuple(documents),
        postings=dict(postings),
        weights=weights,
        letters=_weigh(letters)[1],
        asked={tokens: tuple(ids) for tokens, ids in asked.items()},
        counts=counts,
        rarest=_rarity(1, max(len(documents), 1)),
    )


@dataclass(slots=True)
class _Document:
    """Term frequencies of one document while it is read."""

    lexicon: Lexicon
    terms: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def add(self, tokens: Sequence[str], times: float) -> None:
        self.add_words(tokens, times)
        for pair in pairs(tokens):
            self.terms[pair] += times  # type: ignore[assignment]
        for match in self.lexicon.concepts.find(tokens):
            self.terms[concept_term(match.concept)] += times  # type: ignore[assignment]

    def add_words(self, tokens: Sequence[str], times: float) -> None:
        for token in tokens:
            self.terms[token] += times  # type: ignore[assignment]
        self.seen.update(tokens)

    def add_titles(
        self, article: Article, translations: Mapping[str, Translate]
    ) -> Iterable[tuple[str, ...]]:
        titles = {WRITTEN_IN: article.title}
        titles.update({name: translate(article.title) for name, translate in translations.items()})
        for language, title in titles.items():
            tokens = self.lexicon.shorthand.write_out(words(title), language)
            self.add(tokens, TITLE)
            yield tuple(tokens)

    def add_asks(self, article: Article) -> Iterable[tuple[str, ...]]:
        for language, phrasings in article.asks.items():
            for phrasing in phrasings:
                tokens = self.lexicon.shorthand.write_out(words(phrasing), language)
                self.add(tokens, ASKED)
                yield tuple(tokens)

    def add_body(self, article: Article, translations: Mapping[str, Translate]) -> None:
        for text in summaries(article):
            for tokens in self._in_all_languages(text, translations):
                self.add(tokens, SUMMARY)
        for text in body(article):
            for tokens in self._in_all_languages(text, translations):
                self.add_words(tokens, BODY)

    def _in_all_languages(
        self, text: str, translations: Mapping[str, Translate]
    ) -> Iterable[Sequence[str]]:
        yield words(text)
        for language, translate in translations.items():
            if (translated := translate(text)) != text:
                yield self.lexicon.shorthand.write_out(words(translated), language)

    def letters(self) -> Counter[str]:
        groups: Counter[str] = Counter()
        for term, times in self.terms.items():
            if " " not in term and not term.startswith("#"):
                for group in letter_groups(term):
                    groups[group] += times
        return groups


def summaries(article: Article) -> Iterable[str]:
    """Yield what an article says in one sentence, and for each country."""
    yield article.summary
    yield from (section.summary for section in _sections(article))


def body(article: Article) -> Iterable[str]:
    """Yield the sentences that say what an article is about."""
    for section in _sections(article):
        for name, sentences in section.parts():
            if name in BODY_PARTS:
                yield from (sentence.text for sentence in sentences)


def _sections(article: Article) -> Sequence[Section]:
    everywhere = () if article.everywhere is None else (article.everywhere,)
    return (*article.countries.values(), *everywhere)


def _remember(
    asked: dict[tuple[str, ...], list[str]], tokens: tuple[str, ...], article: str
) -> None:
    if tokens and article not in asked[tokens]:
        asked[tokens].append(article)


def _weigh(
    frequencies: Sequence[Mapping[str, float]],
) -> tuple[dict[str, float], list[dict[str, float]]]:
    """Return how rare each term is, and each document's impacts by BM25."""
    total = max(len(frequencies), 1)
    holders = Counter(term for document in frequencies for term in document)
    weights = {term: _rarity(count, total) for term, count in holders.items()}
    lengths = [sum(document.values()) for document in frequencies]
    average = sum(lengths) / total or 1.0
    impacts = []
    for document, length in zip(frequencies, lengths, strict=True):
        norm = K1 * (1 - B + B * length / average)
        impacts.append(
            {
                term: weights[term] * times * (K1 + 1) / (times + norm)
                for term, times in document.items()
            }
        )
    return weights, impacts


def _rarity(holders: int, total: int) -> float:
    return math.log(1 + (total - holders + 0.5) / (holders + 0.5))
