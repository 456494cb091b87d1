"""Which files arrived, under which names, where their lines went, and which of them were stopped."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.ledger.batch import Batch, LineCounts
from jobs.ledger.stages import BLOCKED, INTAKE
from jobs.ledger.tables import BATCHES, BatchRow, SourceRow
from jobs.ledger.transactions import Transactions, insert_if_absent, insertion, rows_changed

# SQLite takes 32,766 values in one statement (SQLITE_MAX_VARIABLE_NUMBER) where it was built with its defaults.
_IDS_PER_QUERY = 10_000


class Files(Transactions):
    """The files that the ledger knows."""

    def record_landed(self, batch: Batch) -> bool:
        """Enters a new file; returns False, and only remembers the name, where its bytes are known.

        A file that intake refused once and now found sound (its name was wrong, say) is entered in the place of the
        refusal.
        """
        row = BatchRow(batch, next_stage=BLOCKED if batch.blocked_at else "bronze")
        with self._sessions.begin() as session:
            entered = insertion(session, row)
            if batch.blocked_at:
                entered = entered.on_conflict_do_nothing()
            else:
                entered = entered.on_conflict_do_update(
                    index_elements=["batch_id"],
                    set_=dict(entered.excluded.items()),
                    where=BATCHES.c.blocked_stage == INTAKE,
                )
            is_new = rows_changed(session, entered) == 1
            _remember_name(session, batch.batch_id, batch.source_name)
        return is_new

    def record_source_name(self, batch_id: str, source_name: str) -> None:
        """Known bytes came under this name, too. Raises `sqlalchemy.exc.IntegrityError` for an unknown file."""
        with self._sessions.begin() as session:
            _remember_name(session, batch_id, source_name)

    def record_counts(self, batch_id: str, counts: LineCounts) -> None:
        """Where the file's lines went in silver."""
        with self._sessions.begin() as session:
            session.execute(
                sa.update(BATCHES)
                .where(BATCHES.c.batch_id == batch_id)
                .values(
                    accepted_count=counts.accepted,
                    quarantined_count=counts.quarantined,
                    duplicate_count=counts.duplicates,
                    accepted_hash=str(counts.accepted_hash),
                    duplicate_hash=str(counts.duplicate_hash),
                )
            )

    def block(self, batch_id: str, stage: str, reason: str, at: datetime) -> None:
        """One file was stopped at a stage; it waits for `unblock`."""
        with self._sessions.begin() as session:
            stop(session, BATCHES.c.batch_id == batch_id, stage, reason, at)

    def unblock(self, batch_id: str) -> None:
        """A stopped file may try its stage again. Any other is left as it is; what intake refused must land anew."""
        is_stopped = sa.and_(BATCHES.c.next_stage == BLOCKED, BATCHES.c.blocked_stage != INTAKE)
        with self._sessions.begin() as session:
            session.execute(
                sa.update(BATCHES)
                .where(BATCHES.c.batch_id == batch_id, is_stopped)
                .values(next_stage=BATCHES.c.blocked_stage, blocked_at=None, blocked_stage=None, blocked_reason=None)
            )

    def known(self, batch_id: str) -> Batch | None:
        with self._sessions() as session:
            return session.scalar(sa.select(BatchRow.batch).where(BATCHES.c.batch_id == batch_id))

    def find(self, name: str) -> list[Batch]:
        """The files with this source name, or whose SHA-256 begins so."""
        named = sa.select(SourceRow.batch_id).where(SourceRow.source_name == name)
        is_meant = BATCHES.c.batch_id.in_(named) | BATCHES.c.batch_id.startswith(name, autoescape=True)
        with self._sessions() as session:
            return files_where(session, is_meant)

    def batches(self, batch_ids: Iterable[str]) -> list[Batch]:
        """These files, oldest first; an id that nobody knows is left out."""
        found: list[Batch] = []
        with self._sessions() as session:
            for some in slices(list(batch_ids)):
                found += files_where(session, BATCHES.c.batch_id.in_(some))
        return sorted(found, key=lambda batch: (batch.landed_at, batch.batch_id))

    def all_batches(self) -> Iterator[Batch]:
        """Every file, oldest first, streamed."""
        with self._sessions() as session:
            yield from session.scalars(oldest_first().execution_options(yield_per=1000))

    def stopped(self, since: datetime | None) -> list[Batch]:
        """Files that were stopped, or refused by intake, since then and still are, oldest first."""
        is_stopped = BATCHES.c.next_stage == BLOCKED
        if since:
            is_stopped &= BATCHES.c.blocked_at >= since
        with self._sessions() as session:
            return files_where(session, is_stopped)

    def unpublished(self, besides: Sequence[str]) -> list[str]:
        """Files that silver has, whole or in part, and gold has not shown yet; without those of the load at hand."""
        is_under_way = BATCHES.c.next_stage.in_(("silver", "published", BLOCKED))
        is_in_silver = is_under_way & BATCHES.c.bronze_at.is_not(None) & BATCHES.c.published_at.is_(None)
        with self._sessions() as session:
            found = session.scalars(sa.select(BATCHES.c.batch_id).where(is_in_silver))
            return sorted(set(found) - set(besides))


def oldest_first() -> sa.Select[Batch]:
    return sa.select(BatchRow.batch).order_by(BATCHES.c.landed_at, BATCHES.c.batch_id)


def files_where(session: Session, condition: sa.ColumnElement[bool]) -> list[Batch]:
    return list(session.scalars(oldest_first().where(condition)))


def stop(session: Session, which: sa.ColumnElement[bool], stage: str, reason: str, at: datetime) -> None:
    """Those of the files that wait for the stage are stopped there."""
    session.execute(
        sa.update(BATCHES)
        .where(which, BATCHES.c.next_stage == stage)
        .values(next_stage=BLOCKED, blocked_at=at, blocked_stage=stage, blocked_reason=reason)
    )


def slices(batch_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many ids at a time as one statement takes."""
    for first in range(0, len(batch_ids), _IDS_PER_QUERY):
        yield batch_ids[first : first + _IDS_PER_QUERY]


def _remember_name(session: Session, batch_id: str, source_name: str) -> None:
    insert_if_absent(session, SourceRow(batch_id, source_name))
