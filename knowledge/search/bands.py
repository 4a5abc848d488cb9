"""The three bands: answer at once, offer a choice, or say honestly that there is no answer."""

import math
from dataclasses import dataclass
from enum import StrEnum

ANSWER_FROM = 0.5
OFFER_FROM = 0.4
ANSWER_LEAD = 0.03
ONE_WORD_LEAD = 0.25  # a single word gets a short choice unless one article clearly owns it

# Weights of the evidence, fitted once (logistic regression) on phrasings of our topics and beyond
# them that the index had not seen. Fit them anew when the score of `index` changes.
BASE = -4.6
PER_BEST = 0.056
PER_DECOY = -4.4
PER_COVERED = 3.2
PER_WORD = 0.44
PER_CONCEPT = 0.88
WORDS_COUNTED = 12


class Band(StrEnum):
    """What may be done with the articles found."""

    ANSWER = "answer"
    OFFER = "offer"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best article.

    `best` is its score, `lead` its distance to the second, `decoy` the best off-topic theme's
    score; `covered` the share of the question's weight that it holds; `exact` counts the articles
    that list the question word by word.
    """

    best: float
    lead: float
    decoy: float
    covered: float
    words: int
    concepts: int
    exact: int = 0


def confidence_of(evidence: Evidence) -> float:
    """Return how sure it is, 0 to 1, that the question is about our topics."""
    if evidence.exact:
        return 1.0
    if not evidence.best:
        return 0.0
    told = (
        BASE
        + PER_BEST * evidence.best
        + PER_DECOY * evidence.decoy
        + PER_COVERED * evidence.covered
        + PER_WORD * min(evidence.words, WORDS_COUNTED)
        + PER_CONCEPT * evidence.concepts
    )
    return 1 / (1 + math.exp(-told))


def band_of(evidence: Evidence, confidence: float) -> Band:
    """Return what to do at this confidence."""
    if confidence < OFFER_FROM or not evidence.best:
        return Band.NOTHING
    lead = ONE_WORD_LEAD if evidence.words == 1 else ANSWER_LEAD
    if evidence.exact != 1 and (confidence < ANSWER_FROM or evidence.lead < lead):
        return Band.OFFER
    return Band.ANSWER
