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
    """A mean over viewers, and the ends of its 95 % interval."""

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
    def centred(cls, estimate: float, draws: NDArray[np.float64]) -> Self:
        """From what was found, and how much what viewers drawn again would show differs from its own mean."""
        low, high = np.quantile(draws - draws.mean(), _ENDS)
        return cls(float(estimate), float(estimate + low), float(estimate + high))
