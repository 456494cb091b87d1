"""Implicit ALS: viewers and titles as points, close where one likes the other (Hu, Koren and Volinsky, ICDM 2008)."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from jobs.recommender.models import Rows
from jobs.recommender.models.block_lists import block_lists
from jobs.recommender.models.compact_ids import compact_ids
from jobs.recommender.models.likings import Likings
from jobs.recommender.models.support import of_supported_titles

_STEPS_FROM_NOTHING = 10


@dataclass(frozen=True)
class AlsParameters:
    """What ALS is told: `alpha` weighs a unit of strength against not having liked at all.

    `regularisation` is a title: who liked ten is held back ten times as much. `implicit` holds back all alike, by what
    that is for a viewer of as many titles as all like in the mean.
    """

    rank: int = 16
    alpha: float = 10.0
    regularisation: float = 0.1
    iterations: int = 10
    seed: int = 7


@dataclass(frozen=True)
class TitleFactors:
    """The titles' points. A viewer's is computed from what they liked, as the last step of the fit computes it.

    `ridge` is what holds back every viewer alike; null where it is `regularisation` a title that they liked.
    """

    titles: Sequence[str]
    factors: NDArray[np.float32]
    parameters: AlsParameters
    ridge: float | None = None

    def __call__(self, liked: csr_matrix) -> NDArray[np.float32]:
        return np.asarray(self.points(liked) @ self.factors.T, dtype=np.float32)

    def points(self, liked: csr_matrix) -> NDArray[np.float32]:
        """x = (FᵀF + Σ alpha s f fᵀ + ridge)⁻¹ Σ (1 + alpha s) f, over the titles of each row."""
        if self.ridge is None:
            return self._points_by_titles(liked)
        points = np.zeros((liked.shape[0], self.parameters.rank), dtype=np.float32)
        self._solve(_confidence(liked, self.parameters), points, self.factors, self.ridge, num_threads=1)
        return points

    @cached_property
    def _solve(self) -> Callable[..., None]:
        """Of `implicit`; after so many steps from 0 a point is exact to five digits."""
        model = _alternating(self.parameters, self.ridge or 0.0)
        model.cg_steps = _STEPS_FROM_NOTHING
        return cast(Callable[..., None], model.solver)

    def _points_by_titles(self, liked: csr_matrix) -> NDArray[np.float32]:
        """All of a block at once, each row filled up with titles of no confidence."""
        number = np.diff(liked.indptr)
        is_liked = np.arange(number.max(initial=0)) < number[:, None]
        chosen = np.zeros(is_liked.shape, dtype=np.intp)
        chosen[is_liked] = liked.indices
        confidence = np.zeros(is_liked.shape, dtype=np.float32)
        confidence[is_liked] = self.parameters.alpha * liked.data
        factors = self.factors[chosen] * is_liked[:, :, None]
        ridge = self.parameters.regularisation * np.maximum(number, 1)[:, None, None] * np.eye(self.parameters.rank)
        of_liked = np.matmul(factors.transpose(0, 2, 1) * confidence[:, None, :], factors)
        wanted = np.matmul((1 + confidence)[:, None, :], factors).transpose(0, 2, 1)
        solved = np.linalg.solve(self.factors.T @ self.factors + of_liked + ridge, wanted)
        return np.asarray(solved[:, :, 0], dtype=np.float32)

    def recommend(self, viewers: Rows, count: int) -> Rows:
        return block_lists(viewers, self.titles, self, count)


def fit_als(preferences: DataFrame | Likings, parameters: AlsParameters) -> TitleFactors:
    """Keeps the titles' points: titles × rank, of titles that ten accounts liked.

    Viewers have no start of their own: one viewer more would give all viewers another one, and everybody other lists.
    """
    if isinstance(preferences, Likings):
        return _in_driver(preferences, parameters)
    return _in_spark(preferences, parameters)


def _in_driver(likings: Likings, parameters: AlsParameters) -> TitleFactors:
    """By `implicit`: three steps of conjugate gradients where Spark solves each row's equations."""
    titles, liked = likings.supported_titles, likings.matrix()
    of_viewers = np.diff(liked.indptr)
    if not titles:
        return TitleFactors([], np.zeros((0, parameters.rank), dtype=np.float32), parameters)
    ridge = float(parameters.regularisation * of_viewers[of_viewers > 0].mean())
    model = _alternating(parameters, ridge)
    model.item_factors = starting_points(titles, parameters)
    model.user_factors = np.zeros((liked.shape[0], parameters.rank), dtype=np.float32)
    with threadpool_limits(1, "blas"):
        model.fit(_confidence(liked, parameters), show_progress=False)
    return TitleFactors(titles, model.item_factors, parameters, ridge)


def _alternating(parameters: AlsParameters, ridge: float) -> AlternatingLeastSquares:
    """`alpha` is in what it is given: its own would leave out the 1 of every liking."""
    with threadpool_limits(1, "blas"):
        return AlternatingLeastSquares(
            parameters.rank, regularization=ridge, alpha=1.0, iterations=parameters.iterations, random_state=0
        )


def _confidence(liked: csr_matrix, parameters: AlsParameters) -> csr_matrix:
    data = (1 + parameters.alpha * liked.data).astype(np.float32)
    return csr_matrix((data, liked.indices, liked.indptr), shape=liked.shape)


def starting_points(titles: Sequence[str], parameters: AlsParameters) -> NDArray[np.float32]:
    """Points at a distance of 1, as `pyspark.ml` starts from. Each by its title's name: a title more leaves the others.

    From where `implicit` starts, all close to 0, one viewer more changes twice as much in the lists of all others.
    """
    seeds = ([parameters.seed, zlib.crc32(title.encode())] for title in titles)
    drawn = (np.random.default_rng(seed).standard_normal(parameters.rank, dtype=np.float32) for seed in seeds)
    points = np.abs(np.stack(list(drawn)))
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True))


def _in_spark(preferences: DataFrame, parameters: AlsParameters) -> TitleFactors:
    """By `pyspark.ml`. What it calls users, from whose points by chance it starts, are the titles here."""
    supported = preferences.transform(of_supported_titles).persist()
    if supported.isEmpty():
        return TitleFactors([], np.zeros((0, parameters.rank), dtype=np.float32), parameters)
    profile_numbers = compact_ids(supported, "profile_key", "profile_number").persist()
    title_numbers = compact_ids(supported, "title_id", "title_number").persist()
    numbered = supported.join(profile_numbers, on="profile_key", how="inner").join(
        title_numbers, on="title_id", how="inner"
    )
    als = ALS(
        rank=parameters.rank,
        alpha=parameters.alpha,
        regParam=parameters.regularisation,
        maxIter=parameters.iterations,
        seed=parameters.seed,
        implicitPrefs=True,
        userCol="title_number",
        itemCol="profile_number",
        ratingCol="strength",
    ).setNumBlocks(preferences.sparkSession.sparkContext.defaultParallelism)
    found = (
        als.fit(numbered)
        .userFactors.join(title_numbers, on=F.col("id") == F.col("title_number"), how="inner")
        .select("title_id", "features")
        .toPandas()
        .sort_values("title_id")
    )
    for rows in (profile_numbers, title_numbers, supported):
        rows.unpersist()
    return TitleFactors(list(found["title_id"]), np.array(list(found["features"])).astype(np.float32), parameters)
