"""Into how many groups people fall: as many as come about again when other people like them are drawn."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score, pairwise_distances_argmin
from threadpoolctl import threadpool_limits

from jobs.contracts.smallest_group import SMALLEST_GROUP

SEED = 7
FEWEST_CLUSTERS, MOST_CLUSTERS = 2, 8
# Below this, clusters are of these very people rather than of people like them (Hennig, Cluster-wise assessment of
# cluster stability, Computational Statistics & Data Analysis 52, 2007).
STABLE = 0.6
_DRAWS = 20
# K-means ends where it began to look: the best of so many beginnings.
_BEGINNINGS = 3


@dataclass(frozen=True)
class StableClusters:
    """The centres of clusters of `SMALLEST_GROUP` points at least: of those `asked_for`, the others are left out.

    `stability` is the mean adjusted Rand index of the clusters of all points and those of points drawn again: 1 for the
    same grouping, about 0 for a random one (Hubert and Arabie, Journal of Classification 2, 1985).
    """

    asked_for: int
    centres: NDArray[np.float64]
    stability: float

    @classmethod
    def of(cls, points: NDArray[np.float64], count: int) -> Self | None:
        """None where fewer than two clusters are large enough.

        In one thread: a fit is so short that several wait for each other, thirty times as long where others compute.
        """
        with threadpool_limits(1):
            centres = _large_centres(points, count, SEED)
            return None if centres is None else cls(count, centres, _stability(points, count, centres))


def cluster_counts(people: int) -> range:
    """The numbers of clusters to try: none where there are not people enough for two."""
    return range(FEWEST_CLUSTERS, MOST_CLUSTERS + 1) if people >= FEWEST_CLUSTERS * SMALLEST_GROUP else range(0)


def most_stable(found: Sequence[StableClusters]) -> StableClusters:
    """Of those that are as stable to the hundredth, the one with most clusters: what can be told apart is."""
    return max(found, key=lambda one: (round(one.stability, 2), len(one.centres), -one.asked_for))


def _stability(points: NDArray[np.float64], count: int, centres: NDArray[np.float64]) -> float:
    clusters = pairwise_distances_argmin(points, centres)
    stream = np.random.default_rng(SEED)
    indices = []
    for draw in range(_DRAWS):
        again = _large_centres(points[stream.integers(0, len(points), len(points))], count, SEED + draw)
        same = 0.0 if again is None else adjusted_rand_score(clusters, pairwise_distances_argmin(points, again))
        indices.append(same)
    return float(np.mean(indices))


def _large_centres(points: NDArray[np.float64], count: int, seed: int) -> NDArray[np.float64] | None:
    with warnings.catch_warnings():
        # Fewer different points than clusters: those that are empty are left out below.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = KMeans(count, n_init=_BEGINNINGS, random_state=seed).fit(points)
    sizes = np.bincount(found.labels_, minlength=count)
    large = found.cluster_centers_[sizes >= SMALLEST_GROUP]
    return large if len(large) >= FEWEST_CLUSTERS else None
