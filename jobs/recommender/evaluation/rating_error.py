"""How far explicit ALS is from the ratings that people gave: the figure that older comparisons report."""

from dataclasses import dataclass

from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.recommender.models.compact_ids import compact_ids

# As in the benchmark of the recommenders project, whose figure on MovieLens 100k is 0.965.
RANK, ITERATIONS, REGULARISATION, SEED = 10, 15, 0.05, 42


@dataclass(frozen=True)
class RatingError:
    """Root of the mean squared error over `ratings` of the test; those of viewers or titles not learnt are left out."""

    rmse: float
    ratings: int


def rating_error(learnt: DataFrame, tested: DataFrame) -> RatingError:
    """Fits ALS on explicit ratings (`profile_key`, `title_id`, `rating`) and predicts those of the test."""
    profile_numbers = compact_ids(learnt, "profile_key", "profile_number").persist()
    title_numbers = compact_ids(learnt, "title_id", "title_number").persist()

    def numbered(ratings: DataFrame) -> DataFrame:
        with_profiles = ratings.join(profile_numbers, on="profile_key", how="inner")
        return with_profiles.join(title_numbers, on="title_id", how="inner")

    als = ALS(
        rank=RANK,
        maxIter=ITERATIONS,
        regParam=REGULARISATION,
        seed=SEED,
        userCol="profile_number",
        itemCol="title_number",
        ratingCol="rating",
    ).setNumBlocks(learnt.sparkSession.sparkContext.defaultParallelism)
    error = F.col("prediction") - F.col("rating")
    found = (
        als.fit(numbered(learnt))
        .transform(numbered(tested))
        .agg(F.sqrt(F.avg(error * error)).alias("rmse"), F.count("*").alias("ratings"))
        .head()
    )
    for numbers in (profile_numbers, title_numbers):
        numbers.unpersist()
    assert found is not None, "an aggregate without groups has one row"
    return RatingError(found.rmse if found.ratings else float("nan"), found.ratings)
