"""The index: BM25 over one document an article, with the off-topic themes as documents beside them.

Words and concepts have posting lists. Groups of letters, of which every document has
thousands, are only looked up in the best documents, so that time hardly grows with the library.
"""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.search.documents import DECOY, Documents
from knowledge.search.reading import LETTERS, Reading

# BM25: results are flat around these values; do not tune them.
K1 = 3.0
B = 0.4

LETTERS_FOR = 20  # documents that letters are compared with
UNSEEN = 0.3  # what a word that no document of a kind holds counts as
CANDIDATES = 200  # documents after which commoner terms find no further ones


@dataclass(frozen=True, slots=True)
class Index:
    """Impacts of terms on documents; a document is an article or an off-topic theme (`decoy/…`)."""

    documents: tuple[str, ...]
    postings: Mapping[str, Mapping[int, float]]
    weights: Mapping[str, float]  # term → how rare it is
    letters: Sequence[Mapping[str, float]]  # by document
    asked: Mapping[tuple[str, ...], tuple[str, ...]]  # a whole phrasing or title → its articles
    leaning: Mapping[str, float]  # word → log-odds of standing in our topics rather than in others
    decoys_from: int  # the number of the first off-topic theme: they come last
    rarest: float = 1.0

    def score(self, reading: Reading) -> dict[int, float]:
        """Return the score of the documents that share a term with the question, rare terms first.

        Once there are candidates enough, commoner terms add to these and find no others.
        """
        scores: dict[int, float] = {}
        found = [(self.postings[t], w) for t, w in reading.terms.items() if t in self.postings]
        for posting, weight in sorted(found, key=lambda term: len(term[0])):
            if len(scores) < CANDIDATES:
                for document, impact in posting.items():
                    scores[document] = scores.get(document, 0.0) + weight * impact
            else:
                for document in scores:
                    scores[document] += weight * posting.get(document, 0.0)
        for document in heapq.nlargest(LETTERS_FOR, scores, key=scores.__getitem__):
            scores[document] += self._letters_of(document, reading)
        return scores

    def impacts(self, document: int, reading: Reading) -> dict[str, float]:
        """Return what each term of the question adds to a document's score, its letters as one."""
        found = {
            term: weight * self.postings[term][document]
            for term, weight in reading.terms.items()
            if document in self.postings.get(term, ())
        }
        return found | {"(letters)": self._letters_of(document, reading)}

    def _letters_of(self, document: int, reading: Reading) -> float:
        impacts = self.letters[document]
        return LETTERS * sum(map(impacts.__getitem__, reading.letters & impacts.keys()))

    def is_decoy(self, document: int) -> bool:
        """Whether a document is an off-topic theme."""
        return document >= self.decoys_from


def index_documents(documents: Documents) -> Index:
    """Return the index of `documents`."""
    weights, impacts = _weigh([document.terms for document in documents.all])
    postings: dict[str, dict[int, float]] = defaultdict(dict)
    for number, of_document in enumerate(impacts):
        for term, impact in of_document.items():
            postings[term][number] = impact
    return Index(
        documents=tuple(document.id for document in documents.all),
        postings=dict(postings),
        weights=weights,
        letters=_weigh([document.letters() for document in documents.all])[1],
        asked={tokens: tuple(ids) for tokens, ids in documents.asked.items()},
        leaning=_lean(documents),
        decoys_from=sum(not document.id.startswith(DECOY) for document in documents.all),
        rarest=_rarity(1, max(len(documents.all), 1)),
    )


def _lean(documents: Documents) -> dict[str, float]:
    ours = [set(d.terms) for d in documents.all if not d.id.startswith(DECOY)]
    others = [set(d.terms) for d in documents.all if d.id.startswith(DECOY)]
    in_ours = Counter(term for terms in ours for term in terms)
    in_others = Counter(term for terms in others for term in terms)
    return {
        term: math.log((in_ours[term] + UNSEEN) / (len(ours) + 1))
        - math.log((in_others[term] + UNSEEN) / (len(others) + 1))
        for term in in_ours.keys() | in_others.keys()
        if not term.startswith("#")
    }


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
