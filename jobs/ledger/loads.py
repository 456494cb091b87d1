"""Files that go through a stage together: which come next, which were begun, and what became of them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.ledger.batch import Batch, LineCounts
from jobs.ledger.files import files_where, oldest_first, stop
from jobs.ledger.stages import DONE, REPLAY, STAGES
from jobs.ledger.tables import BATCHES, AttemptRow, LoadBatchRow, LoadRow
from jobs.ledger.transactions import Transactions, insert_if_absent, rows_changed

# One load is one commit a table. More lines than this at once only make a retry dearer.
LOAD_LINE_LIMIT = 20_000_000
# Their names stand in plans.
LOAD_FILE_LIMIT = 1000


@dataclass(frozen=True)
class Load:
    """Files that go through one stage together. Entered before the first write, so that a retry has the same ones."""

    load_id: str
    stage: str
    opened_at: datetime
    batches: tuple[Batch, ...]
    # It was begun before, or one of its files was in an earlier load of the stage: some of it may be written.
    is_retry: bool = field(default=False, compare=False)

    @property
    def feed(self) -> str:
        """Of a load that has one feed only."""
        (feed,) = {batch.feed for batch in self.batches}
        return feed

    @property
    def batch_ids(self) -> list[str]:
        return [batch.batch_id for batch in self.batches]

    @property
    def line_count(self) -> int:
        return sum(batch.line_count for batch in self.batches)

    @property
    def size_bytes(self) -> int:
        return sum(batch.size_bytes for batch in self.batches)

    @property
    def files(self) -> list[tuple[str, str, str]]:
        """The id, the name and the feed of each."""
        return [(batch.batch_id, batch.source_name, batch.feed) for batch in self.batches]

    def of_feed(self, feed: str) -> list[Batch]:
        return [batch for batch in self.batches if batch.feed == feed]


class Loads(Transactions):
    """The loads of each stage. At most one of a stage is open."""

    def open_load(
        self, stage: str, at: datetime, only: str | None = None, feed_order: Sequence[str] = ()
    ) -> Load | None:
        """The load to work on next: one that was begun and not finished, else what waits.

        It has up to `LOAD_LINE_LIMIT` lines and `LOAD_FILE_LIMIT` files. With `only`, the load is that one file. With
        `feed_order` it has files of one feed, the first one in that order of which files wait. None when nothing waits.
        """
        waits = BATCHES.c.next_stage == stage
        if only:
            waits &= BATCHES.c.batch_id == only
        return self._open(stage, at, waits, feed_order)

    def open_replay(
        self, since: datetime, at: datetime, only: str | None = None, feed_order: Sequence[str] = ()
    ) -> Load | None:
        """Like `open_load`, of files in silver with refused lines, but those that were tried again `since` then."""
        tried = (
            sa.select(LoadBatchRow.batch_id)
            .join(LoadRow, LoadRow.load_id == LoadBatchRow.load_id)
            .where(LoadRow.stage == REPLAY, LoadRow.closed_at >= since)
        )
        waits = sa.and_(
            BATCHES.c.quarantined_count > 0,
            BATCHES.c.next_stage.in_(("published", DONE)),
            BATCHES.c.batch_id.not_in(tried),
        )
        if only:
            waits &= BATCHES.c.batch_id == only
        return self._open(REPLAY, at, waits, feed_order)

    def begin(self, load: Load) -> Load | None:
        """The load, now that whoever does it holds the locks; null where another run has done it meanwhile.

        Whether it is a retry is known only now: another run may have begun it, too, and died.
        """
        with self._sessions.begin() as session:
            if _open_load_of(session, load.stage) != load.load_id:
                return None
            is_first = insert_if_absent(session, AttemptRow(load.load_id))
            return replace(load, is_retry=not is_first or _was_tried(session, load))

    def has_begun(self, stage: str) -> bool:
        """Whether a load of the stage was begun and not finished."""
        with self._sessions() as session:
            return _open_load_of(session, stage) is not None

    def close_load(self, load: Load, at: datetime) -> None:
        """The load went through its stage: its files wait for the next one. Stopped files stay stopped."""
        following = dict(zip(STAGES[1:], [*STAGES[2:], DONE], strict=True))[load.stage]
        with self._sessions.begin() as session:
            session.execute(sa.update(LoadRow).where(LoadRow.load_id == load.load_id).values(closed_at=at))
            session.execute(
                sa.update(BATCHES)
                .where(_is_in_load(load.load_id), BATCHES.c.next_stage == load.stage)
                .values(**{f"{load.stage}_at": at}, next_stage=following)
            )

    def close_replay(self, load: Load, taken_in: Mapping[str, LineCounts], at: datetime) -> None:
        """Lines that a replay took in move from quarantined to accepted or duplicate; gold has their counts to show.

        Nothing changes when the replay is closed already.
        """
        is_open = (LoadRow.load_id == load.load_id) & LoadRow.closed_at.is_(None)
        with self._sessions.begin() as session:
            if not rows_changed(session, sa.update(LoadRow).where(is_open).values(closed_at=at)):
                return
            for batch in files_where(session, _is_in_load(load.load_id)):
                if batch.batch_id not in taken_in:
                    continue
                moved = taken_in[batch.batch_id]
                values = {
                    "accepted_count": (batch.accepted_count or 0) + moved.accepted,
                    "duplicate_count": (batch.duplicate_count or 0) + moved.duplicates,
                    "quarantined_count": (batch.quarantined_count or 0) - moved.accepted - moved.duplicates,
                    "accepted_hash": str(int(batch.accepted_hash or 0) + moved.accepted_hash),
                    "duplicate_hash": str(int(batch.duplicate_hash or 0) + moved.duplicate_hash),
                }
                if moved.accepted or moved.duplicates:
                    values["next_stage"] = "published"
                session.execute(sa.update(BATCHES).where(BATCHES.c.batch_id == batch.batch_id).values(**values))

    def block_load(self, load: Load, reason: str, at: datetime) -> None:
        """The whole load was stopped: its files wait for `unblock`, and those behind them go on."""
        with self._sessions.begin() as session:
            session.execute(sa.update(LoadRow).where(LoadRow.load_id == load.load_id).values(closed_at=at))
            stop(session, _is_in_load(load.load_id), load.stage, reason, at)

    def _open(self, stage: str, at: datetime, waits: sa.ColumnElement[bool], feed_order: Sequence[str]) -> Load | None:
        with self._sessions.begin() as session:
            load_id = _open_load_of(session, stage) or _enter_load(session, stage, at, waits, feed_order)
            if load_id is None:
                session.rollback()
                return None
            opened_at = session.scalars(sa.select(LoadRow.opened_at).where(LoadRow.load_id == load_id)).one()
            return Load(load_id, stage, opened_at, tuple(files_where(session, _is_in_load(load_id))))


def _open_load_of(session: Session, stage: str) -> str | None:
    return session.scalar(sa.select(LoadRow.load_id).where(LoadRow.stage == stage, LoadRow.closed_at.is_(None)))


def _was_tried(session: Session, load: Load) -> bool:
    """Whether an earlier load of the stage had one of the load's files."""
    its_files = sa.select(LoadBatchRow.batch_id).where(LoadBatchRow.load_id == load.load_id)
    earlier = (
        sa.select(LoadRow.load_id)
        .join(LoadBatchRow, LoadBatchRow.load_id == LoadRow.load_id)
        .where(LoadRow.stage == load.stage, LoadRow.load_id != load.load_id, LoadBatchRow.batch_id.in_(its_files))
    )
    return session.scalar(earlier.limit(1)) is not None


