"""Scored candidates cut to each viewer's list."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F


def without_seen(candidates: DataFrame, seen: DataFrame) -> DataFrame:
    """Candidates (`profile_key`, `title_id`, …) that are not among the seen pairs."""
    return candidates.join(seen.select("profile_key", "title_id"), on=["profile_key", "title_id"], how="left_anti")


def top_lists(candidates: DataFrame, length: int) -> DataFrame:
    """The best `length` candidates of each viewer, with `rank` from 1. Equal scores go by title: lists repeat."""
    best_first = Window.partitionBy("profile_key").orderBy(F.col("score").desc(), "title_id")
    return candidates.withColumn("rank", F.row_number().over(best_first)).where(F.col("rank") <= length)
