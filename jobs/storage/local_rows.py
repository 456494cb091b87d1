"""Rows that the driver has, as a DataFrame."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import DataType, StructType


def local_rows(spark: SparkSession, rows: Sequence[Sequence[Any]], schema: StructType | str) -> DataFrame:
    """One row each, its values in the schema's order.

    They go to the JVM as Arrow. From a list, Spark makes an RDD that Python workers pass on, at every action again.
    """
    return spark.createDataFrame(arrow_rows(rows, schema))


def arrow_rows(rows: Sequence[Sequence[Any]], schema: StructType | str) -> pa.Table:
    """One row each, its values in the schema's order, as Arrow."""
    struct = DataType.fromDDL(schema) if isinstance(schema, str) else schema
    assert isinstance(struct, StructType), "a row has columns"
    arrow = to_arrow_schema(struct)
    columns = [pa.array([row[place] for row in rows], type=field.type) for place, field in enumerate(arrow)]
    return pa.Table.from_arrays(columns, schema=arrow)
