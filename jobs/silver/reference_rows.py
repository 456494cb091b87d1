"""Reference lines in their types, one row a key: the last description of a title, subscription or consent."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.silver.line_faults import typed
from jobs.tables.contract import Table, in_columns_of
from jobs.tables.raw_record import RawField, RawRecord


def type_reference(faulted: DataFrame, record: RawRecord) -> DataFrame:
    """One row a line: where it stood, `fault`, `extras`, and the record's fields in their types."""
    return faulted.select(
        "batch_id",
        "source_name",
        "line_number",
        "line_hash",
        "received_at",
        "fault",
        "extras",
        *(_typed_or_null(field).alias(field.name) for field in record.fields),
        *_derived(record),
    )


def mark_superseded(rows: DataFrame, key: tuple[str, ...]) -> DataFrame:
    """Adds `is_duplicate`: a sound row whose key a later line of the same file describes again."""
    is_sound = F.col("fault").isNull()
    identity = [F.when(is_sound, F.col(name)) for name in key]
    place = F.when(~is_sound, F.col("line_number"))
    last_word = Window.partitionBy("batch_id", *identity, place).orderBy(F.col("line_number").desc())
    return rows.withColumn("is_duplicate", is_sound & (F.row_number().over(last_word) > 1))


def latest_rows(rows: DataFrame, table: Table) -> DataFrame:
    """The sound rows in the table's columns and types, one a key: the last one received."""
    newest = Window.partitionBy(*table.key).orderBy(
        F.col("received_at").desc(), F.col("batch_id").desc(), F.col("line_number").desc()
    )
    return (
        rows.where(F.col("fault").isNull())
        .withColumn("_place", F.row_number().over(newest))
        .where(F.col("_place") == 1)
        .transform(in_columns_of, table)
    )


def _typed_or_null(field: RawField) -> Column:
    """An empty CSV cell is an absent value."""
    return F.when(F.col("fault").isNull(), typed(field))


def _derived(record: RawRecord) -> list[Column]:
    if record.feed == "reported_viewings":
        started_at = next(field for field in record.fields if field.name == "started_at")
        return [F.to_date(typed(started_at)).alias("session_date"), F.col("batch_id").alias("first_batch_id")]
    return []
