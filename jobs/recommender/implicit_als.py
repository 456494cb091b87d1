"""Implicit-feedback matrix factorisation (Hu, Koren and Volinsky, ICDM 2008), with `pyspark.ml`."""

from dataclasses import dataclass

from pyspark.ml.recommendation import ALS, ALSModel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.recommender.training_data import compact_ids


@dataclass(frozen=True)
class AlsParameters:
    """What ALS is told: `alpha` weighs a unit of strength against not having watched at all."""

    rank: int = 16
    alpha: float = 10.0
    regularisation: float = 0.1
    iterations: int = 10
    seed: int = 7


@dataclass(frozen=True)
class FittedAls:
    """A fitted model, and the numbers that ALS knows viewers and titles by."""

    model: ALSModel
    profile_numbers: DataFrame
    title_numbers: DataFrame

    def candidates(self, profiles: DataFrame, count: int) -> DataFrame:
        """The `count` best titles of each known viewer: `profile_key`, `title_id`, `score`; seen ones included."""
        numbered = profiles.select("profile_key").distinct().join(self.profile_numbers, on="profile_key", how="inner")
        best = self.model.recommendForUserSubset(numbered, count)
        return (
            best.select("profile_number", F.inline("recommendations"))
            .join(self.profile_numbers, on="profile_number", how="inner")
            .join(self.title_numbers, on="title_number", how="inner")
            .select("profile_key", "title_id", F.col("rating").cast("double").alias("score"))
        )


def fit_als(preferences: DataFrame, parameters: AlsParameters) -> FittedAls:
    """Fits ALS on `profile_key`, `title_id`, `strength`."""
    profile_numbers = compact_ids(preferences, "profile_key", "profile_number").persist()
    title_numbers = compact_ids(preferences, "title_id", "title_number").persist()
    numbered = preferences.join(profile_numbers, on="profile_key", how="inner").join(
        title_numbers, on="title_id", how="inner"
    )
    als = ALS(
        rank=parameters.rank,
        alpha=parameters.alpha,
        regParam=parameters.regularisation,
        maxIter=parameters.iterations,
        seed=parameters.seed,
        implicitPrefs=True,
        userCol="profile_number",
        itemCol="title_number",
        ratingCol="strength",
        coldStartStrategy="drop",
    ).setNumBlocks(preferences.sparkSession.sparkContext.defaultParallelism)
    return FittedAls(als.fit(numbered), profile_numbers, title_numbers)
