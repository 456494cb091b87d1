"""The ledger's tables, the same on SQLite and PostgreSQL."""

import sqlite3
from datetime import UTC, datetime

import sqlalchemy as sa


class UtcDateTime(sa.TypeDecorator[datetime]):
    """SQLite keeps no zone: times go in as UTC and come back as UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


METADATA = sa.MetaData()
BATCHES = sa.Table(
    "batches",
    METADATA,
    sa.Column("batch_id", sa.String(64), primary_key=True),
    sa.Column("feed", sa.String(64), nullable=False),
    sa.Column("source_name", sa.String(800), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("line_count", sa.BigInteger, nullable=False),
    sa.Column("landed_at", UtcDateTime, nullable=False),
    sa.Column("bronze_at", UtcDateTime),
    sa.Column("silver_at", UtcDateTime),
    sa.Column("published_at", UtcDateTime),
    sa.Column("blocked_at", UtcDateTime),
    sa.Column("blocked_stage", sa.String(16)),
    sa.Column("blocked_reason", sa.Text),
    sa.Column("accepted_count", sa.BigInteger),
    sa.Column("quarantined_count", sa.BigInteger),
    sa.Column("duplicate_count", sa.BigInteger),
    # Sums of 64-bit hashes are longer than any integer that both databases know.
    sa.Column("accepted_hash", sa.String(40)),
    sa.Column("duplicate_hash", sa.String(40)),
    sa.Column("withheld_count", sa.BigInteger, nullable=False),
    # What waits for a stage is what this index finds: no run reads the history.
    sa.Column("next_stage", sa.String(16), nullable=False),
    sa.Index("batches_by_next_stage", "next_stage", "landed_at", "batch_id"),
    sa.Index("batches_by_name", "source_name"),
)
SOURCES = sa.Table(
    "batch_sources",
    METADATA,
    sa.Column("batch_id", sa.ForeignKey("batches.batch_id"), primary_key=True),
    sa.Column("source_name", sa.String(800), primary_key=True),
)
DATES = sa.Table(
    "batch_dates",
    METADATA,
    sa.Column("batch_id", sa.ForeignKey("batches.batch_id"), primary_key=True),
    sa.Column("table_name", sa.String(64), primary_key=True),
    sa.Column("touched_date", sa.Date, primary_key=True),
    sa.Index("newest_date_of_table", "table_name", "touched_date"),
)
# What gold computed anew and the insights have not looked at since. `marked_by`: the load that did, the last one.
DATES_DUE = sa.Table(
    "dates_due",
    METADATA,
    sa.Column("session_date", sa.Date, primary_key=True),
    sa.Column("marked_by", sa.String(64), nullable=False),
)
KEY_EPOCHS = sa.Table(
    "key_epochs",
    METADATA,
    sa.Column("epoch", sa.Integer, primary_key=True),
    sa.Column("check_value", sa.String(16), nullable=False),
    sa.Column("first_used_at", UtcDateTime, nullable=False),
)
LOADS = sa.Table(
    "loads",
    METADATA,
    sa.Column("load_id", sa.String(64), primary_key=True),
    sa.Column("stage", sa.String(16), nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    # Two runs that look at the same moment must not each open a load of the same files: the second insert is refused.
    sa.Index(
        "one_open_load_a_stage",
        "stage",
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
)
LOAD_BATCHES = sa.Table(
    "load_batches",
    METADATA,
    sa.Column("load_id", sa.ForeignKey("loads.load_id"), primary_key=True),
    sa.Column("batch_id", sa.ForeignKey("batches.batch_id"), primary_key=True, index=True),
)
# A load that was begun: what it should write may be there, whole or in part.
ATTEMPTED_LOADS = sa.Table(
    "attempted_loads",
    METADATA,
    sa.Column("load_id", sa.ForeignKey("loads.load_id"), primary_key=True),
)


def prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """What every new connection to SQLite is told first."""
    # Write-ahead logging: readers go on while a run writes.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")
