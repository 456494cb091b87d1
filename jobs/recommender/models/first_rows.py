"""Rows in order, cut to the first of each group."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F


def first_rows(rows: DataFrame, count: int, of: Sequence[str], order: Sequence[Column | str]) -> DataFrame:
    """The first `count` rows of each group, with `rank` from 1. The order is of all rows: lists repeat."""
    in_order = Window.partitionBy(*of).orderBy(*order)
    return rows.withColumn("rank", F.row_number().over(in_order)).where(F.col("rank") <= count)
