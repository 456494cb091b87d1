"""What a model learns from, and what it is tested on."""

from collections.abc import Sequence
from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

# The last fifth of the days is the test: long enough for most viewers to come back, and after everything learnt.
TEST_SHARE_OF_DAYS = 0.2


def split_date(first: date, last: date, share: float = TEST_SHARE_OF_DAYS) -> date:
    """The first date of the test: what came before it is learnt from.

    >>> split_date(date(2026, 6, 1), date(2026, 6, 10))
    datetime.date(2026, 6, 9)
    """
    days = (last - first).days + 1
    return last - timedelta(days=max(1, round(days * share)) - 1)


def split_stratified(rows: DataFrame, share: float, seed: int) -> tuple[DataFrame, DataFrame]:
    """That share of each viewer's rows by chance to learn from, and the rest: the protocol of the recommenders project.

    Chance is a hash of viewer, title and seed: the same rows are always split in the same way.
    """
    by_chance = Window.partitionBy("profile_key").orderBy(_chance(["profile_key", "title_id"], seed), "title_id")
    of_viewer = Window.partitionBy("profile_key")
    place, all_ = F.row_number().over(by_chance), F.count("*").over(of_viewer)
    marked = rows.withColumn("_learnt", place <= F.round(all_ * share)).persist()
    return marked.where("_learnt").drop("_learnt"), marked.where("not _learnt").drop("_learnt")


def split_viewers(rows: DataFrame, share: float, seed: int) -> tuple[DataFrame, DataFrame]:
    """All rows of that share of viewers by chance to learn from, and those of the others."""
    is_learnt = F.pmod(_chance(["profile_key"], seed), F.lit(1_000)) < 1_000 * share
    return rows.where(is_learnt), rows.where(~is_learnt)


def _chance(columns: Sequence[str], seed: int) -> Column:
    return F.xxhash64(*columns, F.lit(seed))
