"""Figures of probabilities against NumPy, worked by hand from their definitions."""

from itertools import product

import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.audience.churn_quality import calibration_by_tenth, forecast_quality, log_loss_gain
from jobs.storage.local_rows import local_rows

SCHEMA = "leave_probability double, leaves double"


def rows(spark: SparkSession, probabilities: np.ndarray, leaves: np.ndarray) -> DataFrame:
    return local_rows(spark, list(zip(probabilities.tolist(), leaves.tolist(), strict=True)), SCHEMA)


def test_worked_example(spark: SparkSession) -> None:
    """One left with probability 0.8; of two who stayed, one had 0.8 too (a tie, half a point), one had 0.5."""
    found = forecast_quality(rows(spark, np.array([0.8, 0.8, 0.5]), np.array([1.0, 0.0, 0.0])))
    assert found.metrics == pytest.approx(
        {
            "log_loss": -(np.log(0.8) + np.log(0.2) + np.log(0.5)) / 3,
            "brier_score": (0.2**2 + 0.8**2 + 0.5**2) / 3,
            "roc_auc": 0.75,
            "expected_share": 0.7,
            "observed_share": 1 / 3,
        }
    )


def test_figures_are_those_of_their_definitions(spark: SparkSession) -> None:
    stream = np.random.default_rng(7)
    probabilities = stream.beta(1, 8, 3000)
    leaves = (stream.random(3000) < probabilities).astype(float)
    found = forecast_quality(rows(spark, probabilities, leaves))
    left, stayed = probabilities[leaves == 1][:, None], probabilities[leaves == 0][None, :]
    assert found.log_loss == pytest.approx(-np.log(np.where(leaves == 1, probabilities, 1 - probabilities)).mean())
    assert found.brier_score == pytest.approx(((probabilities - leaves) ** 2).mean())
    assert found.roc_auc == pytest.approx(((left > stayed) + 0.5 * (left == stayed)).mean())


def test_certainty_that_was_wrong_has_a_finite_price_and_one_outcome_no_auc(spark: SparkSession) -> None:
    found = forecast_quality(rows(spark, np.array([1.0, 0.0]), np.array([0.0, 0.0])))
    assert found.log_loss == pytest.approx(-np.log(1e-15) / 2)
    assert found.roc_auc is None


def test_gain_is_the_difference_of_both_losses_with_accounts_drawn_again(spark: SparkSession) -> None:
    """Half of 200 accounts stay, which 0.2 says better than 0.5; of the others it says the same. Three weeks each."""
    rows = [(f"a-{n}", 0.2, (0.5, 0.2)[n % 2], 0.0) for n in range(200) for _ in range(3)]
    found = log_loss_gain(
        local_rows(
            spark, rows, "account_key string, leave_probability double, baseline_probability double, leaves double"
        )
    )
    gain = np.log(0.8) - np.log(0.5)
    error = 1.96 * gain / 2 / np.sqrt(200)
    assert [found.mean, found.low, found.high] == pytest.approx(
        [gain / 2, gain / 2 - error, gain / 2 + error], abs=0.01
    )


def test_a_tenth_has_a_tenth_of_the_examples_and_their_shares(spark: SparkSession) -> None:
    probabilities = np.arange(100) / 100
    leaves = np.array([float(tenth >= number) for tenth, number in product(range(10), range(10))])
    found = calibration_by_tenth(rows(spark, probabilities, leaves)).collect()
    assert [row.tenth for row in found] == list(range(1, 11))
    assert [row.examples for row in found] == pytest.approx([10] * 10, abs=1)
    assert [row.expected_share for row in found] == pytest.approx(np.arange(0.045, 1, 0.1).tolist(), abs=0.011)
    assert [row.observed_share for row in found] == pytest.approx([(t + 1) / 10 for t in range(10)], abs=0.1)


def test_where_all_have_the_same_probability_there_is_one_row(spark: SparkSession) -> None:
    found = calibration_by_tenth(rows(spark, np.full(4, 0.25), np.array([1.0, 0.0, 0.0, 0.0]))).collect()
    assert [(row.examples, row.expected_share, row.observed_share) for row in found] == [(4, 0.25, 0.25)]
