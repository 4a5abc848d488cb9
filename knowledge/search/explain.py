"""Why a question found what it found: the words and their weights, for whoever keeps the texts."""

from dataclasses import dataclass

from knowledge.search.bands import ANSWER_FROM, OFFER_FROM, Band, Evidence
from knowledge.search.concepts import Match
from knowledge.search.finding import SearchIndex, rank

CANDIDATES = 5
TERMS = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article or off-topic theme, its score, and its heaviest terms with their weights."""

    id: str
    score: float
    terms: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that decided what became of a question."""

    typed: tuple[str, ...]
    understood: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...]
    concepts: tuple[Match, ...]
    candidates: tuple[Candidate, ...]
    decoy: Candidate | None
    evidence: Evidence
    confidence: float
    band: Band


def explain(
    question: str, searched: SearchIndex, country: str | None = None, language: str | None = None
) -> Explanation:
    """Return why `question` finds what it finds."""
    index = searched.index
    reading = searched.reader.read(question, country, language)
    ranking = rank(question, reading, searched, country, language)
    scores = ranking.scores
    numbers = {index.documents[number]: number for number in scores}
    decoys = [number for number in scores if index.is_decoy(number)]

    def candidate(number: int) -> Candidate:
        impacts = index.impacts(number, reading)
        if ranking.meant:
            impacts["(meaning)"] = ranking.meant[number]
        heaviest = sorted(impacts.items(), key=lambda term: -term[1])[:TERMS]
        return Candidate(index.documents[number], scores[number], tuple(heaviest))

    return Explanation(
        typed=reading.typed,
        understood=reading.tokens,
        corrections=reading.corrections,
        concepts=reading.concepts,
        candidates=tuple(candidate(numbers[name]) for name in ranking.result.articles[:CANDIDATES]),
        decoy=candidate(max(decoys, key=scores.__getitem__)) if decoys else None,
        evidence=ranking.evidence,
        confidence=ranking.confidence,
        band=ranking.result.band,
    )


def as_text(found: Explanation) -> str:
    """Return an explanation as lines for the terminal."""
    lines = [f"typed       {' '.join(found.typed) or '(no words)'}"]
    if found.understood != found.typed:
        lines.append(f"understood  {' '.join(found.understood)}")
    lines += [f"corrected   {typed} → {meant}" for typed, meant in found.corrections]
    lines += [f"concept     {match.concept}: {' '.join(match.words)}" for match in found.concepts]
    lines += [_line(candidate) for candidate in found.candidates]
    if found.decoy is not None:
        lines.append(_line(found.decoy))
    return "\n".join([*lines, f"decided     {_reason(found)}"])


def _line(candidate: Candidate) -> str:
    terms = ", ".join(f"{term} {weight:.1f}" for term, weight in candidate.terms)
    return f"{candidate.score:10.1f}  {candidate.id}: {terms}"


def _reason(found: Explanation) -> str:
    evidence = found.evidence
    told = (
        f"confidence {found.confidence:.2f}, lead over the second {evidence.lead:.0%}, "
        f"off-topic at {evidence.decoy:.0%}, {evidence.covered:.0%} of the question held"
    )
    if evidence.near is not None:
        told += f", in meaning {evidence.near:+.1f}, off-topic {evidence.near_decoy:+.1f}"
    if found.band is Band.NOTHING:
        return f"no answer: confidence under {OFFER_FROM} ({told})"
    if evidence.exact == 1:
        return f"answer: an article lists the question word by word ({told})"
    if found.band is Band.ANSWER:
        return f"answer ({told})"
    why = "the second is too near" if found.confidence >= ANSWER_FROM else "not sure enough"
    return f"a choice of three: {why} ({told})"
