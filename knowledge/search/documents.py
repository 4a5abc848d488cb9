"""Documents: what an article says, in every language, as terms with how often they count.

One document an article, with its titles, phrasings and sentences in all languages together: the
question may come in any of them. Off-topic themes are documents too.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flows.folding import words
from knowledge.articles import Article, Section
from knowledge.search.lexicon import Lexicon
from knowledge.search.reading import concept_term, letter_groups

# How often a word counts by where it stands.
TITLE = 2.0
ASKED = 1.0
SUMMARY = 0.2
BODY = 0.2  # its words only: a sentence of a body speaks of many other things
BODY_PARTS = ("steps", "bring", "cost", "good_to_know")

DECOY = "decoy/"
WRITTEN_IN = "es"  # the language of titles and bodies

Translate = Callable[[str], str]


@dataclass(slots=True)
class Document:
    """One article or theme; frequencies of its words and concepts, and of groups of letters."""

    id: str
    terms: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def letters(self) -> dict[str, float]:
        """Return the frequencies of its words' groups of letters."""
        groups: dict[str, float] = defaultdict(float)
        for term, times in self.terms.items():
            if not term.startswith("#"):
                for group in letter_groups(term):
                    groups[group] += times
        return groups


@dataclass(slots=True)
class Documents:
    """All documents, with what is learned on the way.

    `asked` maps whole phrasings and titles to their articles; `spoken` holds the words of each
    language as people and texts write them, `used` the words of all texts written out.
    """

    lexicon: Lexicon
    all: list[Document] = field(default_factory=list)
    asked: dict[tuple[str, ...], list[str]] = field(default_factory=lambda: defaultdict(list))
    spoken: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    used: Counter[str] = field(default_factory=Counter)

    def add_article(self, article: Article, translations: Mapping[str, Translate]) -> None:
        """Add an article with its `translations` (language → translator of our sentences)."""
        document = Document(article.id)
        for language, title in _in_all_languages(article.title, translations):
            self._ask(document, title, language, TITLE)
        for language, phrasings in article.asks.items():
            for phrasing in phrasings:
                self._ask(document, phrasing, language, ASKED)
        for text in summaries(article):
            for language, sentence in _in_all_languages(text, translations):
                self._count(document, self._read(sentence, language), SUMMARY)
        for text in body(article):
            for language, sentence in _in_all_languages(text, translations):
                self._count_words(document, self._read(sentence, language), BODY)
        self.all.append(document)

    def add_theme(self, theme: str, phrases: Iterable[str]) -> None:
        """Add an off-topic theme."""
        document = Document(DECOY + theme)
        for phrase in phrases:
            tokens = self.lexicon.shorthand.write_out(words(phrase))
            self.used.update(tokens)
            self._count(document, tokens, ASKED)
        self.all.append(document)

    def _ask(self, document: Document, text: str, language: str, times: float) -> None:
        tokens = self._read(text, language)
        self._count(document, tokens, times)
        known = self.asked[tuple(tokens)]
        if tokens and document.id not in known:
            known.append(document.id)

    def _read(self, text: str, language: str) -> Sequence[str]:
        found = words(text)
        self.spoken[language].update(found)
        tokens = self.lexicon.shorthand.write_out(found, language)
        self.used.update(tokens)
        return tokens

    def _count(self, document: Document, tokens: Sequence[str], times: float) -> None:
        self._count_words(document, tokens, times)
        for match in self.lexicon.concepts.find(tokens):
            document.terms[concept_term(match.concept)] += times

    def _count_words(self, document: Document, tokens: Sequence[str], times: float) -> None:
        for token in tokens:
            document.terms[token] += times


def _in_all_languages(
    text: str, translations: Mapping[str, Translate]
) -> Iterable[tuple[str, str]]:
    yield WRITTEN_IN, text
    for language, translate in translations.items():
        if (translated := translate(text)) != text:
            yield language, translated


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
