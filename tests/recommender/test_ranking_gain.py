import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.local_rows import local_rows
from jobs.recommender.ranking_gain import RankingGain, ranking_gain


def gain(spark: SparkSession, better: list[float], baseline: list[float]) -> RankingGain:
    def quality(figures: list[float]) -> DataFrame:
        return local_rows(
            spark, [(f"p{n}", figure) for n, figure in enumerate(figures)], "profile_key string, ndcg double"
        )

    return ranking_gain(quality(better), quality(baseline))


def test_the_interval_is_that_of_drawing_viewers_again(spark: SparkSession) -> None:
    """Half of 400 viewers gain 0.5 and half nothing: the mean of a draw varies by 0.25 / sqrt(400)."""
    found = gain(spark, [0.7, 0.2] * 200, [0.2, 0.2] * 200)
    error = 1.96 * 0.25 / 20
    assert [found.mean, found.low, found.high] == pytest.approx([0.25, 0.25 - error, 0.25 + error], abs=0.003)


def test_viewers_are_compared_with_themselves(spark: SparkSession) -> None:
    """Who has good lists from both shows no gain, however good."""
    found = gain(spark, [0.9, 0.1], [0.8, 0.0])
    assert [found.mean, found.low, found.high] == pytest.approx([0.1] * 3)
