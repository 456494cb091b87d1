"""A file, as the ledger knows it and as everybody else is given it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.orm import mapped_column

from jobs.ledger.column_types import HashSum, Name, SourceName, Stage


@dataclass(frozen=True)
class Batch:
    """One file: its SHA-256 is its name. Times are UTC; a stage without a time was not reached.

    Its fields are columns of `batches`: what is said of one here is all that is said of it.
    """

    batch_id: Annotated[str, mapped_column(sa.String(64), primary_key=True)]
    feed: Name
    source_name: SourceName
    size_bytes: int
    line_count: int
    landed_at: datetime
    bronze_at: datetime | None = None
    silver_at: datetime | None = None
    published_at: datetime | None = None
    blocked_at: datetime | None = None
    blocked_stage: Stage | None = None
    blocked_reason: Annotated[str, mapped_column(sa.Text)] | None = None
    accepted_count: int | None = None
    quarantined_count: int | None = None
    duplicate_count: int | None = None
    accepted_hash: HashSum | None = None
    duplicate_hash: HashSum | None = None
    withheld_count: int = 0


@dataclass(frozen=True)
class LineCounts:
    """Where lines of one file went in silver, with the sums of the hashes of those that are told apart nowhere else."""

    accepted: int
    quarantined: int
    duplicates: int
    accepted_hash: int = 0
    duplicate_hash: int = 0
