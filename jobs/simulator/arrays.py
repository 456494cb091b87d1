"""The array types of the simulator: one element a title, a profile, a session or an event."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# An element is any Python object: here always a short text.
Texts = NDArray[np.object_]


def row_offsets(counts: Ints) -> Ints:
    """Number within its group of every row, where group `i` has `counts[i]` rows: [2, 3] gives 0 1 0 1 2."""
    ends = np.cumsum(counts)
    return np.arange(int(counts.sum())) - np.repeat(ends - counts, counts)


def texts(values: list[str]) -> Texts:
    """The texts as an array that can be indexed by another."""
    return np.array(values, dtype=object)
