"""Intake: files are checked, split into numbered lines and entered in the ledger. It starts no Spark."""

import fcntl
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from jobs.contracts.landed_file import landed_file
from jobs.contracts.raw_record import Kind
from jobs.contracts.raw_reference import RAW_REFERENCE_RECORDS
from jobs.errors import PlayheadError, WrongUsageError
from jobs.intake.csv_records import csv_records, joined
from jobs.intake.feeds import EVENTS, FEEDS, feed_of, waiting_files
from jobs.intake.kept_original import copy_original, move_original
from jobs.intake.landed_lines import UNFINISHED, write_landed_lines
from jobs.intake.numbered_lines import LONGEST_LINE_BYTES, number_lines
from jobs.intake.source_file import CSV, FileRefusedError, SourceFile, check_file, open_source, text_chunks
from jobs.intake.source_name import shown_name
from jobs.intake.withheld_reactions import withhold_reactions
from jobs.ledger.ledger import INTAKE, Batch, Ledger

logger = logging.getLogger(__name__)

# One is unpacked while the other is compressed: more would only take memory, a gigabyte each at the worst.
FILES_AT_ONCE = 2
LANDED, KNOWN, REFUSED = "landed", "already landed", "refused"


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file. `batch_id` is null for what has no bytes of its own: a link, a pipe, a folder."""

    source_name: str
    feed: str
    outcome: str
    batch_id: str | None = None
    line_count: int = 0
    size_bytes: int = 0
    reason: str | None = None
    withheld_count: int = 0

    def __str__(self) -> str:
        if self.outcome == REFUSED:
            return f"{self.source_name} ({self.feed}): refused. {self.reason}"
        withheld = f", {self.withheld_count:,} reactions withheld" if self.withheld_count else ""
        amount = f"{self.line_count:,} lines, {self.size_bytes:,} bytes"
        return f"{self.source_name} ({self.feed}): {self.outcome}, {amount}{withheld}"


@dataclass(frozen=True)
class LandReport:
    """One outcome a file, in the order in which they were taken."""

    files: tuple[FileOutcome, ...]


def land(
    paths: Sequence[Path],
    feed: str | None = None,
    *,
    inbox: Path,
    landing: Path,
    ledger: Ledger,
    now: Callable[[], datetime],
    max_line_bytes: int = LONGEST_LINE_BYTES,
    takes_reactions: bool = False,
) -> LandReport:
    """Brings the given files and folders, or all that the inbox holds, into `landing` and the ledger.

    A file's feed is its folder's name, else `feed`, else events. Originals from the inbox move to `landing/originals`
    (refused ones to `landing/refused`); files from elsewhere are copied, or left where they are. Unless it
    `takes_reactions`, nothing is kept of a line that is one, nor an original that has one; nor in any case of a heart
    rate or a face in another event. One refused file stops no other. A run that was killed is finished by the next
    one. Raises `WrongUsageError` for a path or feed that does not exist, `PlayheadError` where the landing cannot be
    written.
    """
    if feed is not None and feed not in FEEDS:
        raise WrongUsageError(f"There is no feed {feed!r}. It is one of {', '.join(FEEDS)}.")
    landing.mkdir(parents=True, exist_ok=True, mode=0o700)

    def take_in_turn(alike: Sequence[Path]) -> list[FileOutcome]:
        taken = []
        for path in alike:
            kind, is_inside = feed_of(path, feed or EVENTS), _is_inside(path, inbox)
            desk = _Desk(kind, is_inside, landing, ledger, now, max_line_bytes, takes_reactions)
            if outcome := _take_if_there(path, desk):
                taken.append(outcome)
        return taken

    outcomes: list[FileOutcome] = []
    with _alone(landing), ThreadPoolExecutor(FILES_AT_ONCE) as side_by_side:
        for taken in side_by_side.map(take_in_turn, _files_alike(_files(paths) if paths else waiting_files(inbox))):
            for outcome in taken:
                outcomes.append(outcome)
                logger.info("land: %s", outcome)
    return LandReport(tuple(outcomes))


def _files_alike(paths: Iterable[Path]) -> list[list[Path]]:
    """The files, those of one size together: they may be the same bytes, and the second must find the first known."""
    by_size: dict[int, list[Path]] = {}
    for path in paths:
        with suppress(FileNotFoundError):
            by_size.setdefault(path.lstat().st_size, []).append(path)
    return list(by_size.values())


def _take_if_there(path: Path, desk: "_Desk") -> FileOutcome | None:
    try:
        return _take(path, desk)
    except FileNotFoundError:
        # Somebody took it away since the folder was read.
        return None
    except OSError as error:
        raise PlayheadError(
            f"{shown_name(path)} could not be taken in: {error.strerror or error}. "
            f"See to {desk.landing} (space, permission) and run again; nothing is lost."
        ) from error


@dataclass(frozen=True)
class _Desk:
    """Where one file is worked on."""

    feed: str
    is_from_inbox: bool
    landing: Path
    ledger: Ledger
    now: Callable[[], datetime]
    max_line_bytes: int
    takes_reactions: bool


def _take(path: Path, desk: _Desk) -> FileOutcome:
    name = shown_name(path)
    try:
        with open_source(path) as source:
            known = desk.ledger.known(source.batch_id)
            if known and known.blocked_stage != INTAKE and _has_lost_its_lines(known, desk.landing):
                desk = replace(desk, feed=known.feed)
            elif known and known.blocked_stage != INTAKE:
                if known.feed != desk.feed and known.line_count:
                    return _refuse(source, name, _landed_elsewhere(known), desk, known.withheld_count)
                desk.ledger.record_source_name(source.batch_id, name)
                _keep_original(source, desk, "originals", known.withheld_count)
                return FileOutcome(name, known.feed, KNOWN, source.batch_id, known.line_count, source.size_bytes)
            try:
                return _land_lines(source, name, desk)
            except FileRefusedError as error:
                if source.has_changed:
                    raise
                return _refuse(source, name, str(error), desk)
    except FileRefusedError as error:
        return FileOutcome(name, desk.feed, REFUSED, reason=str(error))


def _landed_elsewhere(known: Batch) -> str:
    landed = f"The same bytes landed as {known.feed} before, and a file is known by its bytes."
    if known.withheld_count:
        return f"{landed} Reactions were withheld from it, so that no copy of it is kept."
    return f"{landed} If that was the wrong feed, compress this file (or unpack it) and land it again."


def _has_lost_its_lines(known: Batch, landing: Path) -> bool:
    """Bronze waits for them: they are written again from a file that comes again."""
    return known.bronze_at is None and not landed_file(landing, known.batch_id).exists()


def _land_lines(source: SourceFile, name: str, desk: _Desk) -> FileOutcome:
    check_file(source, desk.feed)
    withheld = 0

    def kept_lines() -> Iterator[pa.RecordBatch]:
        nonlocal withheld
        for lines in _lines(source, desk):
            kept, count = withhold_reactions(lines, desk.takes_reactions) if desk.feed == EVENTS else (lines, 0)
            withheld += count
            yield kept

    line_count = write_landed_lines(landed_file(desk.landing, source.batch_id), kept_lines())
    desk.ledger.record_landed(
        Batch(
            source.batch_id,
            desk.feed,
            name,
            source.size_bytes,
            line_count,
            landed_at=desk.now(),
            withheld_count=withheld,
        )
    )
    _keep_original(source, desk, "originals", withheld)
    return FileOutcome(name, desk.feed, LANDED, source.batch_id, line_count, source.size_bytes, withheld_count=withheld)


def _lines(source: SourceFile, desk: _Desk) -> Iterator[pa.RecordBatch]:
    if source.extension == CSV:
        text = joined(csv_records(source.handle, desk.max_line_bytes, _number_columns(desk.feed)))
    else:
        text = text_chunks(source)
    yield from number_lines(text, desk.max_line_bytes)
    if source.has_changed:
        raise FileRefusedError(
            "The file changed while it was read. Write it under a name that begins with a dot, then rename it."
        )


def _number_columns(feed: str) -> frozenset[str]:
    fields = RAW_REFERENCE_RECORDS[feed].fields
    return frozenset(field.name for field in fields if field.kind in (Kind.INTEGER, Kind.NUMBER))


def _refuse(source: SourceFile, name: str, reason: str, desk: _Desk, withheld: int = 0) -> FileOutcome:
    now = desk.now()
    refusal = Batch(
        source.batch_id,
        desk.feed,
        name,
        source.size_bytes,
        line_count=0,
        landed_at=now,
        blocked_at=now,
        blocked_stage=INTAKE,
        blocked_reason=reason,
    )
    desk.ledger.record_landed(refusal)
    if desk.is_from_inbox:
        _keep_original(source, desk, "refused", withheld)
    return FileOutcome(name, desk.feed, REFUSED, source.batch_id, 0, source.size_bytes, reason)


def _keep_original(source: SourceFile, desk: _Desk, folder: str, withheld: int) -> None:
    """An original with withheld lines still has what was withheld: it goes, or stays where it is not ours."""
    if withheld:
        if desk.is_from_inbox and source.is_still_at_its_path:
            source.path.unlink()
        return
    keep = move_original if desk.is_from_inbox else copy_original
    keep(source, desk.landing / folder)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            yield from waiting_files(path)
        elif path.exists() or path.is_symlink():
            yield path
        else:
            raise WrongUsageError(f"{path} does not exist. Give files or folders that do.")


def _is_inside(path: Path, inbox: Path) -> bool:
    return path.parent.resolve().is_relative_to(inbox.resolve())


@contextmanager
def _alone(landing: Path) -> Iterator[None]:
    """One intake at a time: another waits here. The lock goes with the process, however that ends."""
    # Opened to append: truncating would touch the file in a run that finds nothing.
    with open(landing / ".lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            logger.info("land: another process is taking files in; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        for left_by_a_killed_run in landing.rglob(f".*{UNFINISHED}"):
            left_by_a_killed_run.unlink()
        yield
