"""What the gate asks of every table whose rows need a consent: that none is without."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import UNCONSENTED_ROWS
from jobs.contracts.table import Table
from jobs.storage.spark_schema import in_columns_of


def unconsented_rows(table: Table, without: DataFrame) -> DataFrame:
    """One row: how many rows of the table are `without` a consent that holds today."""
    return (
        without.agg(F.count("*").alias("row_count"))
        .withColumn("table_name", F.lit(table.full_name))
        .transform(in_columns_of, UNCONSENTED_ROWS)
    )
