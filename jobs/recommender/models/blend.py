"""EASE and implicit ALS in one score: each errs where the other does not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from jobs.recommender.models import Rows
from jobs.recommender.models.block_lists import block_lists
from jobs.recommender.models.ease import EaseParameters, LinearTitles
from jobs.recommender.models.implicit_als import AlsParameters, TitleFactors


@dataclass(frozen=True)
class BlendParameters:
    """What both models are told, and what a unit of ALS's score counts beside one of EASE's."""

    ease_regularisation: float
    als_rank: int
    als_alpha: float
    als_regularisation: float
    als_weight: float

    @property
    def ease(self) -> EaseParameters:
        return EaseParameters(self.ease_regularisation)

    @property
    def als(self) -> AlsParameters:
        return AlsParameters(self.als_rank, self.als_alpha, self.als_regularisation)


@dataclass(frozen=True)
class BlendedTitles:
    """score = EASE's + `als_weight` × ALS's. Both are of the same `titles`, in the same order."""

    linear: LinearTitles
    factors: TitleFactors
    als_weight: float

    @property
    def titles(self) -> Sequence[str]:
        return self.linear.titles

    def __call__(self, liked: csr_matrix) -> NDArray[np.float32]:
        return self.linear(liked) + np.float32(self.als_weight) * self.factors(liked)

    def recommend(self, viewers: Rows, count: int) -> Rows:
        return block_lists(viewers, self.titles, self, count)


def blended(linear: LinearTitles, factors: TitleFactors, als_weight: float) -> BlendedTitles:
    """Of the titles that EASE knows: ALS knows them all, and more where the catalogue is larger than EASE's bound."""
    place = {title: row for row, title in enumerate(factors.titles)}
    chosen = factors.factors[[place[title] for title in linear.titles]]
    return BlendedTitles(linear, replace(factors, titles=linear.titles, factors=chosen), als_weight)
