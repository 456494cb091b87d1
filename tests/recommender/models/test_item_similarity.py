from collections.abc import Mapping, Sequence

import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.recommender.models.item_similarity import SimilarityParameters, SimilarTitles, fit_item_similarity
from jobs.recommender.models.title_pairs import MOST_TITLES_OF_A_VIEWER, title_pairs
from tests.recommender.models.likings import asked, lists_by_viewer, preferences, ten_of_each

# Ten viewers for each of these.
LIKED: dict[str, Mapping[str, float] | Sequence[str]] = {
    "ann": {"a": 2.0, "b": 1.0},
    "bob": ["a", "b", "c"],
    "cy": ["a"],
    "di": ["c", "d"],
}


def neighbours(model: SimilarTitles) -> dict[tuple[str, str], float]:
    """By a title and one of those like it."""
    of = model.similarities.tocoo()
    return {(model.titles[c], model.titles[r]): v for r, c, v in zip(of.row, of.col, of.data, strict=True)}


@pytest.fixture(scope="module")
def liked(spark: SparkSession) -> DataFrame:
    return preferences(spark, ten_of_each(LIKED)).persist()


@pytest.mark.parametrize(
    ("title", "other", "viewers", "weight"),
    [("a", "a", 30, 60.0), ("a", "b", 20, 30.0), ("b", "a", 20, 30.0), ("c", "d", 10, 10.0)],
)
def test_pairs_by_hand(liked: DataFrame, title: str, other: str, viewers: int, weight: float) -> None:
    (row,) = title_pairs(liked).where(f"title_id = '{title}' AND other_title_id = '{other}'").collect()
    assert (row.viewers, row.weight) == (viewers, weight)


def test_who_liked_very_many_counts_with_the_last_ones(spark: SparkSession) -> None:
    titles = [f"title-{n:05}" for n in range(MOST_TITLES_OF_A_VIEWER + 1)]
    pairs = title_pairs(preferences(spark, ten_of_each({"ann": titles})))
    assert pairs.where("title_id = other_title_id").count() == MOST_TITLES_OF_A_VIEWER


def test_similarity_is_jaccards_shrunk(liked: DataFrame) -> None:
    """Twenty liked both a and b, thirty a and twenty b: 20 / (30 + 20 - 20 + 10)."""
    model = fit_item_similarity(title_pairs(liked), SimilarityParameters(shrinkage=10.0, neighbours=10))
    found = neighbours(model)
    assert found[("a", "b")] == found[("b", "a")] == pytest.approx(2 / 4)


def test_a_title_keeps_the_most_similar(liked: DataFrame) -> None:
    model = fit_item_similarity(title_pairs(liked), SimilarityParameters(shrinkage=0.0, neighbours=1))
    assert set(neighbours(model)) == {("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")}


def test_lists_by_hand(liked: DataFrame) -> None:
    """Without shrinkage: a-b 2/3, a-c 1/4, b-c 1/3, c-d 1/2. Ann likes a twice as much as b: c has 2/4 + 1/3."""
    model = fit_item_similarity(title_pairs(liked), SimilarityParameters(shrinkage=0.0, neighbours=10))
    lists = model.recommend(asked(liked), 10)
    assert lists_by_viewer(lists) == ten_of_each({"ann": ["c"], "bob": ["d"], "cy": ["b", "c"], "di": ["b", "a"]})
    (of_ann,) = lists.where("profile_key = 'ann'").collect()
    assert of_ann.score == pytest.approx(2 / 4 + 1 / 3)


def test_what_fewer_than_ten_liked_both_of_are_no_neighbours(spark: SparkSession) -> None:
    liked = preferences(
        spark, ten_of_each({"ann": ["a", "b"], "bob": ["c"]}) | {f"cy {n}": ["b", "c"] for n in range(9)}
    )
    model = fit_item_similarity(title_pairs(liked), SimilarityParameters(shrinkage=0.0, neighbours=10))
    assert set(neighbours(model)) == {("a", "b"), ("b", "a")}
