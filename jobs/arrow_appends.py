"""Rows that the driver has as Arrow, added to a Delta table by delta-rs: no Spark job for what fits into memory.

For tables on a local disk. Whoever calls holds the table's lock.
"""

from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Schema, Transaction, WriterProperties, write_deltalake
from deltalake.transaction import PostCommitHookProperties

from jobs.tables.contract import Table

# As Spark's own level. Spark gives a row group to one task: one of all rows would leave the others without work.
_WRITER = WriterProperties(compression="ZSTD", compression_level=3, max_row_group_size=32_768)
# Published versions are read for as long as they are published: what they need of the log is not ours to remove.
_KEEP_LOG = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)


def create_table(path: str, table: Table) -> None:
    """Creates the empty table by its contract, comments and all."""
    DeltaTable.create(
        path,
        schema=Schema.from_json(table.schema.json()),
        partition_by=list(table.partitioned_by),
        description=f"One row is {table.row}.",
        configuration=table.properties,
    )


def append_arrow(path: str, rows: "pa.Table | pa.RecordBatchReader", transaction: str) -> None:
    """Adds the rows in one commit, unless the table has this transaction already."""
    stored = DeltaTable(path)
    if stored.transaction_version(transaction) is not None:
        return
    if "://" not in path:
        # Hadoop's checksum of the file that names the last checkpoint: delta-rs writes that file without one.
        Path(path, "_delta_log", "._last_checkpoint.crc").unlink(missing_ok=True)
    write_deltalake(
        stored,
        rows,
        mode="append",
        writer_properties=_WRITER,
        commit_properties=CommitProperties(app_transactions=[Transaction(transaction, 1)]),
        post_commithook_properties=_KEEP_LOG,
    )
