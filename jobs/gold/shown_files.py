"""Which rows of silver gold may show: not those of files that wait for a later run."""

from collections.abc import Callable, Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.storage.local_rows import local_rows

# Takes the rows of some silver table, and leaves some of them out.
Shown = Callable[[DataFrame], DataFrame]


def rows_of_shown_files(spark: SparkSession, unpublished: Sequence[str]) -> Shown:
    """What leaves out the rows (`batch_id`) of files that are unpublished: a later run shows them whole."""
    if not unpublished:
        return lambda rows: rows
    hidden = _named_files(spark, unpublished, "batch_id")
    return lambda rows: rows.join(hidden, on="batch_id", how="left_anti")


def viewings_of_shown_files(spark: SparkSession, unpublished: Sequence[str]) -> Shown:
    """The same for `silver.reported_viewings`: what a waiting file reports again is not hidden with that file."""
    if not unpublished:
        return lambda rows: rows
    hidden = _named_files(spark, unpublished, "batch_id")
    first_in_hidden = _named_files(spark, unpublished, "first_batch_id")

    def shown(rows: DataFrame) -> DataFrame:
        reported_again = rows.join(hidden, on="batch_id", how="left_semi")
        return rows.join(hidden, on="batch_id", how="left_anti").unionByName(
            reported_again.join(first_in_hidden, on="first_batch_id", how="left_anti")
        )

    return shown


def _named_files(spark: SparkSession, batch_ids: Sequence[str], column: str) -> DataFrame:
    return F.broadcast(local_rows(spark, [(name,) for name in batch_ids], f"{column} string"))
