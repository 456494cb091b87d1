"""What the driver holds of likings; that models learn the same from it as from Spark's rows."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.recommender.models.ease import EaseParameters, fit_ease, title_products
from jobs.recommender.models.item_similarity import SimilarityParameters, fit_item_similarity
from jobs.recommender.models.likings import Likings, engine, likings_of, suited
from jobs.recommender.models.popularity import PopularityParameters, fit_popularity
from jobs.recommender.models.title_pairs import HeldPairs, held_pairs, title_pairs
from tests.recommender.models.likings import DAY, asked, lists_by_viewer, preferences, preferences_of

Row = tuple[str, str, float, date]
TITLES = 14


def held(rows: Sequence[Row]) -> Likings:
    """Of profile, title, strength and day."""
    profile, title, strength, day = zip(*rows, strict=True)
    columns = {"profile_key": profile, "account_key": profile, "title_id": title, "strength": strength}
    countries = pa.array([None] * len(rows), pa.string())
    return likings_of(pa.table({**columns, "country": countries, "liked_on": pa.array(day, pa.date32())}))


def of_ten(title: str, strength: float = 1.0, day: date = DAY) -> list[Row]:
    return [(f"viewer-{n}", title, strength, day) for n in range(10)]


def test_titles_of_ten_are_columns_in_order_and_rarer_ones_are_left_out() -> None:
    rows = [*of_ten("b", 2.0), *of_ten("a"), *of_ten("of nine")[:9]]
    likings = held(rows)
    assert likings.supported_titles == ["a", "b"]
    assert likings.matrix().toarray().tolist() == [[1.0, 2.0]] * 10


def test_of_very_many_likings_the_last_count_and_of_a_day_the_first_titles() -> None:
    rows = [*of_ten("a"), *of_ten("b"), *of_ten("old", day=DAY - timedelta(days=1))]
    assert held(rows).matrix(most_of_a_profile=2).toarray().tolist() == [[1.0, 1.0, 0.0]] * 10
    assert held(rows).matrix(most_of_a_profile=1).toarray().tolist() == [[1.0, 0.0, 0.0]] * 10


def test_an_absent_country_has_no_place() -> None:
    assert set(held(of_ten("a")).countries.places) == {-1}


@pytest.mark.parametrize("viewers", [TITLES - 4, 40], ids=["dual form", "products"])
def test_ease_is_ridge_regression_title_by_title_with_few_viewers_and_with_many(viewers: int) -> None:
    stream = np.random.default_rng(3)
    liked = stream.uniform(0.5, 2, (viewers, TITLES))
    rows = [(f"v{v:02}", f"t{t:02}", float(liked[v, t]), DAY) for v in range(viewers) for t in range(TITLES)]
    learnt = title_products(held_pairs(held(rows)))
    assert (learnt.liked is not None) == (viewers < TITLES)
    weights = fit_ease(learnt, EaseParameters(2.0)).weights
    for title in range(TITLES):
        others = [other for other in range(TITLES) if other != title]
        x, y = liked[:, others], liked[:, title]
        expected = np.linalg.solve(x.T @ x + 2.0 * np.eye(len(others)), x.T @ y)
        assert weights[others, title] == pytest.approx(expected, abs=1e-5)


@pytest.fixture(scope="module")
def liked(spark: SparkSession) -> DataFrame:
    stream = np.random.default_rng(5)
    chances = np.linspace(0.9, 0.1, TITLES)
    return preferences(
        spark,
        {
            f"viewer {v}": {f"title {t}": float(stream.uniform(0.5, 2)) for t in np.flatnonzero(row)}
            for v, row in enumerate(stream.random((60, TITLES)) < chances)
        },
    ).persist()


@pytest.fixture(scope="module")
def pairs(liked: DataFrame) -> HeldPairs:
    return held_pairs(in_driver(liked))


def in_driver(liked: DataFrame) -> Likings:
    likings = suited(liked)
    assert isinstance(likings, Likings)
    return likings


def test_what_is_more_than_the_driver_may_hold_stays_in_spark(liked: DataFrame) -> None:
    assert engine(suited(liked, most=liked.count())) == "driver"
    assert engine(suited(liked, most=liked.count() - 1)) == "Spark"


def test_ease_learns_the_same_in_the_driver_and_in_spark(liked: DataFrame, pairs: HeldPairs) -> None:
    here, there = (fit_ease(title_products(each), EaseParameters(2.0)) for each in (pairs, title_pairs(liked)))
    assert here.titles == there.titles
    assert here.weights == pytest.approx(there.weights, abs=1e-6)
    assert np.count_nonzero(here.weights) > 0


def test_titles_have_the_same_neighbours_in_the_driver_and_in_spark(liked: DataFrame, pairs: HeldPairs) -> None:
    parameters = SimilarityParameters(shrinkage=10.0, neighbours=3)
    here, there = (fit_item_similarity(each, parameters) for each in (pairs, title_pairs(liked)))
    assert here.titles == there.titles
    assert here.similarities.toarray() == pytest.approx(there.similarities.toarray())


@pytest.mark.parametrize("parameters", [PopularityParameters(), PopularityParameters(30, by_country=True)])
def test_what_is_popular_is_the_same_in_the_driver_and_in_spark(
    spark: SparkSession, parameters: PopularityParameters
) -> None:
    stream = np.random.default_rng(3)
    rows = [
        (f"viewer {v}", f"title {t}", ["FR", "DE", None, "IE"][v % 4 if v < 45 else 0], DAY - timedelta(days=int(v)))
        for v in range(60)
        for t in np.flatnonzero(stream.random(TITLES) < 0.6)
    ]
    liked = preferences_of(spark, rows)
    viewers = asked(liked, "DE")
    here, there = (fit_popularity(each, parameters) for each in (in_driver(liked), liked))
    lists = [lists_by_viewer(model.recommend(of, 5)) for model in (here, there) for of in (viewers, viewers.toArrow())]
    assert lists == [lists[0]] * 4
    assert len(lists[0]) == 60


def test_lists_are_the_same_in_the_driver_and_in_spark(liked: DataFrame, pairs: HeldPairs) -> None:
    model = fit_ease(title_products(pairs), EaseParameters(2.0))
    viewers = asked(liked)
    assert lists_by_viewer(model.recommend(viewers, 3)) == lists_by_viewer(model.recommend(viewers.toArrow(), 3))
