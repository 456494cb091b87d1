import numpy as np
import pytest
from pyspark.sql import SparkSession
from scipy.sparse import csr_matrix

from jobs.recommender.learning.contenders import BLEND, EASE, IMPLICIT_ALS, contenders
from jobs.recommender.models.blend import BlendedTitles, BlendParameters, blended
from jobs.recommender.models.ease import LinearTitles
from jobs.recommender.models.implicit_als import AlsParameters, TitleFactors
from tests.recommender.models.likings import asked, lists_by_viewer, preferences, ten_of_each

LINEAR = LinearTitles(["a", "b"], np.array([[0.0, 0.25], [0.5, 0.0]], dtype=np.float32))
# One viewer who likes `a` alone, with a point of rank 1: x = (FᵀF + alpha f² + 1)⁻¹ (1 + alpha) f.
POINTS = np.array([[1.0], [2.0]], dtype=np.float32)
ALS = AlsParameters(rank=1, alpha=3.0, regularisation=1.0)


def test_a_score_is_that_of_ease_and_a_part_of_that_of_als() -> None:
    """By hand: FᵀF = 5, x = 4 / (5 + 3 + 1), so ALS scores 4/9 and 8/9; EASE scores 0 and 1/4."""
    model = blended(LINEAR, TitleFactors(["a", "b"], POINTS, ALS), 0.5)
    scores = model(csr_matrix([[1.0, 0.0]], dtype=np.float32))
    assert scores == pytest.approx(np.array([[2 / 9, 1 / 4 + 4 / 9]]), abs=1e-6)


def test_what_ease_does_not_know_is_left_out_of_als() -> None:
    more = TitleFactors(["a", "aa", "b"], np.array([[1.0], [9.0], [2.0]], dtype=np.float32), ALS)
    model = blended(LINEAR, more, 0.5)
    assert model.titles == model.factors.titles == ["a", "b"]
    assert model.factors.factors.tolist() == POINTS.tolist()


def test_without_weight_it_is_ease_and_lists_are_its_own(spark: SparkSession) -> None:
    tastes = {f"{taste}{n}": [f"{taste}{t}" for t in range(5) if t != n] for taste in "ab" for n in range(5)}
    liked = preferences(spark, ten_of_each(tastes))
    of = {each.name: each for each in contenders()}
    parameters = BlendParameters(2.0, 4, 10.0, 0.1, 0.0)
    ((_, model),) = of[BLEND].fit(liked, [parameters])
    ((_, alone),) = of[EASE].fit(liked, [parameters.ease])
    lists, expected = (lists_by_viewer(each.recommend(asked(liked), 3)) for each in (model, alone))
    assert lists == expected != {}


def test_choices_are_fitted_in_turn_each_with_its_own(spark: SparkSession) -> None:
    liked = preferences(spark, ten_of_each({"ann": ["a", "b"], "bob": ["b", "c"]}))
    of = {each.name: each for each in contenders()}
    choices = [BlendParameters(2.0, 4, 10.0, 0.1, 0.5), BlendParameters(8.0, 4, 10.0, 0.1, 0.25)]
    fitted = list(of[BLEND].fit(liked, choices))
    ((_, factors),) = of[IMPLICIT_ALS].fit(liked, [choices[0].als])
    linear = list(of[EASE].fit(liked, [choice.ease for choice in choices]))
    assert [choice for choice, _ in fitted] == choices
    for (choice, model), (_, weights) in zip(fitted, linear, strict=True):
        assert isinstance(model, BlendedTitles)
        assert isinstance(weights, LinearTitles)
        assert isinstance(factors, TitleFactors)
        assert model.als_weight == choice.als_weight
        assert model.linear.weights == pytest.approx(weights.weights)
        assert model.factors.factors == pytest.approx(factors.factors, abs=1e-4)


def test_where_no_title_has_ten_viewers_nothing_is_recommended(spark: SparkSession) -> None:
    liked = preferences(spark, {"ann": ["a"], "bob": ["b"]})
    ((_, model),) = next(each for each in contenders() if each.name == BLEND).fit(
        liked, [BlendParameters(2.0, 4, 10.0, 0.1, 0.5)]
    )
    assert isinstance(model, BlendedTitles)
    assert lists_by_viewer(model.recommend(asked(liked), 1)) == {}
