"""The only place that reads or writes Delta tables."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
from delta.tables import DeltaTable
from deltalake.exceptions import DeltaProtocolError
from py4j.java_gateway import JVMView
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from jobs.contracts.gold import PUBLICATIONS
from jobs.contracts.table import Column as ContractColumn
from jobs.contracts.table import Table
from jobs.ledger.ledger import Batch
from jobs.storage.arrow_reads import RowGroup, few_rows, newest_version, partition_dates, row_count, row_groups
from jobs.storage.arrow_schema import arrow_schema
from jobs.storage.arrow_writes import append_arrow, create_table, merge_arrow, replace_arrow, replace_keys_arrow
from jobs.storage.local_rows import local_rows
from jobs.storage.query_settings import suit_queries
from jobs.storage.spark_schema import schema_differences, spark_schema
from jobs.storage.table_lock import COMMIT_TIMEOUT_SECONDS, LOAD_TIMEOUT_SECONDS, table_lock

# So many rows of the widest table take a gigabyte as Arrow: more stay in Spark.
MOST_ROWS_IN_DRIVER = 2_000_000
# Rows that are read sooner as Arrow than Spark plans the look at their files; of the widest table, 20 MB.
MOST_ROWS_GIVEN = 50_000
_IS_THERE = "_is_there"
# The version of a table without rows, as `_create_if_missing` leaves it.
_CREATED = 0


class SchemaMismatchError(ValueError):
    """Rows that do not keep their table's contract; the message lists every difference."""


class UnexpectedDateError(ValueError):
    """Rows of dates that were not to be replaced."""


# In Spark, or in the driver as Arrow.
Rows: TypeAlias = DataFrame | pa.Table


