"""Reference rows, one a key: the latest description of a title, subscription, consent or profile."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.table import Table
from jobs.storage.spark_schema import in_columns_of


def mark_superseded(rows: DataFrame, key: tuple[str, ...]) -> DataFrame:
    """Adds `is_duplicate`: a sound row whose key another line of the same file describes later."""
    is_sound = F.col("reason").isNull()
    identity = [F.when(is_sound, F.col(name)) for name in key]
    place = F.when(~is_sound, F.col("line_number"))
    last_word = Window.partitionBy("batch_id", *identity, place).orderBy(
        F.col("as_of").desc(), F.col("line_number").desc()
    )
    return rows.withColumn("is_duplicate", is_sound & (F.row_number().over(last_word) > 1))


def latest_rows(rows: DataFrame, table: Table) -> DataFrame:
    """The sound rows in the table's columns and types, one a key: of the latest state, and of that received last."""
    newest = Window.partitionBy(*table.key).orderBy(
        F.coalesce("as_of", "received_at").desc(),
        *(F.col(name).desc() for name in ("received_at", "batch_id", "line_number")),
    )
    return (
        rows.where(F.col("reason").isNull())
        .withColumn("_place", F.row_number().over(newest))
        .where(F.col("_place") == 1)
        .transform(in_columns_of, table)
    )
