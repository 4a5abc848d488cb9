"""Letters: how much the groups of letters of a question are those of a document.

Every document holds a thousand groups, so they are only compared with the best documents.

2026-11-22. A dict of impacts for each document took 4.5 MB of every server; this takes 1.2. An
impact is the rarity of the group times a factor that follows from how often the group stands in the
document, and a document knows a hundred such factors at most: one byte says which. Common groups
have a place in a row of each document, read as quickly as a dict; rare ones are listed by group.
They are added in the order of their numbers, so that equal questions score alike to the last bit in
every process. What was given up: that bit may differ from the formula written out.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from knowledge.search.bm25 import impact, norms, rarity
from knowledge.search.postings import begins_of

COMMON_SHARE = 0.1  # of the documents; held by more, a group is common
MOST_IN_A_BYTE = 256


@dataclass(frozen=True, slots=True)
class Letters:
    """The groups of letters of all documents.

    `numbers` gives each group its number n, the common ones first, and `rarities[n]` says how rare
    it is. `factors[d]` are those of document d, after a 0 for the groups that it does not hold.
    `common[d][n]` is the place among them for a common group. For the others `begins` says from
    where to where `documents` and the `places` beside them speak of a group, the first rare one
    first.
    """

    numbers: Mapping[str, int]
    rarities: "array[float]"
    factors: Sequence["array[float]"]
    common: Sequence["array[int]"]
    begins: "array[int]"
    documents: "array[int]"
    places: "array[int]"

    def compare(self, groups: Iterable[str], documents: Iterable[int]) -> dict[int, float]:
        """Return the sum of the impacts of `groups` on each of `documents`."""
        numbers = sorted([self.numbers[group] for group in groups if group in self.numbers])
        rarities = [self.rarities[number] for number in numbers]
        first_rare = len(self.common[0]) if self.common else 0
        split = bisect_left(numbers, first_rare)
        common = numbers[:split]
        sums: dict[int, float] = {}
        for document in documents:
            places = map(self.common[document].__getitem__, common)
            factors = map(self.factors[document].__getitem__, places)
            sums[document] = sum(map(mul, rarities, factors), 0.0)
        for number, rare in zip(numbers[split:], rarities[split:], strict=True):
            begin, end = self.begins[number - first_rare : number - first_rare + 2]
            held = zip(self.documents[begin:end], self.places[begin:end], strict=True)
            for document, place in held:
                if document in sums:
                    sums[document] += rare * self.factors[document][place]
        return sums


def compare_letters(frequencies: Sequence[Mapping[str, float]]) -> Letters:
    """Return the letters of documents, given how often every group stands in each."""
    holders = Counter(group for document in frequencies for group in document).most_common()
    numbers = {group: number for number, (group, _) in enumerate(holders)}
    first_rare = sum(count > COMMON_SHARE * len(frequencies) for _, count in holders)
    begins = begins_of(count for _, count in holders[first_rare:])
    distinct = [sorted(set(document.values())) for document in frequencies]
    kind = "B" if all(len(times) < MOST_IN_A_BYTE for times in distinct) else "H"
    common = [array(kind, [0]) * first_rare for _ in frequencies]
    documents = array("H", [0]) * begins[-1]
    places = array(kind, [0]) * begins[-1]
    free = begins[:-1]
    for document, groups in enumerate(frequencies):
        place_of = {times: place for place, times in enumerate(distinct[document], 1)}
        for group, times in groups.items():
            number = numbers[group]
            if number < first_rare:
                common[document][number] = place_of[times]
                continue
            at = free[number - first_rare]
            documents[at], places[at] = document, place_of[times]
            free[number - first_rare] += 1
    return Letters(
        numbers,
        array("d", (rarity(count, len(frequencies)) for _, count in holders)),
        [
            array("d", [0.0, *(impact(1.0, times, norm) for times in some)])
            for some, norm in zip(distinct, norms(frequencies), strict=True)
        ],
        common,
        begins,
        documents,
        places,
    )
