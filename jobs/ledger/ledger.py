"""Which files arrived and how far each got. What is new is a look-up here, never a scan of the lake."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from jobs.ledger.tables import (
    ATTEMPTED_LOADS,
    BATCHES,
    DATES,
    DATES_DUE,
    KEY_EPOCHS,
    LOAD_BATCHES,
    LOADS,
    METADATA,
    SOURCES,
    prepare_sqlite,
)

# How far a file can get, in order. A stage takes what finished the one before.
STAGES = ("landed", "bronze", "silver", "published")
# One load is one commit a table. More lines than this at once only make a retry dearer.
LOAD_LINE_LIMIT = 20_000_000
# Their names stand in plans.
LOAD_FILE_LIMIT = 1000
# A writer holds the database for milliseconds; who waits longer waits for something stuck.
_BUSY_TIMEOUT_SECONDS = 30
# SQLite takes 32,766 values in one statement (SQLITE_MAX_VARIABLE_NUMBER) where it was built with its defaults.
_IDS_PER_QUERY = 10_000
# The stage of a file that intake itself refused: it never landed.
INTAKE = "intake"
# Not a stage that every file goes through: refused lines of files that are in silver, tried again.
REPLAY = "replay"
_BLOCKED = "blocked"
_DONE = "done"


@dataclass(frozen=True)
class Batch:
    """One file: its SHA-256 is its name. Times are UTC; a stage without a time was not reached."""

    batch_id: str
    feed: str
    source_name: str
    size_bytes: int
    line_count: int
    landed_at: datetime
    bronze_at: datetime | None = None
    silver_at: datetime | None = None
    published_at: datetime | None = None
    blocked_at: datetime | None = None
    blocked_stage: str | None = None
    blocked_reason: str | None = None
    accepted_count: int | None = None
    quarantined_count: int | None = None
    duplicate_count: int | None = None
    accepted_hash: str | None = None
    duplicate_hash: str | None = None
    withheld_count: int = 0


@dataclass(frozen=True)
class LineCounts:
    """Where lines of one file went in silver, with the sums of the hashes of those that are told apart nowhere else."""

    accepted: int
    quarantined: int
    duplicates: int
    accepted_hash: int = 0
    duplicate_hash: int = 0


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


class Ledger:
    """The ledger at a SQLAlchemy URL; its tables are made where they are missing. Every method is one transaction."""

    def __init__(self, url: str) -> None:
        is_sqlite = sa.make_url(url).get_backend_name() == "sqlite"
        options = {"connect_args": {"timeout": _BUSY_TIMEOUT_SECONDS}} if is_sqlite else {}
        self._engine = sa.create_engine(url, **options)
        if is_sqlite:
            sa.event.listen(self._engine, "connect", prepare_sqlite)
        METADATA.create_all(self._engine)

    def record_landed(self, batch: Batch) -> bool:
        """Enters a new file; returns False, and only remembers the name, where its bytes are known.

        A file that intake refused once and now found sound (its name was wrong, say) is entered in the place of the
        refusal.
        """
        row = _values(batch) | {"next_stage": _BLOCKED if batch.blocked_at else "bronze"}
        with self._engine.begin() as connection:
            is_new = _insert_if_absent(connection, BATCHES, row)
            if not is_new and batch.blocked_at is None:
                was_refused = sa.and_(BATCHES.c.batch_id == batch.batch_id, BATCHES.c.blocked_stage == INTAKE)
                is_new = connection.execute(sa.update(BATCHES).where(was_refused).values(**row)).rowcount == 1
            _remember_name(connection, batch.batch_id, batch.source_name)
        return is_new

    def record_source_name(self, batch_id: str, source_name: str) -> None:
        """Known bytes came under this name, too. Raises `sqlalchemy.exc.IntegrityError` for an unknown file."""
        with self._engine.begin() as connection:
            _remember_name(connection, batch_id, source_name)

    def known(self, batch_id: str) -> Batch | None:
        with self._engine.connect() as connection:
            return self._find_one(connection, batch_id)

    def open_load(
        self, stage: str, at: datetime, only: str | None = None, feed_order: Sequence[str] = ()
    ) -> Load | None:
        """The load to work on next: one that was begun and not finished, else what waits, up to `LOAD_LINE_LIMIT`
        lines and `LOAD_FILE_LIMIT` files.

        With `only`, the load is that one file. With `feed_order` it has files of one feed, the first one in that order
        of which files wait. None when nothing waits.
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
            sa.select(LOAD_BATCHES.c.batch_id)
            .join(LOADS, LOADS.c.load_id == LOAD_BATCHES.c.load_id)
            .where(LOADS.c.stage == REPLAY, LOADS.c.closed_at >= since)
        )
        waits = sa.and_(
            BATCHES.c.quarantined_count > 0,
            BATCHES.c.next_stage.in_(("published", _DONE)),
            BATCHES.c.batch_id.not_in(tried),
        )
        if only:
            waits &= BATCHES.c.batch_id == only
        return self._open(REPLAY, at, waits, feed_order)

    def begin(self, load: Load) -> Load | None:
        """The load, now that whoever does it holds the locks; null where another run has done it meanwhile.

        Whether it is a retry is known only now: another run may have begun it, too, and died.
        """
        with self._engine.begin() as connection:
            if self._open_load_of(connection, load.stage) != load.load_id:
                return None
            is_first = _insert_if_absent(connection, ATTEMPTED_LOADS, {"load_id": load.load_id})
            return replace(load, is_retry=not is_first or self._was_tried(connection, load))

    def close_load(self, load: Load, at: datetime) -> None:
        """The load went through its stage: its files wait for the next one. Stopped files stay stopped."""
        following = dict(zip(STAGES[1:], [*STAGES[2:], _DONE], strict=True))[load.stage]
        with self._engine.begin() as connection:
            connection.execute(sa.update(LOADS).where(LOADS.c.load_id == load.load_id).values(closed_at=at))
            connection.execute(
                sa.update(BATCHES)
                .where(self._is_in_load(load.load_id), BATCHES.c.next_stage == load.stage)
                .values(**{f"{load.stage}_at": at}, next_stage=following)
            )

    def close_replay(self, load: Load, taken_in: Mapping[str, LineCounts], at: datetime) -> None:
        """Lines that a replay took in move from quarantined to accepted or duplicate; gold has their counts to show.

        Nothing changes when the replay is closed already.
        """
        is_open = (LOADS.c.load_id == load.load_id) & LOADS.c.closed_at.is_(None)
        with self._engine.begin() as connection:
            if not connection.execute(sa.update(LOADS).where(is_open).values(closed_at=at)).rowcount:
                return
            for batch in self._batches_of(connection, load.load_id):
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
                connection.execute(sa.update(BATCHES).where(BATCHES.c.batch_id == batch.batch_id).values(**values))

    def block_load(self, load: Load, reason: str, at: datetime) -> None:
        """The whole load was stopped: its files wait for `unblock`, and those behind them go on."""
        with self._engine.begin() as connection:
            connection.execute(sa.update(LOADS).where(LOADS.c.load_id == load.load_id).values(closed_at=at))
            self._block(connection, self._is_in_load(load.load_id), load.stage, reason, at)

    def block(self, batch_id: str, stage: str, reason: str, at: datetime) -> None:
        """One file was stopped at a stage; it waits for `unblock`."""
        with self._engine.begin() as connection:
            self._block(connection, BATCHES.c.batch_id == batch_id, stage, reason, at)

    def unblock(self, batch_id: str) -> None:
        """A stopped file may try its stage again. Any other is left as it is; what intake refused must land anew."""
        is_stopped = sa.and_(BATCHES.c.next_stage == _BLOCKED, BATCHES.c.blocked_stage != INTAKE)
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(BATCHES)
                .where(BATCHES.c.batch_id == batch_id, is_stopped)
                .values(next_stage=BATCHES.c.blocked_stage, blocked_at=None, blocked_stage=None, blocked_reason=None)
            )

    def record_counts(self, batch_id: str, counts: LineCounts) -> None:
        """Where the file's lines went in silver."""
        with self._engine.begin() as connection:
            connection.execute(
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

    def record_dates(self, batch_id: str, table_name: str, dates: Iterable[date]) -> None:
        """Which dates of a table the file touches, beside those that are known: a retry may see fewer."""
        with self._engine.begin() as connection:
            for day in sorted(set(dates)):
                row = {"batch_id": batch_id, "table_name": table_name, "touched_date": day}
                _insert_if_absent(connection, DATES, row)

    def dates_touched(self, batch_ids: Sequence[str], table_name: str) -> list[date]:
        query = sa.select(DATES.c.touched_date).where(DATES.c.table_name == table_name).distinct()
        touched: set[date] = set()
        with self._engine.connect() as connection:
            for some in _slices(batch_ids):
                touched.update(connection.execute(query.where(DATES.c.batch_id.in_(some))).scalars())
        return sorted(touched)

    def newest_date(self, table_name: str) -> date | None:
        """The last date of the table that any file touches."""
        with self._engine.connect() as connection:
            query = sa.select(sa.func.max(DATES.c.touched_date)).where(DATES.c.table_name == table_name)
            return connection.execute(query).scalar()

    def mark_due(self, session_dates: Iterable[date], load_id: str) -> None:
        """Gold computed these dates anew: the insights that rest on them are due."""
        with self._engine.begin() as connection:
            for day in sorted(set(session_dates)):
                row = {"session_date": day, "marked_by": load_id}
                connection.execute(
                    _insert(connection, DATES_DUE)
                    .values(**row)
                    .on_conflict_do_update(index_elements=["session_date"], set_={"marked_by": load_id})
                )

    def dates_due(self) -> dict[date, str]:
        """The dates whose insights are due, each with the load that marked it last."""
        with self._engine.connect() as connection:
            return {row.session_date: row.marked_by for row in connection.execute(sa.select(DATES_DUE))}

    def clear_due(self, done: Mapping[date, str]) -> None:
        """These insights are shown. A date that was marked again meanwhile stays due."""
        with self._engine.begin() as connection:
            for day, load_id in done.items():
                as_it_was = (DATES_DUE.c.session_date == day) & (DATES_DUE.c.marked_by == load_id)
                connection.execute(sa.delete(DATES_DUE).where(as_it_was))

    def record_key(self, epoch: int, check_value: str, at: datetime) -> None:
        """Remembers which key an epoch has, the first time that it is used."""
        with self._engine.begin() as connection:
            _insert_if_absent(connection, KEY_EPOCHS, {"epoch": epoch, "check_value": check_value, "first_used_at": at})

    def known_keys(self) -> dict[int, str]:
        """Check values of the keys that were used, by epoch."""
        with self._engine.connect() as connection:
            return {row.epoch: row.check_value for row in connection.execute(sa.select(KEY_EPOCHS))}

    def has_begun(self, stage: str) -> bool:
        """Whether a load of the stage was begun and not finished."""
        with self._engine.connect() as connection:
            return self._open_load_of(connection, stage) is not None

    def unpublished(self, besides: Sequence[str]) -> list[str]:
        """Files that silver has, whole or in part, and gold has not shown yet; without those of the load at hand."""
        is_under_way = BATCHES.c.next_stage.in_(("silver", "published", _BLOCKED))
        is_in_silver = is_under_way & BATCHES.c.bronze_at.is_not(None) & BATCHES.c.published_at.is_(None)
        with self._engine.connect() as connection:
            found = connection.execute(sa.select(BATCHES.c.batch_id).where(is_in_silver)).scalars()
            return sorted(set(found) - set(besides))

    def stopped(self, since: datetime | None) -> list[Batch]:
        """Files that were stopped, or refused by intake, since then and still are, oldest first."""
        is_stopped = BATCHES.c.next_stage == _BLOCKED
        if since:
            is_stopped &= BATCHES.c.blocked_at >= since
        with self._engine.connect() as connection:
            return _as_batches(connection.execute(_in_order().where(is_stopped)))

    def batches(self, batch_ids: Iterable[str]) -> list[Batch]:
        """These files, oldest first; an id that nobody knows is left out."""
        found: list[Batch] = []
        with self._engine.connect() as connection:
            for some in _slices(list(batch_ids)):
                found += _as_batches(connection.execute(_in_order().where(BATCHES.c.batch_id.in_(some))))
        return sorted(found, key=lambda batch: (batch.landed_at, batch.batch_id))

    def find(self, name: str) -> list[Batch]:
        """The files with this source name, or whose SHA-256 begins so."""
        named = sa.select(SOURCES.c.batch_id).where(SOURCES.c.source_name == name)
        is_meant = BATCHES.c.batch_id.in_(named) | BATCHES.c.batch_id.startswith(name, autoescape=True)
        with self._engine.connect() as connection:
            return _as_batches(connection.execute(_in_order().where(is_meant)))

    def all_batches(self) -> Iterator[Batch]:
        """Every file, oldest first, streamed."""
        with self._engine.connect().execution_options(yield_per=1000) as connection:
            for row in connection.execute(_in_order()):
                yield _as_batch(row)

    def _find_one(self, connection: sa.Connection, batch_id: str) -> Batch | None:
        row = connection.execute(sa.select(BATCHES).where(BATCHES.c.batch_id == batch_id)).first()
        return _as_batch(row) if row else None

    def _open(self, stage: str, at: datetime, waits: sa.ColumnElement[bool], feed_order: Sequence[str]) -> Load | None:
        with self._engine.begin() as connection:
            load_id = self._open_load_of(connection, stage) or self._enter_load(
                connection, stage, at, waits, feed_order
            )
            if load_id is None:
                connection.rollback()
                return None
            opened_at = connection.execute(sa.select(LOADS.c.opened_at).where(LOADS.c.load_id == load_id)).scalar_one()
            return Load(load_id, stage, opened_at, self._batches_of(connection, load_id))

    def _open_load_of(self, connection: sa.Connection, stage: str) -> str | None:
        not_closed = sa.select(LOADS.c.load_id).where(LOADS.c.stage == stage, LOADS.c.closed_at.is_(None))
        return connection.execute(not_closed).scalar()

    def _was_tried(self, connection: sa.Connection, load: Load) -> bool:
        """Whether an earlier load of the stage had one of the load's files."""
        its_files = sa.select(LOAD_BATCHES.c.batch_id).where(LOAD_BATCHES.c.load_id == load.load_id)
        earlier = (
            sa.select(LOADS.c.load_id)
            .join(LOAD_BATCHES, LOAD_BATCHES.c.load_id == LOADS.c.load_id)
            .where(LOADS.c.stage == load.stage, LOADS.c.load_id != load.load_id, LOAD_BATCHES.c.batch_id.in_(its_files))
        )
        return connection.execute(earlier.limit(1)).first() is not None

    def _enter_load(
        self,
        connection: sa.Connection,
        stage: str,
        at: datetime,
        waits: sa.ColumnElement[bool],
        feed_order: Sequence[str],
    ) -> str | None:
        """Opens a load of what waits; null when nothing does. Of two runs at once, the second gets the first one's."""
        load_id = uuid.uuid4().hex
        row = {"load_id": load_id, "stage": stage, "opened_at": at}
        if not _insert_if_absent(connection, LOADS, row):
            return self._open_load_of(connection, stage)
        # Looked for only now: the insert waited for whoever was just closing a load of the same files.
        waiting = self._waiting(connection, waits, feed_order)
        if not waiting:
            return None
        rows = [{"load_id": load_id, "batch_id": batch.batch_id} for batch in waiting]
        connection.execute(sa.insert(LOAD_BATCHES), rows)
        return load_id

    def _waiting(
        self, connection: sa.Connection, waits: sa.ColumnElement[bool], feed_order: Sequence[str]
    ) -> list[Batch]:
        query = _in_order().where(waits)
        if feed_order:
            feeds = set(connection.execute(sa.select(BATCHES.c.feed).where(waits).distinct()).scalars())
            query = query.where(BATCHES.c.feed == next((feed for feed in feed_order if feed in feeds), None))
        chosen: list[Batch] = []
        lines = 0
        for row in connection.execute(query.limit(LOAD_FILE_LIMIT)):
            batch = _as_batch(row)
            if chosen and lines + batch.line_count > LOAD_LINE_LIMIT:
                break
            chosen.append(batch)
            lines += batch.line_count
        return chosen

    def _batches_of(self, connection: sa.Connection, load_id: str) -> tuple[Batch, ...]:
        return tuple(_as_batches(connection.execute(_in_order().where(self._is_in_load(load_id)))))

    def _is_in_load(self, load_id: str) -> sa.ColumnElement[bool]:
        return BATCHES.c.batch_id.in_(sa.select(LOAD_BATCHES.c.batch_id).where(LOAD_BATCHES.c.load_id == load_id))

    def _block(
        self, connection: sa.Connection, which: sa.ColumnElement[bool], stage: str, reason: str, at: datetime
    ) -> None:
        connection.execute(
            sa.update(BATCHES)
            .where(which, BATCHES.c.next_stage == stage)
            .values(next_stage=_BLOCKED, blocked_at=at, blocked_stage=stage, blocked_reason=reason)
        )


def _insert_if_absent(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> bool:
    """One statement, so that of two writers of the same row exactly one is told that it was new."""
    return connection.execute(_insert(connection, table).values(**row).on_conflict_do_nothing()).rowcount == 1


def _insert(connection: sa.Connection, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def _remember_name(connection: sa.Connection, batch_id: str, source_name: str) -> None:
    _insert_if_absent(connection, SOURCES, {"batch_id": batch_id, "source_name": source_name})


def _slices(batch_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(batch_ids), _IDS_PER_QUERY):
        yield batch_ids[first : first + _IDS_PER_QUERY]


def _in_order() -> sa.Select[Any]:
    return sa.select(BATCHES).order_by(BATCHES.c.landed_at, BATCHES.c.batch_id)


def _values(batch: Batch) -> dict[str, Any]:
    return {column.name: getattr(batch, column.name) for column in fields(Batch)}


def _as_batch(row: sa.Row[Any]) -> Batch:
    return Batch(**{column.name: getattr(row, column.name) for column in fields(Batch)})


def _as_batches(rows: Iterable[sa.Row[Any]]) -> list[Batch]:
    return [_as_batch(row) for row in rows]
