"""Scored candidates cut to each viewer's list."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F


def top_lists(candidates: DataFrame, length: int) -> DataFrame:
    """The best `length` candidates of each viewer, with `rank` from 1. Equal scores go by title: lists repeat."""
    best_first = Window.partitionBy("profile_key").orderBy(F.col("score").desc(), "title_id")
    return candidates.withColumn("rank", F.row_number().over(best_first)).where(F.col("rank") <= length)
