"""Rows that the driver has as Arrow, written to a Delta table by delta-rs: no Spark job for what fits into memory.

For tables on a local disk. Whoever calls holds the table's lock.
"""

from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Schema, Transaction, WriterProperties, write_deltalake
from deltalake.table import TableMerger
from deltalake.transaction import PostCommitHookProperties

from jobs.contracts.table import Table
from jobs.storage.spark_schema import spark_schema

# As Spark's own level. Spark gives a row group to one task: one of all rows would leave the others without work.
_WRITER = WriterProperties(compression="ZSTD", compression_level=3, max_row_group_size=32_768)
# Published versions are read for as long as they are published: what they need of the log is not ours to remove.
_KEEP_LOG = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)


def create_table(path: str, table: Table) -> None:
    """Creates the empty table by its contract, comments and all."""
    DeltaTable.create(
        path,
        schema=Schema.from_json(spark_schema(table.columns).json()),
        partition_by=list(table.partitioned_by),
        description=f"One row is {table.row}.",
        configuration=table.properties,
    )


def append_arrow(path: str, rows: "pa.Table | pa.RecordBatchReader", transaction: str) -> None:
    """Adds the rows in one commit, unless the table has this transaction already."""
    stored = _opened(path)
    if stored.transaction_version(transaction) is not None:
        return
    write_deltalake(
        stored,
        rows,
        mode="append",
        writer_properties=_WRITER,
        commit_properties=CommitProperties(app_transactions=[Transaction(transaction, 1)]),
        post_commithook_properties=_KEEP_LOG,
    )


def replace_arrow(path: str, rows: pa.Table, predicate: str | None = None) -> None:
    """Puts the rows in the place of those for which the predicate holds, or of all, in one commit."""
    write_deltalake(
        _opened(path),
        rows,
        mode="overwrite",
        predicate=predicate,
        writer_properties=_WRITER,
        post_commithook_properties=_KEEP_LOG,
    )


def merge_arrow(
    path: str, rows: pa.Table, same_key: str, changed: dict[str, str], not_older: str | None = None
) -> None:
    """Writes each row (`new`) in the place of the one (`stored`) with its key, or adds it, in one commit.

    `changed`: what a stored row gets; `not_older`: which of them may be changed at all.
    """
    all_columns = {name: f"new.{name}" for name in rows.column_names}
    (
        _merger(path, rows, same_key)
        .when_matched_update(updates=changed, predicate=not_older)
        .when_not_matched_insert(updates=all_columns)
        .execute()
    )


def replace_keys_arrow(path: str, rows: pa.Table, same_key: str, is_there: str) -> None:
    """Puts the rows in the place of those with their keys, in one commit; one that is not there only takes away."""
    columns = {name: f"new.{name}" for name in rows.column_names if name != is_there}
    (
        _merger(path, rows, same_key)
        .when_matched_delete(predicate=f"NOT new.{is_there}")
        .when_matched_update(updates=columns)
        .when_not_matched_insert(updates=columns, predicate=f"new.{is_there}")
        .execute()
    )


def _merger(path: str, rows: pa.Table, same_key: str) -> TableMerger:
    return _opened(path).merge(
        rows,
        same_key,
        source_alias="new",
        target_alias="stored",
        writer_properties=_WRITER,
        post_commithook_properties=_KEEP_LOG,
    )


def _opened(path: str) -> DeltaTable:
    """The table, to be written: Hadoop's checksum of the file that names the last checkpoint is taken away.

    delta-rs writes that file without one.
    """
    Path(path, "_delta_log", "._last_checkpoint.crc").unlink(missing_ok=True)
    return DeltaTable(path)
