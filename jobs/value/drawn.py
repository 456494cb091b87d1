"""An estimate together with what it is where people are drawn again: sums and products of several keep one interval."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from jobs.recommender.evaluation.estimate import CONFIDENCE

Floats = NDArray[np.float64]
REPLICATES = 1000
_ENDS = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)


@dataclass(frozen=True)
class Drawn:
    """Of one figure, or of one a subscriber: `expected`, and `draws`, a row a replicate.

    The interval of what is made from several is that of their sum or product within each replicate, not the sum of
    their ends, which is wider.
    """

    expected: Floats
    draws: Floats

    def __add__(self, other: Self) -> Self:
        return type(self)(self.expected + other.expected, self.draws + other.draws)

    def __mul__(self, other: "Drawn | Floats | float") -> Self:
        if isinstance(other, Drawn):
            return type(self)(self.expected * other.expected, self.draws * other.draws)
        return type(self)(self.expected * other, self.draws * other)

    def ends(self) -> tuple[Floats, Floats]:
        """Of the 95 % interval; what is expected lies in it, though a skewed estimate is at its edge."""
        low, high = np.quantile(self.draws, _ENDS, axis=0)
        return np.minimum(low, self.expected), np.maximum(high, self.expected)
