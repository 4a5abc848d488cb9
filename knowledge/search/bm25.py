"""BM25: what a term counts for in a document, by how rare it is and how often it stands there."""

import math
from collections.abc import Mapping, Sequence

# Results are flat around these values; do not tune them.
K1 = 3.0
B = 0.4


def rarity(holders: int, total: int) -> float:
    """Return how rare a term is that `holders` of `total` documents hold."""
    return math.log(1 + (total - holders + 0.5) / (holders + 0.5))


def norms(frequencies: Sequence[Mapping[str, float]]) -> list[float]:
    """Return what the length of each document adds to how often a term stands in it."""
    lengths = [sum(document.values()) for document in frequencies]
    average = sum(lengths) / max(len(lengths), 1) or 1.0
    return [K1 * (1 - B + B * length / average) for length in lengths]


def impact(rarity: float, times: float, norm: float) -> float:
    """Return what a term adds to the score of a document in which it stands so many `times`."""
    return rarity * times * (K1 + 1) / (times + norm)
