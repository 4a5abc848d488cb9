"""What is known about danger, and how a message is read by it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.danger.patterns import PatternSet, compile_set, keys_of
from bot.danger.score import Scorer
from bot.danger.text import BREAK, Spelling, prepare

# From this score on the reply opens with help; a phrase alone is enough as well.
HELP_FROM = 1.0
# From this score on a line and a button stand above the answer: cheap when wrong, so it is low.
CONCERN_FROM = -0.1

# The message where only the score speaks: it is surer that there is danger than of which kind.
UNNAMED = "unnamed"

# Many join with commas what others end with a full stop: each part is read by itself too, and must
# be this much plainer, for a part says less than a sentence.
COMMA = ", "
CLAUSE_LESS = 0.4

_NOTHING: PatternSet = compile_set((), {})


@dataclass(frozen=True, slots=True)
class HelpNumber:
    """A number to call in a country, with the page that says so."""

    number: str
    what: str
    source: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of danger with the fixed sentences that answer it, and who has reviewed them.

    `contract` is the name other systems know it by (`self-harm`), None when they know none. `lines`
    are the special lines of `numbers.yaml` that fit, best first; `line_first` puts the line before
    the emergency number. `child` is the category that answers when a child writes. `articles` are
    offered to go on with.
    """

    id: str
    contract: str | None
    lines: tuple[str, ...]
    acknowledge: str
    act: str
    line_text: str
    line_first: bool = False
    child: str | None = None
    for_child: bool = False
    articles: tuple[str, ...] = ()
    reviewer: str = ""
    reviewed: str = ""
    line_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Examples:
    """Phrases that `check` tries on a category."""

    found: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    line_number: int = 0


@dataclass(frozen=True, slots=True)
class DangerBook:
    """Everything that a reading and the composer need: messages, numbers, phrases, weights."""

    categories: Mapping[str, Category]
    numbers: Mapping[str, Mapping[str, HelpNumber]]  # country → line → number
    phrases: Mapping[str, PatternSet] = field(default_factory=dict)  # category → its phrases
    harmless: PatternSet = _NOTHING
    child_writes: PatternSet = _NOTHING
    child_harmless: PatternSet = _NOTHING
    spelt: Spelling = field(default_factory=Spelling)
    scorer: Scorer = field(default_factory=Scorer)
    examples: Mapping[str, Examples] = field(default_factory=dict)
    learned_from: str = ""

    def number(self, country: str, *lines: str) -> HelpNumber | None:
        """Return a country's number for the first of `lines` that has a sourced one, or None."""
        known = self.numbers.get(country, {})
        return next((known[line] for line in lines if line in known), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message shows: the category to answer with help, or only a concern, or neither.

    `phrase` is the phrase of `words.yaml` that was found and `words` what it stood for, so that
    `ask --why` can tell; both empty where the score alone speaks.
    """

    category: str | None = None
    contract: str | None = None
    concern: bool = False
    score: float = -math.inf
    phrase: str = ""
    words: tuple[str, ...] = ()

    @property
    def guessed(self) -> bool:
        """Whether the score alone speaks."""
        return not self.phrase and (self.category is not None or self.concern)


def read(text: str, book: DangerBook) -> str | None:
    """Return the category that `text` must be answered with, or None."""
    return examine(text, book).category


def examine(text: str, book: DangerBook) -> Reading:
    """Read `text` for danger. Where it shows several, the order of the file decides: a life first.

    Sentences are kept apart: hand the text over as it was typed, line breaks included.
    """
    sentences = prepare(text, book.spelt)
    if not sentences or not book.categories:
        return Reading()
    words = [word for sentence in sentences for word in (*sentence, BREAK)]
    left = book.harmless.without(words)
    score = book.scorer.score(sentences)
    if COMMA in text:
        clauses = prepare(text.replace(COMMA, ". "), book.spelt)
        score = max(score, book.scorer.score(clauses) - CLAUSE_LESS)
    keys = keys_of(left)
    for name, phrases in book.phrases.items():
        found = phrases.first(left, keys)
        if found is not None:
            pattern, said = found
            category = _answered_by(name, words, book)
            contract = book.categories[category].contract or _contract_beside(name, left, book)
            return Reading(category, contract, False, score, pattern.written, said)
    if score >= HELP_FROM and UNNAMED in book.categories:
        named = [c for c in book.phrases if book.categories[c].contract is not None]
        guessed = book.scorer.guess(sentences, named)
        category = _answered_by(UNNAMED, words, book)
        contract = book.categories[_answered_by(guessed, words, book)].contract
        return Reading(category, contract, False, score)
    return Reading(concern=score >= CONCERN_FROM, score=score)


def _answered_by(name: str, words: list[str], book: DangerBook) -> str:
    """Return the category whose message fits: the one for children when a child writes."""
    child = book.categories[name].child
    if child is None or child not in book.categories:
        return name
    own = book.child_harmless.without(words)
    return child if book.child_writes.first(own) is not None else name


def _contract_beside(name: str, words: list[str], book: DangerBook) -> str | None:
    """Return the contract name of another danger in the same text, where `name` has none."""
    others = (c for c in book.phrases if c != name and book.categories[c].contract is not None)
    return next((book.categories[c].contract for c in others if book.phrases[c].first(words)), None)
