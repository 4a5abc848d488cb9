"""The index: BM25 over one document an article, with the off-topic themes as documents beside them.

Words and concepts have posting lists. Groups of letters, of which every document has
thousands, are only looked up in the best documents, so that time hardly grows with the library.
"""

import heapq
import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.search.bm25 import rarity
from knowledge.search.documents import DECOY, Documents
from knowledge.search.letters import Letters, compare_letters
from knowledge.search.postings import Postings, post
from knowledge.search.reading import LETTERS, Reading

LETTERS_FOR = 20  # documents that letters are compared with
UNSEEN = 0.3  # what a word that no document of a kind holds counts as
CANDIDATES = 200  # documents after which commoner terms find no further ones


@dataclass(frozen=True, slots=True)
class Index:
    """Impacts of terms on documents; a document is an article or an off-topic theme (`decoy/…`)."""

    documents: tuple[str, ...]
    postings: Postings
    letters: Letters
    asked: Mapping[tuple[str, ...], tuple[str, ...]]  # a whole phrasing or title → its articles
    leanings: "array[float]"  # by number of a term: log-odds of standing in our topics, not others
    decoys_from: int  # the number of the first off-topic theme: they come last
    rarest: float = 1.0

    def score(self, reading: Reading) -> dict[int, float]:
        """Return the score of the documents that share a term with the question, rare terms first.

        Once there are candidates enough, commoner terms add to these and find no others.
        """
        scores: dict[int, float] = {}
        found = [(self.postings.row(term), weight) for term, weight in reading.terms.items()]
        rows = [(*row, weight) for row, weight in found if row is not None]
        for documents, impacts, weight in sorted(rows, key=lambda row: len(row[0])):
            if len(scores) < CANDIDATES:
                for document, impact in zip(documents, impacts, strict=True):
                    scores[document] = scores.get(document, 0.0) + weight * impact
            else:
                for document in scores:
                    place = bisect_left(documents, document)
                    if place < len(documents) and documents[place] == document:
                        scores[document] += weight * impacts[place]
        best = heapq.nlargest(LETTERS_FOR, scores, key=scores.__getitem__)
        for document, alike in self.letters.compare(reading.letters, best).items():
            scores[document] += LETTERS * alike
        return scores

    def impacts(self, document: int, reading: Reading) -> dict[str, float]:
        """Return what each term of the question adds to a document's score, its letters as one."""
        found = {
            term: weight * impact
            for term, weight in reading.terms.items()
            if (impact := self.postings.impact(term, document)) is not None
        }
        alike = self.letters.compare(reading.letters, (document,))[document]
        return found | {"(letters)": LETTERS * alike}

    def rarity(self, term: str) -> float:
        """Return how rare a term is; one that no document holds, is as rare as can be."""
        number = self.postings.numbers.get(term)
        return self.rarest if number is None else self.postings.rarities[number]

    def leaning(self, term: str) -> float:
        """Return how much a word leans to our topics (above 0) or to others; 0 when unknown."""
        number = self.postings.numbers.get(term)
        return 0.0 if number is None else self.leanings[number]

    def is_decoy(self, document: int) -> bool:
        """Whether a document is an off-topic theme."""
        return document >= self.decoys_from


def index_documents(documents: Documents) -> Index:
    """Return the index of `documents`."""
    postings = post([document.terms for document in documents.all])
    return Index(
        documents=tuple(document.id for document in documents.all),
        postings=postings,
        letters=compare_letters([document.letters() for document in documents.all]),
        asked={tokens: tuple(ids) for tokens, ids in documents.asked.items()},
        leanings=array("d", map(_lean(documents).__getitem__, postings.numbers)),
        decoys_from=sum(not document.id.startswith(DECOY) for document in documents.all),
        rarest=rarity(1, max(len(documents.all), 1)),
    )


def _lean(documents: Documents) -> dict[str, float]:
    ours = [set(d.terms) for d in documents.all if not d.id.startswith(DECOY)]
    others = [set(d.terms) for d in documents.all if d.id.startswith(DECOY)]
    in_ours = Counter(term for terms in ours for term in terms)
    in_others = Counter(term for terms in others for term in terms)
    return {
        term: 0.0  # a concept leans no way: its words do
        if term.startswith("#")
        else math.log((in_ours[term] + UNSEEN) / (len(ours) + 1))
        - math.log((in_others[term] + UNSEEN) / (len(others) + 1))
        for term in in_ours.keys() | in_others.keys()
    }