class Lake:
    """The tables below one root, read and written by their contracts."""

    def __init__(self, spark: SparkSession, root: str, locks: Path) -> None:
        self.spark = spark
        # A path, where it is on this machine: not everybody who opens its files takes a URL.
        self.root = (urlsplit(root).path if root.startswith("file:") else root).rstrip("/")
        self._locks = locks
        self._is_about_few_rows = False

    def path(self, table: Table) -> str:
        return f"{self.root}/{table.layer}/{table.name}"

    def exists(self, table: Table) -> bool:
        return self.version(table) >= 0

    def read(self, table: Table) -> DataFrame:
        """The table's rows in the contract's columns; no rows where it does not exist yet."""
        return self._read(table)

    def read_dates(self, table: Table, column: str, dates: Iterable[date]) -> DataFrame:
        """The rows of some partitions; Delta opens no file of the others."""
        return self._read(table, (column, [*dates]))

    def arrow_of_dates(
        self, table: Table, column: str, dates: Sequence[date], columns: Sequence[str], most_rows: int
    ) -> pa.Table | None:
        """Columns of the rows of some partitions, for the driver; None where Spark must read them.

        They are more, not on a local disk, or in files of which an operator's `DELETE` left marked rows.
        """
        return self._few_rows(table, columns, most_rows, (column, dates)) if self.exists(table) else None

    def suit_queries(self, table: Table, dates: Sequence[date] | None = None) -> None:
        """Has Spark run what follows as suits the rows that the table has, or has on these dates (`query_settings`)."""
        of_dates = None if dates is None else pc.field(table.partitioned_by[0]).isin(list(dates))
        try:
            is_readable = self.takes_arrow and self.exists(table)
            found = row_count(self.path(table), of_dates) if is_readable else None
        except DeltaProtocolError:
            found = None
        self._is_about_few_rows = suit_queries(self.spark, found)

    def read_arrivals(self, table: Table, batches: Sequence[Batch]) -> DataFrame:
        """The bronze lines of some batches. Their ingest dates say which partitions hold them."""
        dates = {batch.landed_at.date() for batch in batches}
        return self.read_dates(table, "ingest_date", dates).where(
            F.col("batch_id").isin([batch.batch_id for batch in batches])
        )

    def arrival_row_groups(self, table: Table, batches: Sequence[Batch]) -> list[RowGroup]:
        """Where bronze lines of some batches stand, beside others', if the lake `takes_arrow`."""
        ids, dates = [batch.batch_id for batch in batches], sorted({batch.landed_at.date() for batch in batches})
        return row_groups(self.path(table), pc.field("ingest_date").isin(dates), pc.field("batch_id").isin(ids))

    def published(self) -> "PublishedLake":
        """The tables as they were last published together."""
        return PublishedLake(self, self._publications())

    def publishing(self) -> AbstractContextManager[None]:
        """One run of gold at a time, from its first read to its publication.

        Who changes what gold reads twice takes it too, after `filling_silver`. Raises `TableLockedError`.
        """
        return self._locked(PUBLICATIONS.full_name + ".run", LOAD_TIMEOUT_SECONDS)

    def filling_bronze(self) -> AbstractContextManager[None]:
        """One load of bronze at a time, from its look at what is there to its last write. Raises `TableLockedError`."""
        return self._locked("bronze.run", LOAD_TIMEOUT_SECONDS)

    def filling_silver(self) -> AbstractContextManager[None]:
        """One load or replay of silver at a time, from its look at what is there to its last write.

        Raises `TableLockedError`.
        """
        return self._locked("silver.run", LOAD_TIMEOUT_SECONDS)

    def version(self, table: Table) -> int:
        """The newest Delta version; -1 where the table does not exist yet.

        Delta's public `isDeltaTable` says yes to the empty log that a run leaves which was killed at the first commit.
        """
        if not self._is_on_object_store:
            return newest_version(self.path(table))
        log = self._jvm.org.apache.spark.sql.delta.DeltaLog
        return int(log.forTableWithSnapshot(self.spark._jsparkSession, self.path(table))._2().version())

    def take_back_unpublished(self, tables: Iterable[Table]) -> "PublishedLake":
        """Puts the tables back to what readers see: whatever a run wrote that ended before it published is gone.

        For whoever is `publishing`: what is taken back is computed again, from what silver has then. Returns what
        readers see.
        """
        # No lock holds on an object store.
        published = PublishedLake(self, self._publications(), nobody_writes=not self._is_on_object_store)
        for table in tables:
            newest, seen = self.version(table), max(published.version(table), _CREATED)
            if newest > seen:
                with self._writing(table):
                    DeltaTable.forPath(self.spark, self.path(table)).restoreToVersion(seen)
        return published

    def complete(self, table: Table, columns: Sequence[ContractColumn], properties: Mapping[str, str]) -> None:
        """Gives the stored table columns and properties of its contract that it lacks: null in the rows that it has.

        Two commits, of which a death may leave the first.
        """
        names = table.column_names
        placed = [(column, names.index(column.name)) for column in columns]
        added = ", ".join(
            f"`{column.name}` {column.type} COMMENT {_quoted(column.comment)} "
            + (f"AFTER `{names[place - 1]}`" if place else "FIRST")
            for column, place in placed
        )
        set_ = ", ".join(f"{_quoted(name)} = {_quoted(value)}" for name, value in properties.items())
        with self._writing(table):
            if added:
                self.spark.sql(f"ALTER TABLE delta.`{self.path(table)}` ADD COLUMNS ({added})")
            if set_:
                self.spark.sql(f"ALTER TABLE delta.`{self.path(table)}` SET TBLPROPERTIES ({set_})")

    def remove(self, table: Table) -> None:
        """Takes the stored table away, rows and all: for one of which readers see nothing.

        First its log, in one move: what a death leaves then is files that belong to no table, and no half of a log.
        """
        with self._writing(table):
            log = Path(self.path(table), "_delta_log")
            if not self._is_on_object_store and log.exists():
                log.rename(log.with_name(f"_removed-{uuid.uuid4().hex}"))
            self._delete(self.path(table))

    def at_hand(self, rows: DataFrame) -> Rows:
        """The rows, computed once: as Arrow in the driver where they are few, else kept by Spark.

        Few are at most `MOST_ROWS_IN_DRIVER`, in a lake that `takes_arrow`.
        """
        if self.takes_arrow and self._is_about_few_rows:
            taken = rows.limit(MOST_ROWS_IN_DRIVER + 1).toArrow()
            if len(taken) <= MOST_ROWS_IN_DRIVER:
                return taken
        kept = rows.localCheckpoint()
        # Not by an `Observation`: after one, Spark cannot send a model of MLlib to its tasks any more.
        if not self.takes_arrow or kept.count() > MOST_ROWS_IN_DRIVER:
            return kept
        return kept.toArrow()

    def in_spark(self, rows: Rows) -> DataFrame:
        """The rows as a DataFrame, wherever they are."""
        if isinstance(rows, DataFrame):
            return rows
        # Spark cannot tell the type of a list or a map that is not there even once.
        return (
            self.spark.createDataFrame(rows)
            if len(rows)
            else local_rows(self.spark, [], from_arrow_schema(rows.schema))
        )

    @property
    def takes_arrow(self) -> bool:
        """Whether what the driver has as Arrow is best left so: delta-rs judges and writes without a Spark job."""
        return not self._is_on_object_store

    def append(self, table: Table, rows: "Rows | pa.RecordBatchReader", load_id: str) -> None:
        """Adds the rows once: a second append of the same load to the same table changes nothing."""
        transaction = f"playhead:{table.full_name}:{load_id}"
        taken = rows if isinstance(rows, pa.RecordBatchReader) else self._taken(table, rows)
        self._create_if_missing(table)
        with self._writing(table):
            if isinstance(taken, DataFrame):
                (
                    taken.write.format("delta")
                    .mode("append")
                    .option("txnAppId", transaction)
                    .option("txnVersion", 1)
                    .save(self.path(table))
                )
            else:
                _check(table, from_arrow_schema(taken.schema))
                append_arrow(self.path(table), taken, transaction)

    def replace_dates(self, table: Table, rows: Rows, dates: Sequence[date]) -> None:
        """Puts the rows in the place of all rows of those dates of the table's first partition column.

        Raises `UnexpectedDateError` for rows of another date, where they are Arrow; else Delta refuses them.
        """
        taken = self._taken(table, rows)
        column = table.partitioned_by[0]
        predicate = f"{column} IN ({_listed(dates)})"
        if isinstance(taken, pa.Table):
            _refuse_other_dates(table, taken[column], dates)
        self._create_if_missing(table)
        with self._writing(table):
            if isinstance(taken, pa.Table):
                replace_arrow(self.path(table), taken, predicate)
                return
            (
                taken.write.format("delta")
                .mode("overwrite")
                .option("optimizeWrite", "true")
                .option("replaceWhere", predicate)
                .save(self.path(table))
            )

    def replace_all(self, table: Table, rows: Rows) -> None:
        """Puts the rows in the place of everything that the table holds, in one commit."""
        taken = self._taken(table, rows)
        self._create_if_missing(table)
        with self._writing(table):
            if isinstance(taken, pa.Table):
                replace_arrow(self.path(table), taken)
            else:
                taken.write.format("delta").mode("overwrite").save(self.path(table))

    def upsert(self, table: Table, rows: Rows, newer_by: Sequence[str] = (), keeps: Sequence[str] = ()) -> None:
        """Writes each row in the place of the one with its key, or adds it.

        With `newer_by`, a stored row that is later by the first of these columns in which they differ stays: arrival
        order does not matter. Where it has none of a column, the next stands for it.
        Of a row that is replaced, the values of `keeps` stay.
        """
        taken = self._taken(table, rows)
        self._create_if_missing(table)
        not_older = _not_older(newer_by) if newer_by else None
        changed = {name: f"new.{name}" for name in table.column_names if name not in keeps}
        with self._writing(table):
            if isinstance(taken, pa.Table):
                merge_arrow(self.path(table), taken, _same_key(table), changed, not_older)
                return
            if self.version(table) <= _CREATED:
                # Nothing is there to be replaced: adding takes a third of the time.
                taken.write.format("delta").mode("append").save(self.path(table))
                return
            in_spark: dict[str, str | Column] = dict(changed)
            (
                DeltaTable.forPath(self.spark, self.path(table))
                .alias("stored")
                .merge(taken.alias("new"), _same_key(table))
                .whenMatchedUpdate(condition=not_older, set=in_spark)
                .whenNotMatchedInsertAll()
                .execute()
            )

    def replace_keys(self, table: Table, rows: Rows, keys: DataFrame, dates: Sequence[date] | None = None) -> None:
        """Puts the rows in the place of all rows of these keys: one that has no row any more loses the one it had.

        `dates`: the only ones of the first partition column that occur; Delta looks at no others.
        """
        taken = self._taken(table, rows)
        self._create_if_missing(table)
        same_key = _same_key(table)
        if dates is not None:
            same_key += f" AND stored.{table.partitioned_by[0]} IN ({_listed(dates)})"
        if isinstance(taken, pa.Table):
            of_keys = _with_missing(taken, keys.distinct().toArrow(), table)
            with self._writing(table):
                replace_keys_arrow(self.path(table), of_keys, same_key, _IS_THERE)
            return
        present = taken.withColumn(_IS_THERE, F.lit(True))
        merged = keys.distinct().join(present, on=list(table.key), how="left")
        columns: dict[str, str | Column] = {name: f"new.{name}" for name in table.column_names}
        with self._writing(table):
            (
                DeltaTable.forPath(self.spark, self.path(table))
                .alias("stored")
                .merge(merged.alias("new"), same_key)
                .whenMatchedDelete(condition=f"new.{_IS_THERE} IS NULL")
                .whenMatchedUpdate(set=columns)
                .whenNotMatchedInsert(condition=f"new.{_IS_THERE}", values=columns)
                .execute()
            )

    def _read(
        self,
        table: Table,
        of_dates: tuple[str, list[date]] | None = None,
        version: int | None = None,
        having: str | None = None,
    ) -> DataFrame:
        """The rows of a version, or of the newest: few are given to Spark, of more it opens the files itself."""
        if not self.exists(table):
            return local_rows(self.spark, [], spark_schema(table.columns))
        given = self._few_rows(table, table.column_names, MOST_ROWS_GIVEN, of_dates, version, having)
        if given is not None:
            return self.in_spark(given.cast(arrow_schema(table.columns)))
        reader = self.spark.read.format("delta")
        if version is not None:
            reader = reader.option("versionAsOf", version)
        rows = reader.load(self.path(table)).select(*table.column_names)
        if having is not None:
            rows = rows.where(F.col(having) > 0)
        return rows if of_dates is None else rows.where(F.col(of_dates[0]).isin(of_dates[1]))

    def _few_rows(
        self,
        table: Table,
        columns: Sequence[str],
        most_rows: int,
        of_dates: tuple[str, Sequence[date]] | None,
        version: int | None = None,
        having: str | None = None,
    ) -> pa.Table | None:
        """Columns of the rows of a version, or of the newest, in the driver; None where Spark must read them."""
        if self._is_on_object_store:
            return None
        of_rows = None if of_dates is None else pc.field(of_dates[0]).isin(list(of_dates[1]))
        if having is not None:
            of_some = pc.field(having) > 0
            of_rows = of_some if of_rows is None else of_rows & of_some
        try:
            return few_rows(self.path(table), columns, most_rows, of_rows, version)
        except DeltaProtocolError:
            return None

    def _dates(self, table: Table, version: int) -> list[date]:
        column = table.partitioned_by[0]
        if self._is_on_object_store:
            rows = self._read(table, version=version).select(column).distinct()
            return sorted(row[column] for row in rows.collect())
        return partition_dates(self.path(table), column, version)

    def _publications(self) -> dict[str, "_Publication"]:
        found = self.read(PUBLICATIONS).select("table_name", "delta_version", F.unix_micros("published_at").alias("us"))
        return {row.table_name: _Publication(row.delta_version, _as_time(row.us)) for row in found.collect()}

    def _taken(self, table: Table, rows: Rows) -> Rows:
        """The rows in the table's columns, as they are written: those in the driver by delta-rs, if the lake does."""
        taken = rows if self.takes_arrow else self.in_spark(rows)
        _check(table, from_arrow_schema(taken.schema) if isinstance(taken, pa.Table) else taken.schema)
        if isinstance(taken, pa.Table):
            return _nullable(taken.select(table.column_names))
        return taken.select(*table.column_names)

    def _create_if_missing(self, table: Table) -> None:
        """Creates the empty table by its contract, comments and all. Two processes may try at once."""
        if self.exists(table):
            return
        if not self._is_on_object_store:
            with self._writing(table):
                self._remove_log_without_commit(table)
                if not self.exists(table):
                    create_table(self.path(table), table)
            return
        builder = (
            DeltaTable.createIfNotExists(self.spark)
            .location(self.path(table))
            .addColumns(spark_schema(table.columns))
            .comment(f"One row is {table.row}.")
        )
        if table.partitioned_by:
            builder = builder.partitionedBy(*table.partitioned_by)
        for name, value in table.properties.items():
            builder = builder.property(name, value)
        builder.execute()

    def _remove_log_without_commit(self, table: Table) -> None:
        """Takes away what is left where a run was killed at the table's first commit: Delta creates nothing there.

        An object store knows no folders, so none is left there.
        """
        if self.exists(table):
            return
        self._delete(f"{self.path(table)}/_delta_log")

    def _delete(self, folder: str) -> None:
        path = self._jvm.org.apache.hadoop.fs.Path(folder)
        path.getFileSystem(self.spark._jsc.hadoopConfiguration()).delete(path, True)

    @property
    def _jvm(self) -> JVMView:
        jvm = self.spark.sparkContext._jvm
        assert jvm is not None, "a session has its JVM"
        return jvm

    @property
    def _is_on_object_store(self) -> bool:
        return "://" in self.root

    def _writing(self, table: Table) -> AbstractContextManager[None]:
        return self._locked(table.full_name, COMMIT_TIMEOUT_SECONDS)

    def _locked(self, name: str, timeout_seconds: float) -> AbstractContextManager[None]:
        """Object stores have Delta's own commit protocol; a local disk needs our lock."""
        if self._is_on_object_store:
            return nullcontext()
        return table_lock(self.spark, self._locks, name, timeout_seconds)


