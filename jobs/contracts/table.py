"""What a table promises: its columns, its key, its partitions, and who a column could expose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jobs.contracts.promises import Promise


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
# Delta refuses to keep them for others. Text has them only where Playhead makes it, or a list has all its words: what a
# source may write there, it may write of anybody.
_TYPES_WITH_STATISTICS = frozenset({"int", "bigint", "double", "date", "timestamp"})


@dataclass(frozen=True)
class Column:
    """One column, wherever it occurs: `type` is Spark DDL, `unit` is what the name's suffix says.

    `has_own_words`: it is text that Playhead makes, or whose words are all in a list.
    """

    name: str
    type: str
    comment: str
    privacy: Privacy = Privacy.NONE
    unit: str | None = None
    purposes: tuple[Purpose, ...] = (Purpose.ANALYTICS,)
    has_own_words: bool = False

    @property
    def has_statistics(self) -> bool:
        may_be_known = self.type in _TYPES_WITH_STATISTICS or (self.type == "string" and self.has_own_words)
        return may_be_known and self.privacy in CLASSES_WITH_STATISTICS


class Period(StrEnum):
    """What is computed anew at once: all rows of a table that share the first column of its partitions."""

    DATE = "date"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


_PERIODS = {"week_start_date": Period.WEEK, "month_start_date": Period.MONTH}


@dataclass(frozen=True)
class Input:
    """Rows that one period of another table is made of: those of its days, and of so many days before and after.

    Null `table`: the table itself, as it is stored, for what does not itself rest on earlier rows. `in_local_time`: the
    period is one of the viewers' clocks, which may have begun it a day before UTC did.
    """

    table: "Table | None"
    days_before: int = 0
    days_after: int = 0
    in_local_time: bool = False


@dataclass(frozen=True)
class Table:
    """One Delta table at `<lake>/<layer>/<name>`.

    `row` says what one row is, `key` what is unique, `required` which columns are never null (the key always is),
    `promises` what else holds of every row that is written. `reads` says what its rows are made of, by the name that
    the function that makes them has for it; a table without is made by a job of its own. One that is not `is_kept` is
    judged and not written.
    """

    layer: Layer
    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    partitioned_by: tuple[str, ...] = ()
    required: frozenset[str] = field(default_factory=frozenset)
    promises: tuple[Promise, ...] = ()
    reads: Mapping[str, Input] = field(default_factory=dict, hash=False)
    is_kept: bool = True

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
    def period(self) -> Period:
        return _PERIODS.get(self.partitioned_by[0], Period.DATE) if self.partitioned_by else Period.ALL

    def days(self, before: int = 0, after: int = 0) -> Input:
        """As the input of another table: the rows of the days of its period, and of so many days around them."""
        return Input(self, before, after)

    def local_days(self) -> Input:
        """As the input of a table of local time: the rows of what may be days of its period on viewers' clocks."""
        return Input(self, days_before=1, days_after=1, in_local_time=True)

    def whole(self) -> Input:
        """As the input of another table: all rows."""
        if self.partitioned_by:
            raise ValueError(f"{self.full_name} grows with every day: say of which days its rows are needed")
        return Input(self)

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def never_null(self) -> list[str]:
        """The columns without which a row means nothing, in the table's order."""
        never_null = {*self.key, *self.partitioned_by, *self.required}
        return [name for name in self.column_names if name in never_null]

    @property
    def properties(self) -> dict[str, str]:
        """Delta table properties: statistics on harmless columns only, and a checkpoint as often as Spark makes one."""
        harmless = [
            column.name for column in self.columns if column.has_statistics and column.name not in self.partitioned_by
        ]
        return {"delta.dataSkippingStatsColumns": ",".join(harmless), "delta.checkpointInterval": "10"}


def by_full_name(tables: Iterable[Table]) -> dict[str, Table]:
    return {table.full_name: table for table in tables}
