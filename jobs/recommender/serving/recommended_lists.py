"""What all lists together are like: the gate judges it."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import RECOMMENDED_LISTS
from jobs.recommender.evaluation.metrics import LIST_LENGTH
from jobs.storage.spark_schema import in_columns_of


def recommended_lists(lists: DataFrame, profiles: DataFrame, left: DataFrame, titles: DataFrame) -> DataFrame:
    """One row: how many profiles have something left, which share of them has no list, how many titles any list shows.

    `left` has the `works_left` of each of `profiles`. `shown_share` is of as many titles as the list of the profile
    that has most left can hold: below 1, all lists are cut short. Who has seen everything has no list, and should not.
    """
    has_left = left.where(F.col("works_left") > 0)
    can_be_shown = F.coalesce(F.max(F.least("works_left", F.lit(LIST_LENGTH))), F.lit(0))
    with_list = lists.join(has_left, on="profile_key", how="left_semi").agg(
        F.count_distinct("profile_key").alias("lists")
    )
    shown = lists.agg(F.count_distinct("title_id").alias("titles_shown"))
    there = titles.where(F.col("kind") != "trailer").agg(F.count("*").alias("titles"))
    return (
        has_left.agg(F.count("*").alias("profiles"), can_be_shown.alias("_can_be_shown"))
        .crossJoin(profiles.agg(F.max("as_of_date").alias("as_of_date")))
        .crossJoin(with_list)
        .crossJoin(shown)
        .crossJoin(there)
        .withColumn("empty_share", 1 - F.coalesce(F.try_divide("lists", "profiles"), F.lit(1.0)))
        .withColumn("shown_share", F.coalesce(F.try_divide("titles_shown", "_can_be_shown"), F.lit(1.0)))
        .withColumn("coverage", F.coalesce(F.try_divide("titles_shown", "titles"), F.lit(0.0)))
        .transform(in_columns_of, RECOMMENDED_LISTS)
    )