def _check(table: Table, schema: StructType) -> None:
    differences = schema_differences(table, schema)
    if differences:
        raise SchemaMismatchError(f"{table.full_name}: " + "; ".join(differences))


def _refuse_other_dates(table: Table, found: pa.ChunkedArray, dates: Sequence[date]) -> None:
    """delta-rs would refuse them, too, and show rows."""
    is_other = pc.invert(pc.is_in(found, pa.array(dates, pa.date32())))
    if pc.any(is_other).as_py():
        raise UnexpectedDateError(f"{table.full_name}: rows of other dates than {_listed(dates)}")


def _nullable(rows: pa.Table) -> pa.Table:
    """As all columns of a table are; Spark marks those that a query cannot leave empty."""
    return rows.cast(pa.schema([column.with_nullable(True) for column in rows.schema]))


def _same_key(table: Table) -> str:
    """A key's values are never null: the gate saw to it."""
    return " AND ".join(f"stored.{name} = new.{name}" for name in table.key)


def _not_older(newer_by: Sequence[str]) -> str:
    new, stored = f"new.{newer_by[0]}", f"coalesce({', '.join(f'stored.{name}' for name in newer_by)})"
    of_one_time = _not_older(newer_by[1:]) if len(newer_by) > 1 else "true"
    return f"({stored} IS NULL OR {new} > {stored} OR ({new} = {stored} AND {of_one_time}))"


