import math

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from jobs.local_rows import local_rows
from jobs.recommender.ranking_metrics import RankingQuality, ranking_quality, viewer_quality

# Viewer: the list, best first; what they went on to like.
VIEWERS: dict[str, tuple[list[str], list[str]]] = {
    "first place": (["a", "b", "c"], ["a"]),
    "second place": (["b", "a", "c"], ["a"]),
    "one of two": (["a", "b", "c"], ["a", "z"]),
    "places one and three": (["a", "b", "c"], ["c", "a"]),
    "nothing right": (["b"], ["a"]),
    "no list": ([], ["a"]),
    "wants twelve, gets ten": (list("abcdefghij"), list("abcdefghijkl")),
    "eleventh place does not count": (list("bcdefghijka"), ["a"]),
    "went on to like nothing": (["a"], []),
}
EXPECTED = {
    "first place": (1.0, 1.0),
    "second place": (1.0, 1 / math.log2(3)),
    "one of two": (0.5, 1 / (1 + 1 / math.log2(3))),
    "places one and three": (1.0, (1 + 1 / 2) / (1 + 1 / math.log2(3))),
    "nothing right": (0.0, 0.0),
    "no list": (0.0, 0.0),
    "wants twelve, gets ten": (10 / 12, 1.0),
    "eleventh place does not count": (0.0, 0.0),
}


@pytest.fixture(scope="module")
def lists(spark: SparkSession) -> DataFrame:
    rows = [(v, title, rank) for v, (best, _) in VIEWERS.items() for rank, title in enumerate(best, start=1)]
    return local_rows(spark, rows, "profile_key string, title_id string, rank int").persist()


@pytest.fixture(scope="module")
def relevant(spark: SparkSession) -> DataFrame:
    rows = [(viewer, title) for viewer, (_, liked) in VIEWERS.items() for title in liked]
    return local_rows(spark, rows, "profile_key string, title_id string").persist()


@pytest.fixture(scope="module")
def judged(lists: DataFrame, relevant: DataFrame) -> dict[str, Row]:
    return {row.profile_key: row for row in viewer_quality(lists, relevant).collect()}


@pytest.mark.parametrize("viewer", EXPECTED)
def test_recall(judged: dict[str, Row], viewer: str) -> None:
    assert judged[viewer].recall == pytest.approx(EXPECTED[viewer][0])


@pytest.mark.parametrize("viewer", EXPECTED)
def test_ndcg(judged: dict[str, Row], viewer: str) -> None:
    assert judged[viewer].ndcg == pytest.approx(EXPECTED[viewer][1])


def test_who_liked_nothing_is_not_judged(judged: dict[str, Row]) -> None:
    assert set(judged) == set(EXPECTED)


def test_the_quality_is_the_mean_over_viewers_and_the_share_of_titles_shown(
    lists: DataFrame, relevant: DataFrame
) -> None:
    recall, ndcg = (sum(column) / len(EXPECTED) for column in zip(*EXPECTED.values(), strict=True))
    found = ranking_quality(lists, relevant, catalogue_size=22)
    assert (found.recall_at_10, found.ndcg_at_10, found.coverage) == pytest.approx((recall, ndcg, 11 / 22))


def test_nobody_to_judge_is_no_quality(lists: DataFrame, relevant: DataFrame) -> None:
    nobody = relevant.where("false")
    assert ranking_quality(lists.where("false"), nobody, catalogue_size=0) == RankingQuality(0.0, 0.0, 0.0)
