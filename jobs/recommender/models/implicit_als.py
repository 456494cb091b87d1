"""Implicit ALS: viewers and titles as points, close where one likes the other (Hu, Koren and Volinsky, ICDM 2008)."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from scipy.sparse import csr_matrix

from jobs.recommender.models.block_lists import block_lists
from jobs.recommender.models.compact_ids import compact_ids
from jobs.recommender.models.support import of_supported_titles


@dataclass(frozen=True)
class AlsParameters:
    """What ALS is told: `alpha` weighs a unit of strength against not having liked at all."""

    rank: int = 16
    alpha: float = 10.0
    regularisation: float = 0.1
    iterations: int = 10
    seed: int = 7


@dataclass(frozen=True)
class TitleFactors:
    """The titles' points. A viewer's is computed from what they liked, as the last step of the fit computes it."""

    titles: Sequence[str]
    factors: NDArray[np.float32]
    parameters: AlsParameters

    def __call__(self, liked: csr_matrix) -> NDArray[np.float32]:
        return np.asarray(self.points(liked) @ self.factors.T, dtype=np.float32)

    def points(self, liked: csr_matrix) -> NDArray[np.float32]:
        """x = (FᵀF + Σ alpha s f fᵀ + regularisation n I)⁻¹ Σ (1 + alpha s) f, over the n titles of each row."""
        of_all = self.factors.T @ self.factors
        points = np.zeros((liked.shape[0], self.parameters.rank), dtype=np.float32)
        for viewer, (start, end) in enumerate(itertools.pairwise(liked.indptr)):
            chosen = self.factors[liked.indices[start:end]]
            confidence = self.parameters.alpha * liked.data[start:end]
            ridge = self.parameters.regularisation * (end - start) * np.eye(self.parameters.rank)
            if end > start:
                points[viewer] = np.linalg.solve(
                    of_all + (chosen.T * confidence) @ chosen + ridge, (1 + confidence) @ chosen
                )
        return points

    def recommend(self, viewers: DataFrame, count: int) -> DataFrame:
        return block_lists(viewers, self.titles, self, count)


def fit_als(preferences: DataFrame, parameters: AlsParameters) -> TitleFactors:
    """Fits `pyspark.ml`'s ALS and keeps the titles' points: titles × rank, of titles that ten accounts liked.

    ALS starts from points by chance of what it calls users. Those are the titles here: one viewer more would give all
    viewers another start, and everybody other lists.
    """
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
