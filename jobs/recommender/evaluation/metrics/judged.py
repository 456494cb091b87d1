"""What measures are computed from: viewers' lists beside what those went on to like, as arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobs.contracts.gold import LIST_LENGTH

Values = NDArray[np.float64]
# 1 at the head of a list.
RANKS = np.arange(1, LIST_LENGTH + 1)


@dataclass(frozen=True)
class Judged:
    """A row a viewer; of lists, a column a rank.

    `is_hit`: a title stands there that the viewer went on to like. `wanted`: how many titles those are, never none.
    `known_share`: of all viewers, the share that knows the title there; NaN where the list has ended.
    `usual_known_share`: its mean over the titles that the viewer had liked before; NaN where there was none.
    """

    is_hit: NDArray[np.bool]
    wanted: NDArray[np.int64]
    known_share: Values
    usual_known_share: Values

    @property
    def hits(self) -> NDArray[np.int64]:
        return np.asarray(self.is_hit.sum(axis=1))

    @property
    def most_hits(self) -> NDArray[np.int64]:
        """So many hits a list can have at most."""
        return np.minimum(self.wanted, LIST_LENGTH)


def mean_of_list(values: Values) -> Values:
    """Over each row's places that are no NaN; NaN where all are."""
    number = np.count_nonzero(~np.isnan(values), axis=1)
    mean = np.divide(np.nansum(values, axis=1), number, where=number > 0, out=np.full(len(values), np.nan))
    return np.asarray(mean)
