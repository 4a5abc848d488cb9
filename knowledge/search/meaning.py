"""Meaning: which articles a question is about when it shares no word with them. An optional part.

A sentence model turns a text into a vector, and texts that mean much the same, in any language,
get vectors that point much the same way. From the vectors of our phrasings we learn once which
directions tell the articles apart (linear discriminant analysis); then a question costs the model
and one product of matrices, however many phrasings there are.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.folding import clean

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]

# What meaning counts for beside words. Flat from 0.6 to 2.
SHARE = 1.5
# How much of the spread of phrasings around their article is taken to be alike in all directions:
# a dozen phrasings an article say little about each. Flat from 0.05 to 0.5.
ALIKE = 0.3
NO_SPREAD = 1e-6
LEAST_SPREAD = 1.0  # of the words' scores, for a question none of whose words is known

# The model's time grows with every word; what is asked is said soon or at the very end.
FIRST_WORDS = 14
LAST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Meaning:
    """What `rank` needs to compare a question with every document by meaning.

    `encode` makes the vector of a text; `weights` and `biases` turn it into a score a document.
    """

    encode: "Callable[[str], Vectors]"
    weights: "Vectors"
    biases: "Vectors"

    def nearness(self, question: str) -> list[float]:
        """Return how near each document is, in standard deviations from the mean of all."""
        scores = self.weights @ self.encode(shortened(question)) + self.biases
        return standardised(scores.tolist())


def learn(encode: "Callable[[str], Vectors]", vectors: "Vectors", begins: Sequence[int]) -> Meaning:
    """Return what `vectors` teach; those of each document begin at its row in `begins`."""
    import numpy as np

    counts = np.diff([*begins, len(vectors)])
    means = np.add.reduceat(vectors, begins, axis=0) / counts[:, None]
    around = vectors - np.repeat(means, counts, axis=0)
    spread = around.T @ around / len(vectors)
    size = spread.shape[0]
    even = np.trace(spread) / size + NO_SPREAD
    spread = (1 - ALIKE) * spread + ALIKE * even * np.eye(size)
    weights = np.linalg.solve(spread.astype(np.float64), means.T.astype(np.float64)).T
    biases = -0.5 * np.einsum("ij,ij->i", weights, means)
    return Meaning(encode, weights.astype(np.float32), biases.astype(np.float32))


def shortened(question: str) -> str:
    """Return the words of a question that are read for their meaning."""
    words = clean(question).split()
    if len(words) > FIRST_WORDS + LAST_WORDS:
        words = [*words[:FIRST_WORDS], *words[-LAST_WORDS:]]
    return " ".join(words)


def standardised(values: Sequence[float]) -> list[float]:
    """Return `values` as distances from their mean, in standard deviations; all 0 if alike."""
    mean = sum(values) / len(values)
    spread = _spread(values)
    return [(value - mean) / spread if spread else 0.0 for value in values]


def added_by(near: Sequence[float], scores: Mapping[int, float]) -> list[float]:
    """Return what meaning adds to the score of each document, in the measure of `scores`."""
    if not near:
        return []
    every = [scores.get(document, 0.0) for document in range(len(near))]
    share = SHARE * max(_spread(every), LEAST_SPREAD)
    return [share * distance for distance in near]


def _spread(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
