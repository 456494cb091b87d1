"""What all lists together are like: the gate judges it."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import RECOMMENDED_LISTS
from jobs.recommender.evaluation.metrics import LIST_LENGTH
from jobs.storage.spark_schema import in_columns_of


def recommended_lists(lists: DataFrame, profiles: DataFrame, titles: DataFrame) -> DataFrame:
    """One row: how many profiles there are, which share has no list, and how many titles any list shows.

    `shown_share` is of as many titles as one list holds, or as there are: below 1, all lists are cut short.
    """
    shown = lists.agg(
        F.count_distinct("profile_key").alias("lists"), F.count_distinct("title_id").alias("titles_shown")
    )
    there = titles.where(F.col("kind") != "trailer").agg(F.count("*").alias("titles"))
    return (
        profiles.agg(F.count("*").alias("profiles"), F.max("as_of_date").alias("as_of_date"))
        .crossJoin(shown)
        .crossJoin(there)
        .withColumn("empty_share", 1 - F.coalesce(F.try_divide("lists", "profiles"), F.lit(0.0)))
        .withColumn("shown_share", F.try_divide(F.col("titles_shown"), F.least("titles", F.lit(LIST_LENGTH))))
        .withColumn("coverage", F.try_divide("titles_shown", "titles"))
        .transform(in_columns_of, RECOMMENDED_LISTS)
    )
