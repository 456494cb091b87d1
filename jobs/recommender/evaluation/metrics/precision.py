"""Precision: how much of the list is liked."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.recommender.evaluation.metrics import LIST_LENGTH


def precision() -> Column:
    """hits / length of the list, which counts as full. Hits at ranks 1 and 3 of 10: 0.2."""
    return F.size("hits") / F.lit(LIST_LENGTH)
