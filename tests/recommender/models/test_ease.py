import numpy as np
import pytest
from numpy.typing import NDArray
from pyspark.sql import SparkSession

from jobs.recommender.models.ease import EaseParameters, TitleProducts, fit_ease, title_products
from jobs.recommender.models.title_pairs import title_pairs
from tests.recommender.models.likings import asked, lists_by_viewer, preferences, ten_of_each

RIDGE = 2.0


def random_likings(viewers: int = 30, titles: int = 8) -> NDArray[np.float64]:
    stream = np.random.default_rng(3)
    return np.where(stream.random((viewers, titles)) < 0.5, stream.uniform(0.5, 2, (viewers, titles)), 0.0)


def test_weights_are_those_of_ridge_regressions_title_by_title() -> None:
    """EASE is, for each title, the ridge regression of its column on all other columns."""
    liked = random_likings()
    titles = [f"t{n}" for n in range(liked.shape[1])]
    all_pairs = np.ones((len(titles), len(titles)), dtype=np.bool)
    weights = fit_ease(TitleProducts(titles, liked.T @ liked, all_pairs), EaseParameters(RIDGE)).weights
    for title in range(len(titles)):
        others = [other for other in range(len(titles)) if other != title]
        x, y = liked[:, others], liked[:, title]
        expected = np.linalg.solve(x.T @ x + RIDGE * np.eye(len(others)), x.T @ y)
        assert weights[others, title] == pytest.approx(expected, abs=1e-5)
        assert weights[title, title] == 0.0


def test_products_come_from_strengths(spark: SparkSession) -> None:
    liked = random_likings()
    rows = {f"v{v:02}": {f"t{t}": liked[v, t] for t in np.flatnonzero(liked[v])} for v in range(len(liked))}
    found = title_products(title_pairs(preferences(spark, rows)))
    assert found.titles == [f"t{n}" for n in range(liked.shape[1])]
    assert found.products == pytest.approx(liked.T @ liked)


def test_a_title_that_fewer_than_ten_liked_is_left_out(spark: SparkSession) -> None:
    liked = preferences(spark, ten_of_each({"ann": ["a", "b"]}) | {f"bob {n}": ["a", "bob's"] for n in range(9)})
    assert title_products(title_pairs(liked)).titles == ["a", "b"]


def test_a_pair_that_fewer_than_ten_liked_has_no_weight(spark: SparkSession) -> None:
    liked = preferences(
        spark, ten_of_each({"ann": ["a", "b"], "bob": ["c"]}) | {f"cy {n}": ["b", "c"] for n in range(9)}
    )
    model = fit_ease(title_products(title_pairs(liked)), EaseParameters(RIDGE))
    weights = {
        f"{title}{other}": model.weights[row, column]
        for row, title in enumerate(model.titles)
        for column, other in enumerate(model.titles)
    }
    assert {pair for pair, weight in weights.items() if weight} == {"ab", "ba"}


def test_lists_follow_what_is_liked_together(spark: SparkSession) -> None:
    tastes = {f"{taste}{n}": [f"{taste}{t}" for t in range(5) if t != n] for taste in "ab" for n in range(5)}
    liked = preferences(spark, ten_of_each(tastes))
    model = fit_ease(title_products(title_pairs(liked)), EaseParameters(RIDGE))
    lists = lists_by_viewer(model.recommend(asked(liked), 1))
    assert lists == ten_of_each({f"{taste}{n}": [f"{taste}{n}"] for taste in "ab" for n in range(5)})


def test_where_no_title_has_ten_viewers_nothing_is_recommended(spark: SparkSession) -> None:
    liked = preferences(spark, {"ann": ["a"], "bob": ["b"]})
    model = fit_ease(title_products(title_pairs(liked)), EaseParameters(RIDGE))
    assert lists_by_viewer(model.recommend(asked(liked), 1)) == {}