def _enter_load(
    session: Session, stage: str, at: datetime, waits: sa.ColumnElement[bool], feed_order: Sequence[str]
) -> str | None:
    """Opens a load of what waits; null when nothing does. Of two runs at once, the second gets the first one's."""
    load_id = uuid.uuid4().hex
    if not insert_if_absent(session, LoadRow(load_id, stage, opened_at=at)):
        return _open_load_of(session, stage)
    # Looked for only now: the insert waited for whoever was just closing a load of the same files.
    waiting = _waiting(session, waits, feed_order)
    if not waiting:
        return None
    session.add_all(LoadBatchRow(load_id, batch.batch_id) for batch in waiting)
    session.flush()
    return load_id


def _waiting(session: Session, waits: sa.ColumnElement[bool], feed_order: Sequence[str]) -> list[Batch]:
    query = oldest_first().where(waits)
    if feed_order:
        feeds = set(session.scalars(sa.select(BATCHES.c.feed).where(waits).distinct()))
        query = query.where(BATCHES.c.feed == next((feed for feed in feed_order if feed in feeds), None))
    chosen: list[Batch] = []
    lines = 0
    for batch in session.scalars(query.limit(LOAD_FILE_LIMIT)):
        if chosen and lines + batch.line_count > LOAD_LINE_LIMIT:
            break
        chosen.append(batch)
        lines += batch.line_count
    return chosen


def _is_in_load(load_id: str) -> sa.ColumnElement[bool]:
    return BATCHES.c.batch_id.in_(sa.select(LoadBatchRow.batch_id).where(LoadBatchRow.load_id == load_id))
