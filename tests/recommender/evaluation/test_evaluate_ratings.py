"""The comparison, on the ratings of a part of MovieLens' users."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession
from rich.console import Console

from jobs.cli.model_tables import comparison_table
from jobs.recommender.evaluation.comparison import comparison_rows
from jobs.recommender.evaluation.evaluate_ratings import Evaluation, NobodyToTestError, evaluate_ratings
from jobs.recommender.evaluation.measures import MEASURE_NAMES
from jobs.recommender.learning.contenders import EASE, POPULARITY
from jobs.recommender.models import Recommender, Rows
from jobs.recommender.models.likings import Likings
from tests.recommender.first_choices import first_choices

# Of fewer users, ten seldom rated both of two titles.
USERS = 120
OF = first_choices((POPULARITY, EASE))


@pytest.fixture(scope="module")
def few_ratings(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    header, *rows = (shared_data / "movielens" / "ratings.csv").read_text().splitlines()
    few = tmp_path_factory.mktemp("ratings") / "ratings.csv"
    few.write_text("\n".join([header, *(row for row in rows if int(row.split(",")[0]) <= USERS)]) + "\n")
    return few


@pytest.fixture(scope="module")
def evaluation(spark: SparkSession, few_ratings: Path) -> Evaluation:
    return evaluate_ratings(spark, few_ratings, "Id", "stratified", OF)


def test_three_quarters_of_each_users_ratings_are_learnt_from(evaluation: Evaluation) -> None:
    assert evaluation.viewers == USERS
    assert abs(evaluation.learnt / evaluation.ratings - 0.75) < 0.01


def test_models_of_tastes_are_better_than_popularity_beyond_the_interval(evaluation: Evaluation) -> None:
    assert [result.contender for result in evaluation.results] == [POPULARITY, EASE]
    assert evaluation.gains[0].mean == 0
    assert min(gain.low for gain in evaluation.gains[1:]) > 0


def test_figures_lie_in_their_intervals(evaluation: Evaluation) -> None:
    for row in comparison_rows(evaluation.results, evaluation.gains):
        low, mean, high = (cast(float, row[name]) for name in ("low", "mean", "high"))
        assert low <= mean <= high, row


def test_explicit_als_is_off_by_about_a_star(evaluation: Evaluation) -> None:
    assert 0.8 < evaluation.explicit.rmse < 1.5
    assert evaluation.explicit.ratings > 0.7 * (evaluation.ratings - evaluation.learnt)


def test_the_table_has_every_model_and_measure(evaluation: Evaluation) -> None:
    out = StringIO()
    Console(file=out, width=300).print(comparison_table(evaluation.title, evaluation.results, evaluation.gains))
    for name in (POPULARITY, EASE, *MEASURE_NAMES.values()):
        assert name in out.getvalue()


def test_by_time_only_known_users_are_tested(spark: SparkSession, few_ratings: Path) -> None:
    """Most users rate everything in one sitting: few are there before and after."""
    found = evaluate_ratings(spark, few_ratings, "Id", "time", OF[:1])
    assert 0 < found.viewers < USERS / 2


def test_by_users_those_are_tested_that_nothing_was_learnt_from(spark: SparkSession, few_ratings: Path) -> None:
    """They bring three quarters of their ratings when they are recommended to."""
    learnt_from, recommended_to = list[set[str]](), list[set[str]]()

    @dataclass(frozen=True)
    class Noted:
        model: Recommender

        def recommend(self, viewers: Rows, count: int) -> Rows:
            assert isinstance(viewers, pa.Table)
            recommended_to.append(set(viewers["profile_key"].to_pylist()))
            return self.model.recommend(viewers, count)

    def noted(preferences: DataFrame | Likings, choices: Sequence[Any]) -> Iterator[tuple[Any, Recommender]]:
        assert isinstance(preferences, Likings)
        learnt_from.append(set(preferences.profiles.different))
        for choice, model in OF[0].fit(preferences, choices):
            yield choice, Noted(model)

    found = evaluate_ratings(spark, few_ratings, "Id", "users", [replace(OF[0], fit=noted)])
    validation, test = zip(learnt_from, recommended_to, strict=True)
    assert validation[0].isdisjoint(validation[1])
    assert test[0].isdisjoint(test[1])
    assert USERS / 8 < found.viewers < USERS / 2
    # A quarter of what these viewers rated, where its title is known to explicit ALS.
    assert 0.15 < found.explicit.ratings / (found.ratings - found.learnt) <= 0.26
    assert found.results[0].quality.ndcg > 0
    assert found.results[0].quality.estimates["popularity_bias"].mean > 0


def test_where_nobody_can_be_tested_that_is_said(spark: SparkSession, tmp_path: Path) -> None:
    ratings = tmp_path / "ratings.csv"
    ratings.write_text("user,item,rating,timestamp\n1,10,4.0,1\n2,10,4.0,1\n")
    with pytest.raises(NobodyToTestError, match="Nobody who is known"):
        evaluate_ratings(spark, ratings, None, "time", OF)
