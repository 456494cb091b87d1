"""What ledgers had before they were given versions."""

import sqlalchemy as sa
from alembic import op

from jobs.ledger.column_types import UtcDateTime

revision = "0001"
down_revision = None

_STILL_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "batches",
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
        sa.Column("accepted_hash", sa.String(40)),
        sa.Column("duplicate_hash", sa.String(40)),
        sa.Column("withheld_count", sa.BigInteger, nullable=False),
        sa.Column("next_stage", sa.String(16), nullable=False),
    )
    op.create_index("batches_by_next_stage", "batches", ["next_stage", "landed_at", "batch_id"])
    op.create_index("batches_by_name", "batches", ["source_name"])
    op.create_table(
        "batch_sources",
        sa.Column("batch_id", sa.String(64), sa.ForeignKey("batches.batch_id"), primary_key=True),
        sa.Column("source_name", sa.String(800), primary_key=True),
    )
    op.create_table(
        "batch_dates",
        sa.Column("batch_id", sa.String(64), sa.ForeignKey("batches.batch_id"), primary_key=True),
        sa.Column("table_name", sa.String(64), primary_key=True),
        sa.Column("touched_date", sa.Date, primary_key=True),
    )
    op.create_index("newest_date_of_table", "batch_dates", ["table_name", "touched_date"])
    op.create_table(
        "dates_due",
        sa.Column("session_date", sa.Date, primary_key=True),
        sa.Column("marked_by", sa.String(64), nullable=False),
    )
    op.create_table(
        "key_epochs",
        sa.Column("epoch", sa.Integer, primary_key=True),
        sa.Column("check_value", sa.String(16), nullable=False),
        sa.Column("first_used_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "loads",
        sa.Column("load_id", sa.String(64), primary_key=True),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("closed_at", UtcDateTime),
    )
    op.create_index(
        "one_open_load_a_stage",
        "loads",
        ["stage"],
        unique=True,
        sqlite_where=_STILL_OPEN,
        postgresql_where=_STILL_OPEN,
    )
    op.create_table(
        "load_batches",
        sa.Column("load_id", sa.String(64), sa.ForeignKey("loads.load_id"), primary_key=True),
        sa.Column("batch_id", sa.String(64), sa.ForeignKey("batches.batch_id"), primary_key=True, index=True),
    )
    op.create_table(
        "attempted_loads",
        sa.Column("load_id", sa.String(64), sa.ForeignKey("loads.load_id"), primary_key=True),
    )
