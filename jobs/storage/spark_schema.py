"""The columns of a contract as Spark names their types."""

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_type
from pyspark.sql.types import StructField, StructType

from jobs.contracts.table import Column, Table
from jobs.storage.arrow_schema import ARROW_TYPES


def spark_schema(columns: Sequence[Column]) -> StructType:
    """The Spark schema, comments included. Every column is nullable: the gate judges nulls, with a reason."""
    return StructType(
        [
            StructField(column.name, from_arrow_type(ARROW_TYPES[column.type]), True, {"comment": column.comment})
            for column in columns
        ]
    )


def in_columns_of(rows: DataFrame, table: Table) -> DataFrame:
    """The table's columns of the rows, in its order and of its types; others are left out."""
    return rows.select(*(F.col(column.name).cast(column.type).alias(column.name) for column in table.columns))


def schema_differences(table: Table, schema: StructType) -> list[str]:
    """Every way in which `schema` departs from the contract, one sentence each; empty when it keeps it."""
    found = {column.name: column.dataType.simpleString() for column in schema.fields}
    promised = {column.name: column.type for column in table.columns}
    return [
        *(f"column {name} ({promised[name]}) is missing" for name in promised if name not in found),
        *(f"column {name} ({found[name]}) is not in the contract" for name in found if name not in promised),
        *(
            f"column {name} is {found[name]}, the contract says {promised[name]}"
            for name in promised
            if name in found and found[name] != promised[name]
        ),
    ]
