"""Intervals against what statistics says that they are."""

import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.recommender.evaluation.estimate import Estimate
from jobs.recommender.evaluation.metrics.coverage import coverage
from jobs.recommender.evaluation.model_quality import quality_gain
from jobs.storage.local_rows import local_rows


def gain(spark: SparkSession, better: list[float], baseline: list[float]) -> Estimate:
    def quality(figures: list[float]) -> DataFrame:
        return local_rows(
            spark, [(f"p{n}", figure) for n, figure in enumerate(figures)], "profile_key string, ndcg double"
        )

    return quality_gain(quality(better), quality(baseline))


def test_the_interval_is_that_of_drawing_viewers_again(spark: SparkSession) -> None:
    """Half of 400 viewers gain 0.5 and half nothing: the mean of a draw varies by 0.25 / sqrt(400)."""
    found = gain(spark, [0.7, 0.2] * 200, [0.2, 0.2] * 200)
    error = 1.96 * 0.25 / 20
    assert [found.mean, found.low, found.high] == pytest.approx([0.25, 0.25 - error, 0.25 + error], abs=0.003)


def test_viewers_are_compared_with_themselves(spark: SparkSession) -> None:
    """Who has good lists from both shows no gain, however good."""
    found = gain(spark, [0.9, 0.1], [0.8, 0.0])
    assert [found.mean, found.low, found.high] == pytest.approx([0.1] * 3)


def test_people_are_drawn_again_with_all_that_they_have() -> None:
    """Of 400 people, half have 1 in each of ten examples and half 0: as wide as a mean of 400, not of 4000."""
    found = Estimate.of_sums(np.array([10.0, 0.0] * 200), np.full(400, 10))
    error = 1.96 * 0.5 / 20
    assert [found.mean, found.low, found.high] == pytest.approx([0.5, 0.5 - error, 0.5 + error], abs=0.006)


def test_who_has_more_examples_weighs_more() -> None:
    found = Estimate.of_sums(np.array([3.0, 0.0]), np.array([3, 1]))
    assert (found.mean, found.low, found.high) == (0.75, 0.0, 1.0)


def test_a_mean_of_nobody_is_none() -> None:
    assert Estimate.of_sums(np.array([]), np.array([], dtype=np.int64)) == Estimate(0.0, 0.0, 0.0)


def test_coverage_by_hand() -> None:
    assert coverage({1: 5, 3: 2}, 20).mean == 7 / 20


def test_coverage_of_nothing_is_none() -> None:
    assert (coverage({}, 20).mean, coverage({}, 0).mean) == (0.0, 0.0)


def test_the_interval_of_coverage_is_that_of_drawing_viewers_again() -> None:
    """500 viewers of ten titles each, drawn again 300 times: the spread of what they show."""
    stream = np.random.default_rng(1)
    lists = stream.zipf(1.4, size=(500, 10)) % 400
    _, times = np.unique(lists, return_counts=True)
    numbers, titles = np.unique(times, return_counts=True)
    found = coverage(dict(zip(numbers.tolist(), titles.tolist(), strict=True)), 400)
    drawn = [len(np.unique(lists[stream.integers(0, 500, 500)])) / 400 for _ in range(300)]
    low, high = np.quantile(np.array(drawn) - np.mean(drawn), [0.025, 0.975])
    assert [found.low, found.high] == pytest.approx([found.mean + low, found.mean + high], abs=0.01)
