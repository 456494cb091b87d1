"""The two files of a Netflix export, row by row, in their types."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeGuard

from jobs.importers.csv_table import Row, UnreadableRow, read_rows
from jobs.importers.export_times import date_order, read_seconds, read_time

VIEWING_COLUMNS = ("Profile Name", "Start Time", "Duration", "Title")
TRACE_COLUMNS = ("Profile Name", "Title Description", "Playback Start Utc Ts", "Playtraces")
EVENT_TYPE_OF_ENTRY = {
    "start": "play_requested",
    "playing": "playing",
    "paused": "paused",
    "reposition": "seeked",
    "stopped": "stopped",
}
# What the export writes in the place of a time when a later viewing of the same title exists.
_NO_BOOKMARK = ("", "Not latest view")
_YEAR_MS = 366 * 24 * 3600 * 1000
_COUNTRY = re.compile(r"([A-Z]{2})\b")


@dataclass(frozen=True)
class Viewing:
    """One row of ViewingActivity.csv: a play as Netflix reports it."""

    profile: str
    started_at: datetime
    title: str
    device: str
    country: str | None
    reported_seconds: int
    bookmark_seconds: int | None
    supplemental_type: str | None
    is_autoplayed: bool


@dataclass(frozen=True)
class TraceEntry:
    """One thing that the player noted. `place` is where it stood in the trace, from 0."""

    place: int
    event_type: str
    session_offset_ms: int
    media_offset_ms: int


@dataclass(frozen=True)
class Trace:
    """One row of PlaybackRelatedEvents.csv: a play as the player noted it; it may have no entries."""

    profile: str
    started_at: datetime
    title: str
    device: str
    country: str | None
    entries: tuple[TraceEntry, ...]


def read_viewings(path: Path, unreadable: list[UnreadableRow]) -> Iterator[Viewing]:
    """Rows that cannot be read are added to `unreadable`. Raises `ExportError`."""
    for row, profile, started_at in _timed_rows(path, VIEWING_COLUMNS, "Start Time", unreadable):
        reported, bookmark = read_seconds(row["Duration"]), read_seconds(row["Bookmark"])
        if reported is None:
            unreadable.append(UnreadableRow(path.name, row.number, "Duration is not H:MM:SS."))
        elif bookmark is None and row["Bookmark"] not in _NO_BOOKMARK:
            unreadable.append(UnreadableRow(path.name, row.number, "Bookmark is not H:MM:SS."))
        elif not row["Title"]:
            unreadable.append(UnreadableRow(path.name, row.number, "Title is empty."))
        else:
            yield Viewing(
                profile=profile,
                started_at=started_at,
                title=row["Title"],
                device=row["Device Type"],
                country=_country(row["Country"]),
                reported_seconds=reported,
                bookmark_seconds=bookmark,
                supplemental_type=row["Supplemental Video Type"] or None,
                is_autoplayed="autoplayed" in row["Attributes"].lower(),
            )


def read_traces(path: Path, unreadable: list[UnreadableRow]) -> Iterator[Trace]:
    """Rows and entries that cannot be read are added to `unreadable`. Raises `ExportError`."""
    for row, profile, started_at in _timed_rows(path, TRACE_COLUMNS, "Playback Start Utc Ts", unreadable):
        found = _json_list(row["Playtraces"])
        if found is None:
            unreadable.append(UnreadableRow(path.name, row.number, "Playtraces is not a JSON list."))
        elif not row["Title Description"]:
            unreadable.append(UnreadableRow(path.name, row.number, "Title Description is empty."))
        else:
            entries = [_entry(place, entry) for place, entry in enumerate(found)]
            unreadable += (
                UnreadableRow(path.name, row.number, f"Entry {place} of Playtraces has an unknown type or no offsets.")
                for place, entry in enumerate(entries, start=1)
                if entry is None
            )
            yield Trace(
                profile=profile,
                started_at=started_at,
                title=row["Title Description"],
                device=row["Device"],
                country=_country(row["Country"]),
                entries=tuple(entry for entry in entries if entry),
            )


def _timed_rows(
    path: Path, columns: Sequence[str], time_column: str, unreadable: list[UnreadableRow]
) -> Iterator[tuple[Row, str, datetime]]:
    rows = list(read_rows(path, columns))
    order = date_order(path.name, ((row.number, row[time_column]) for row in rows))
    for row in rows:
        started_at = read_time(row[time_column], order)
        if started_at is None:
            unreadable.append(UnreadableRow(path.name, row.number, f"{time_column} is not a time."))
        elif not row["Profile Name"]:
            unreadable.append(UnreadableRow(path.name, row.number, "Profile Name is empty."))
        else:
            yield row, row["Profile Name"], started_at


def _json_list(text: str) -> list[Any] | None:
    try:
        found = json.loads(text) if text else []
    except ValueError:
        return None
    return found if isinstance(found, list) else None


def _entry(place: int, found: Any) -> TraceEntry | None:
    if not isinstance(found, dict):
        return None
    event_type = EVENT_TYPE_OF_ENTRY.get(str(found.get("eventType")))
    session_offset_ms, media_offset_ms = found.get("sessionOffsetMs"), found.get("mediaOffsetMs")
    if event_type is None or not (_is_offset(session_offset_ms) and _is_offset(media_offset_ms)):
        return None
    return TraceEntry(place, event_type, session_offset_ms, media_offset_ms)


def _is_offset(value: Any) -> TypeGuard[int]:
    """A whole number of at most a year: the sum of a start and more than that may be no date."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _YEAR_MS


def _country(text: str) -> str | None:
    found = _COUNTRY.match(text)
    return found[1] if found else None
