"""The ledger's tables, a class each. A change here needs a file in `migrations/versions`."""

from dataclasses import fields
from datetime import date, datetime
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, composite, mapped_column

from jobs.ledger.batch import Batch
from jobs.ledger.column_types import Name, SourceName, Stage, UtcDateTime

# The newest file in `migrations/versions`.
REVISION = "0001"

_BatchId = Annotated[str, mapped_column(sa.ForeignKey("batches.batch_id"), primary_key=True)]
_LoadId = Annotated[str, mapped_column(sa.ForeignKey("loads.load_id"), primary_key=True)]


class Row(MappedAsDataclass, DeclarativeBase):
    """A row of one of the ledger's tables."""

    type_annotation_map = {datetime: UtcDateTime, int: sa.BigInteger}  # noqa: RUF012 - SQLAlchemy reads it so


class BatchRow(Row):
    """A file, and what it waits for. Its columns are at `BATCHES.c`: mypy does not see those of a composite."""

    __tablename__ = "batches"
    batch: Mapped[Batch] = composite(*(mapped_column(column.name) for column in fields(Batch)))
    # What waits for a stage is what this index finds: no run reads the history.
    next_stage: Mapped[Stage]
    __table_args__ = (
        sa.Index("batches_by_next_stage", "next_stage", "landed_at", "batch_id"),
        sa.Index("batches_by_name", "source_name"),
    )


class SourceRow(Row):
    """A name under which the bytes of a file came."""

    __tablename__ = "batch_sources"
    batch_id: Mapped[_BatchId]
    source_name: Mapped[SourceName] = mapped_column(primary_key=True)


class TouchedDateRow(Row):
    """A date of a table of which a file has rows."""

    __tablename__ = "batch_dates"
    batch_id: Mapped[_BatchId]
    table_name: Mapped[Name] = mapped_column(primary_key=True)
    touched_date: Mapped[date] = mapped_column(primary_key=True)
    __table_args__ = (sa.Index("newest_date_of_table", "table_name", "touched_date"),)


class DueDateRow(Row):
    """A date that gold computed anew and the insights have not looked at since, and the last load that did."""

    __tablename__ = "dates_due"
    session_date: Mapped[date] = mapped_column(primary_key=True)
    marked_by: Mapped[Name]


class KeyEpochRow(Row):
    """An epoch of pseudonyms, and what its key is recognised by; epoch 0 is the linkage key."""

    __tablename__ = "key_epochs"
    epoch: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    check_value: Mapped[str] = mapped_column(sa.String(16))
    first_used_at: Mapped[datetime]


class LoadRow(Row):
    """Files that go through a stage together; open until it has a time of closing."""

    __tablename__ = "loads"
    load_id: Mapped[Name] = mapped_column(primary_key=True)
    stage: Mapped[Stage]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    # Two runs that look at the same moment must not each open a load of the same files: the second insert is refused.
    __table_args__ = (
        sa.Index(
            "one_open_load_a_stage",
            "stage",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )


class LoadBatchRow(Row):
    """A file of a load."""

    __tablename__ = "load_batches"
    load_id: Mapped[_LoadId]
    batch_id: Mapped[_BatchId] = mapped_column(index=True)


class AttemptRow(Row):
    """A load that was begun: what it should write may be there, whole or in part."""

    __tablename__ = "attempted_loads"
    load_id: Mapped[_LoadId]


BATCHES = Row.metadata.tables["batches"]
