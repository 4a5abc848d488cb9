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

# Weights of the evidence, fitted once (logistic regression) on phrasings of our topics and beyond
# them that the index had not seen. Fit them anew when the score of `index` changes.
BASE = -4.7
PER_BEST_A_WORD = 0.18
PER_DECOY = -2.3
PER_COVERED = 1.4
PER_CONCEPT = 1.0
PER_LEANING = 0.35


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


def confidence_of(evidence: Evidence) -> float:
    """Return how sure it is, 0 to 1, that the question is about our topics."""
    if evidence.exact:
        return 1.0
    if not evidence.best:
        return 0.0
    told = (
        BASE
        + PER_BEST_A_WORD * evidence.best / max(1, evidence.words)
        + PER_DECOY * evidence.decoy
        + PER_COVERED * evidence.covered
        + PER_CONCEPT * evidence.concepts
        + PER_LEANING * evidence.leaning
    )
    return 1 / (1 + math.exp(-told))


def band_of(evidence: Evidence, confidence: float) -> Band:
    """Return what to do at this confidence."""
    lead = ONE_WORD_LEAD if evidence.words == 1 else ANSWER_LEAD
    if evidence.exact == 1 and (evidence.words > 1 or evidence.lead >= lead):
        return Band.ANSWER
    if not evidence.best or (confidence < OFFER_FROM and not _short_and_ours(evidence)):
        return Band.NOTHING
    if confidence < ANSWER_FROM or evidence.lead < lead:
        return Band.OFFER
    return Band.ANSWER


def _short_and_ours(evidence: Evidence) -> bool:
    least = ONE_WORD_DECOY if evidence.words == 1 else SHORT_DECOY
    return evidence.words <= SHORT_WORDS and evidence.concepts > 0 and evidence.decoy < least
