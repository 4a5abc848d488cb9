"""The three bands: answer at once, offer a choice, or say honestly that there is no answer."""

import math
from dataclasses import dataclass
from enum import StrEnum

ANSWER_FROM = 0.78
OFFER_FROM = 0.72
ANSWER_LEAD = 0.03
ONE_WORD_LEAD = 0.25  # a single word gets a short choice unless one article clearly owns it

# A word or two say too little to be sure; if one of them names a concept, and no off-topic theme
# has it as well, that is worth a choice.
SHORT_WORDS = 4
SHORT_DECOY = 0.5
ONE_WORD_DECOY = 1.1


@dataclass(frozen=True, slots=True)
class Weights:
    """What each piece of evidence counts for, and where confidence begins without any."""

    base: float
    best_a_word: float
    decoy: float
    covered: float
    concept: float
    leaning: float
    near: float = 0.0
    near_decoy: float = 0.0
    most_leaning: float = math.inf  # what many little words add up to, and no more


# Fitted once (logistic regression) on phrasings of our topics and beyond them that the index had
# not seen. Fit them anew when the score of `index` or of `meaning` changes.
BY_WORDS = Weights(base=-4.7, best_a_word=0.18, decoy=-2.3, covered=1.4, concept=1.0, leaning=0.35)
BY_MEANING_TOO = Weights(
    base=-0.5,
    best_a_word=0.24,
    decoy=-0.25,
    covered=1.55,
    concept=0.55,
    leaning=0.37,
    near=0.65,
    near_decoy=-3.0,
    most_leaning=10.0,
)

# So sure by words that meaning, which takes longer, has nothing to add.
SURE_FROM = 0.85
SURE_LEAD = 0.15


class Band(StrEnum):
    """What may be done with the articles found."""

    ANSWER = "answer"
    OFFER = "offer"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best article.

    `best` is its score, `lead` its distance to the second, `decoy` the best off-topic theme's
    score; `covered` the share of the question's weight that it holds; `leaning` how much the words,
    one by one, lean to our topics (above 0) or to others; `exact` counts the articles that list the
    question word by word.
    """

    best: float
    lead: float
    decoy: float
    covered: float
    words: int
    concepts: int
    leaning: float
    exact: int = 0
    near: float | None = None
    near_decoy: float = 0.0

    @property
    def has_any(self) -> bool:
        """Whether anything speaks for an article."""
        return self.best > 0 or self.near is not None


def confidence_of(evidence: Evidence) -> float:
    """Return how sure it is, 0 to 1, that the question is about our topics."""
    if evidence.exact:
        return 1.0
    if not evidence.has_any:
        return 0.0
    by = BY_WORDS if evidence.near is None else BY_MEANING_TOO
    told = (
        by.base
        + by.best_a_word * evidence.best / max(1, evidence.words)
        + by.decoy * evidence.decoy
        + by.covered * evidence.covered
        + by.concept * evidence.concepts
        + by.leaning * min(evidence.leaning, by.most_leaning)
        + by.near * (evidence.near or 0.0)
        + by.near_decoy * evidence.near_decoy
    )
    return 1 / (1 + math.exp(-told))


def band_of(evidence: Evidence, confidence: float) -> Band:
    """Return what to do at this confidence."""
    lead = ONE_WORD_LEAD if evidence.words == 1 else ANSWER_LEAD
    if evidence.exact == 1 and (evidence.words > 1 or evidence.lead >= lead):
        return Band.ANSWER
    if not evidence.has_any or (confidence < OFFER_FROM and not _short_and_ours(evidence)):
        return Band.NOTHING
    if confidence < ANSWER_FROM or evidence.lead < lead:
        return Band.OFFER
    return Band.ANSWER


def is_sure(evidence: Evidence, confidence: float) -> bool:
    """Whether words alone decide."""
    return evidence.exact > 0 or (confidence >= SURE_FROM and evidence.lead >= SURE_LEAD)


def _short_and_ours(evidence: Evidence) -> bool:
    least = ONE_WORD_DECOY if evidence.words == 1 else SHORT_DECOY
    return evidence.words <= SHORT_WORDS and evidence.concepts > 0 and evidence.decoy < least
