from pyspark.sql import SparkSession

from jobs.local_rows import local_rows
from jobs.recommender.popularity import popular_candidates, title_popularity
from jobs.recommender.top_lists import top_lists, without_seen

SCORED = "profile_key string, title_id string, score double"
PAIRS = "profile_key string, title_id string"


def test_lists_are_cut_ranked_and_repeatable(spark: SparkSession) -> None:
    scores = [
        ("ann", "low", 0.1),
        ("ann", "tie b", 0.5),
        ("ann", "tie a", 0.5),
        ("ann", "high", 0.9),
        ("ben", "x", -1.0),
    ]
    lists = top_lists(local_rows(spark, scores, SCORED), length=3).collect()
    assert {(row.profile_key, row["rank"], row.title_id) for row in lists} == {
        ("ann", 1, "high"),
        ("ann", 2, "tie a"),
        ("ann", 3, "tie b"),
        ("ben", 1, "x"),
    }


def test_what_somebody_else_saw_stays(spark: SparkSession) -> None:
    candidates = local_rows(spark, [("ann", "seen", 1.0), ("ann", "new", 1.0), ("ben", "seen", 1.0)], SCORED)
    left = without_seen(candidates, local_rows(spark, [("ann", "seen")], PAIRS)).collect()
    assert {(row.profile_key, row.title_id) for row in left} == {("ann", "new"), ("ben", "seen")}


def test_popularity_counts_viewers_not_rows(spark: SparkSession) -> None:
    liked = local_rows(spark, [("ann", "a"), ("ann", "a"), ("ben", "a"), ("ben", "b")], PAIRS)
    assert {row.title_id: row.score for row in title_popularity(liked).collect()} == {"a": 2.0, "b": 1.0}


def test_everyone_gets_the_same_popular_titles(spark: SparkSession) -> None:
    popularity = local_rows(spark, [("c", 1.0), ("b", 2.0), ("a", 2.0)], "title_id string, score double")
    profiles = local_rows(spark, [("ann",), ("ben",), ("ann",)], "profile_key string")
    found = popular_candidates(profiles, popularity, count=2).collect()
    assert sorted((row.profile_key, row.title_id) for row in found) == [
        ("ann", "a"),
        ("ann", "b"),
        ("ben", "a"),
        ("ben", "b"),
    ]
