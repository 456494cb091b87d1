"""What a table promises: its columns, its key, its partitions, and who a column could expose."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DataType, StructField, StructType


class Privacy(StrEnum):
    """How close a column is to a person."""

    IDENTIFIER = "identifier"
    PSEUDONYM = "pseudonym"
    BEHAVIOUR = "behaviour"
    QUASI_IDENTIFIER = "quasi_identifier"
    SENSITIVE = "sensitive"
    NONE = "none"


class Purpose(StrEnum):
    """What a column may be used for."""

    OPERATIONS = "operations"
    ANALYTICS = "analytics"
    PERSONALISATION = "personalisation"
    VALUATION = "valuation"
    MARKETING = "marketing"


class Layer(StrEnum):
    """How far from the raw event a table stands."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"
    PUBLISHED = "published"


# Delta writes a column's smallest and largest value into its log in plain text.
# Only columns whose values could not point at a person may have such statistics.
CLASSES_WITH_STATISTICS = frozenset({Privacy.NONE, Privacy.BEHAVIOUR})
# Delta refuses to keep them for others.
_TYPES_WITH_STATISTICS = frozenset({"string", "int", "bigint", "double", "date", "timestamp"})


@dataclass(frozen=True)
class Column:
    """One column, wherever it occurs: `type` is Spark DDL, `unit` is what the name's suffix says."""

    name: str
    type: str
    comment: str
    privacy: Privacy = Privacy.NONE
    unit: str | None = None
    purposes: tuple[Purpose, ...] = (Purpose.ANALYTICS,)

    @property
    def data_type(self) -> DataType:
        return DataType.fromDDL(self.type)

    @property
    def has_statistics(self) -> bool:
        return self.privacy in CLASSES_WITH_STATISTICS and self.type in _TYPES_WITH_STATISTICS


@dataclass(frozen=True)
class Table:
    """One Delta table at `<lake>/<layer>/<name>`.

    `row` says what one row is, `key` what is unique, `required` which columns are never null (the key always is).
    """

    layer: Layer
    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    partitioned_by: tuple[str, ...] = ()
    required: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.full_name}: a column occurs twice in {names}")
        missing = {*self.key, *self.partitioned_by, *self.required}.difference(names)
        if missing:
            raise ValueError(f"{self.full_name}: no column defines {sorted(missing)}")

    @property
    def full_name(self) -> str:
        return f"{self.layer}.{self.name}"

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def never_null(self) -> list[str]:
        """The columns without which a row means nothing, in the table's order."""
        never_null = {*self.key, *self.partitioned_by, *self.required}
        return [name for name in self.column_names if name in never_null]

    @property
    def schema(self) -> StructType:
        """The Spark schema, comments included. Every column is nullable: the gate judges nulls, with a reason."""
        return StructType(
            [StructField(column.name, column.data_type, True, {"comment": column.comment}) for column in self.columns]
        )

    @property
    def properties(self) -> dict[str, str]:
        """Delta table properties: statistics on harmless columns only, and a checkpoint as often as Spark makes one."""
        harmless = [
            column.name for column in self.columns if column.has_statistics and column.name not in self.partitioned_by
        ]
        return {"delta.dataSkippingStatsColumns": ",".join(harmless), "delta.checkpointInterval": "10"}


def in_columns_of(rows: DataFrame, table: Table) -> DataFrame:
    """The table's columns of the rows, in its order and of its types; others are left out."""
    return rows.select(*(F.col(column.name).cast(column.type).alias(column.name) for column in table.columns))


def schema_differences(table: Table, schema: StructType) -> list[str]:
    """Every way in which `schema` departs from the contract, one sentence each; empty when it keeps it."""
    found = {column.name: column.dataType.simpleString() for column in schema.fields}
    promised = {column.name: column.data_type.simpleString() for column in table.columns}
    return [
        *(f"column {name} ({promised[name]}) is missing" for name in promised if name not in found),
        *(f"column {name} ({found[name]}) is not in the contract" for name in found if name not in promised),
        *(
            f"column {name} is {found[name]}, the contract says {promised[name]}"
            for name in promised
            if name in found and found[name] != promised[name]
        ),
    ]


def by_full_name(tables: Iterable[Table]) -> dict[str, Table]:
    return {table.full_name: table for table in tables}
