"""Recall: how much of what is liked the list has."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def recall() -> Column:
    """hits / wanted. Hits at ranks 1 and 3 of 4 titles that are wanted: 0.5."""
    return F.size("hits") / F.col("wanted")
