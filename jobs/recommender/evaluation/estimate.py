"""A figure over viewers with its interval, by bootstrap."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
REPLICATES = 1000
SEED = 7
_ENDS = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)


@dataclass(frozen=True)
class Estimate:
    """A mean over people, and the ends of its 95 % interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.4f} ({self.low:.4f} to {self.high:.4f})"

    @classmethod
    def of_counted(cls, values: NDArray[np.float64], viewers: NDArray[np.int64]) -> Self:
        """From the different values, and how many viewers have each.

        Viewers of one value are alike: to draw viewers again is to draw the number of viewers of each value again.
        """
        number = viewers.sum()
        if not number:
            return cls(0.0, 0.0, 0.0)
        draws = np.random.default_rng(SEED).multinomial(number, viewers / number, REPLICATES)
        low, high = np.quantile(draws @ values / number, _ENDS)
        return cls(float(values @ viewers / number), float(low), float(high))

    @classmethod
    def of_sums(cls, sums: NDArray[np.float64], counts: NDArray[np.int64]) -> Self:
        """A mean over examples, from each person's sum and number of them, one at least: people are drawn again.

        Instead of a person, it may be a group that chance has put together.
        """
        number = len(sums)
        if not number:
            return cls(0.0, 0.0, 0.0)
        draws = np.random.default_rng(SEED).multinomial(number, np.full(number, 1 / number), REPLICATES)
        low, high = np.quantile(draws @ sums / (draws @ counts), _ENDS)
        return cls(float(sums.sum() / counts.sum()), float(low), float(high))

    @classmethod
    def centred(cls, estimate: float, draws: NDArray[np.float64]) -> Self:
        """From what was found, and how much what viewers drawn again would show differs from its own mean."""
        low, high = np.quantile(draws - draws.mean(), _ENDS)
        return cls(float(estimate), float(estimate + low), float(estimate + high))
