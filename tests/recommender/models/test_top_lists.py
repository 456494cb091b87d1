from pyspark.sql import SparkSession

from jobs.recommender.models.top_lists import top_lists
from jobs.storage.local_rows import local_rows

SCORED = "profile_key string, title_id string, score double"


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
