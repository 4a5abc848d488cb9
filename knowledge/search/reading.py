"""Reading a question: what was typed, what was meant, and the terms to search with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flows.folding import words
from knowledge.search.concepts import Match
from knowledge.search.language import Languages
from knowledge.search.lexicon import Lexicon
from knowledge.search.repair import Repairer

# What a term of each kind counts for in a question.
WORD = 1.0
CONCEPT = 2.0
LETTERS = 0.4  # four letters in a row: forms of one word that no list names
GROUP = 4

MAX_WORDS = 300  # of a question; the rest of a very long message is not read


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as search sees it; `corrections` holds what was typed and what was understood."""

    typed: tuple[str, ...]
    tokens: tuple[str, ...]
    concepts: tuple[Match, ...]
    corrections: tuple[tuple[str, str], ...] = ()
    terms: Mapping[str, float] = field(default_factory=dict)
    letters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class QuestionReader:
    """Turns typed text into a `Reading`."""

    lexicon: Lexicon
    repairer: Repairer
    languages: Languages

    def read(self, text: str, country: str | None = None, language: str | None = None) -> Reading:
        """Read `text`; the country settles words with two senses, the language the shorthand."""
        typed = words(text)[:MAX_WORDS]
        spoken = self.languages.read(typed).language or language
        tokens: list[str] = []
        corrections: list[tuple[str, str]] = []
        for token in self.lexicon.shorthand.write_out(typed, spoken):
            meant = self._meant(token)
            if meant != (token,):
                corrections.append((token, " ".join(meant)))
            tokens += meant
        concepts = self.lexicon.concepts.find(tokens, country)
        return Reading(
            typed=tuple(typed),
            tokens=tuple(tokens),
            concepts=tuple(concepts),
            corrections=tuple(corrections),
            terms=question_terms(tokens, concepts),
            letters=frozenset(group for token in set(tokens) for group in letter_groups(token)),
        )

    def _meant(self, token: str) -> tuple[str, ...]:
        if self.lexicon.concepts.knows(token):
            return (token,)
        return self.repairer.repair(token)


def question_terms(tokens: Sequence[str], concepts: Sequence[Match]) -> dict[str, float]:
    """Return every term of a question once, with what its kind counts for."""
    terms = dict.fromkeys(tokens, WORD)
    terms.update((concept_term(match.concept), CONCEPT) for match in concepts)
    return terms


def concept_term(concept: str) -> str:
    """Return the term that stands for a concept."""
    return f"#{concept}"


def letter_groups(word: str) -> tuple[str, ...]:
    """Return a word's groups of four letters, its edges marked: "_dui", "dui_"."""
    edged = f"_{word}_"
    return tuple(edged[i : i + GROUP] for i in range(len(edged) - GROUP + 1))
