"""Scored candidates cut to each viewer's list."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.recommender.models.first_rows import first_rows


def top_lists(candidates: DataFrame, length: int) -> DataFrame:
    """The best `length` candidates of each viewer, with `rank` from 1. Equal scores go by title."""
    return first_rows(candidates, length, ["profile_key"], [F.desc("score"), "title_id"])
