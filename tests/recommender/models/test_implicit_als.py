import numpy as np
import pytest
from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession
from scipy.sparse import csr_matrix

from jobs.recommender.models.implicit_als import AlsParameters, TitleFactors, fit_als, starting_points
from tests.recommender.models.likings import asked, lists_by_viewer, preferences, ten_of_each

PARAMETERS = AlsParameters(rank=4, iterations=5)


def test_a_viewers_point_is_the_one_that_the_fit_ends_with(spark: SparkSession) -> None:
    """`pyspark.ml` ends with the viewers' points, computed from the titles' last ones: ours must be the same."""
    stream = np.random.default_rng(5)
    liked = np.where(stream.random((20, 12)) < 0.4, stream.uniform(0.5, 2, (20, 12)), 0.0)
    rows = [(v, t, float(liked[v, t])) for v in range(20) for t in np.flatnonzero(liked[v])]
    numbered = spark.createDataFrame([(int(v), int(t), s) for v, t, s in rows], "v int, t int, s double")
    als = ALS(
        rank=4, maxIter=5, alpha=10.0, regParam=0.1, seed=7, implicitPrefs=True, userCol="v", itemCol="t", ratingCol="s"
    )
    fitted = als.fit(numbered)
    factors = np.array([row.features for row in fitted.itemFactors.orderBy("id").collect()], dtype=np.float32)
    expected = {row.id: row.features for row in fitted.userFactors.collect()}
    titles = sorted(row.id for row in fitted.itemFactors.collect())
    points = TitleFactors([str(t) for t in titles], factors, PARAMETERS).points(csr_matrix(liked[:, titles]))
    for viewer, point in expected.items():
        assert points[viewer] == pytest.approx(point, abs=1e-4)


def test_a_viewers_point_with_one_ridge_for_all_solves_its_equation() -> None:
    """(FᵀF + Σ alpha s f fᵀ + ridge) x = Σ (1 + alpha s) f, over what each viewer liked."""
    stream = np.random.default_rng(5)
    factors = stream.normal(size=(12, 4)).astype(np.float32)
    liked = np.where(stream.random((20, 12)) < 0.4, stream.uniform(0.5, 2, (20, 12)), 0.0)
    found = TitleFactors([f"t{n}" for n in range(12)], factors, PARAMETERS, ridge=1.5).points(csr_matrix(liked))
    for viewer, point in enumerate(found):
        confidence = PARAMETERS.alpha * liked[viewer]
        of_all = factors.T @ factors + (factors.T * confidence) @ factors + 1.5 * np.eye(4)
        wanted = ((liked[viewer] > 0) * (1 + confidence)) @ factors
        assert point == pytest.approx(np.linalg.solve(of_all, wanted), abs=1e-4)


@pytest.mark.parametrize("ridge", [None, 1.5])
def test_who_liked_nothing_has_a_point_at_nought(ridge: float | None) -> None:
    factors = np.ones((3, 4), dtype=np.float32)
    model = TitleFactors(["a", "b", "c"], factors, PARAMETERS, ridge)
    assert not model.points(csr_matrix((2, 3))).any()


def test_a_title_more_leaves_the_others_their_start() -> None:
    few, more = (starting_points(titles, PARAMETERS) for titles in (["a", "c"], ["a", "b", "c"]))
    assert few.tolist() == more[[0, 2]].tolist()
    assert np.linalg.norm(few, axis=1) == pytest.approx(1.0)


def test_lists_follow_tastes(spark: SparkSession) -> None:
    tastes = {f"{taste}{n}": [f"{taste}{t}" for t in range(6) if t != n] for taste in "ab" for n in range(6)}
    liked = preferences(spark, ten_of_each(tastes))
    lists = lists_by_viewer(fit_als(liked, PARAMETERS).recommend(asked(liked), 1))
    assert lists == ten_of_each({f"{taste}{n}": [f"{taste}{n}"] for taste in "ab" for n in range(6)})


def test_a_title_that_fewer_than_ten_liked_has_no_point(spark: SparkSession) -> None:
    liked = preferences(spark, ten_of_each({"ann": ["a", "b"]}) | {f"bob {n}": ["a", "bob's"] for n in range(9)})
    assert fit_als(liked, PARAMETERS).titles == ["a", "b"]


def test_where_no_title_has_ten_viewers_nothing_is_recommended(spark: SparkSession) -> None:
    liked = preferences(spark, {"ann": ["a"], "bob": ["a"]})
    assert lists_by_viewer(fit_als(liked, PARAMETERS).recommend(asked(liked), 1)) == {}