def _with_missing(rows: pa.Table, keys: pa.Table, table: Table) -> pa.Table:
    """The rows, and of each key without one its columns alone."""
    gone = keys.join(rows.select(list(table.key)), keys=list(table.key), join_type="left anti")
    marked = [
        part.append_column(_IS_THERE, pa.repeat(known, len(part))) for part, known in ((rows, True), (gone, False))
    ]
    return pa.concat_tables(marked, promote_options="default")


def _quoted(text: str) -> str:
    """As a literal of Spark's SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _listed(dates: Iterable[date]) -> str:
    return ", ".join(f"DATE'{day.isoformat()}'" for day in dates)


@dataclass(frozen=True)
class _Publication:
    version: int
    at: datetime


class PublishedLake:
    """What readers of gold may see: each table as it was last published, whatever is being written meanwhile."""

    def __init__(self, lake: Lake, publications: dict[str, _Publication], nobody_writes: bool = False) -> None:
        """`nobody_writes`: whoever reads is the one who publishes, and computes all rows before it writes any."""
        self._lake = lake
        self._publications = publications
        self._nobody_writes = nobody_writes

    def version(self, table: Table) -> int:
        """-1 where nothing is published yet."""
        found = self._publications.get(table.full_name)
        return found.version if found else -1

    def published_at(self, table: Table) -> datetime | None:
        """When; null where nothing is published yet."""
        found = self._publications.get(table.full_name)
        return found.at if found else None

    def read(self, table: Table) -> DataFrame:
        """The table's published rows; none where nothing is published yet."""
        return self._read(table)

    def read_dates(self, table: Table, column: str, dates: Iterable[date], having: str | None = None) -> DataFrame:
        """The published rows of some partitions; Delta opens no file of the others.

        `having`: a column, of which only rows with more than none are read.
        """
        return self._read(table, (column, [*dates]), having)

    def dates(self, table: Table) -> list[date]:
        """Of the first partition column, those that have published rows, as the table's log says."""
        if table.full_name not in self._publications:
            return []
        return self._lake._dates(table, self.version(table))

    def _read(
        self, table: Table, of_dates: tuple[str, list[date]] | None = None, having: str | None = None
    ) -> DataFrame:
        if table.full_name not in self._publications:
            return local_rows(self._lake.spark, [], spark_schema(table.columns))
        # Spark keeps what it knows of a table's newest version; of a version by number it reads the log each time.
        is_newest = self._nobody_writes and self._lake.version(table) == self.version(table)
        return self._lake._read(table, of_dates, None if is_newest else self.version(table), having)


def _as_time(microseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)
