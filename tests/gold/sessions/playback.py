"""Events of plays for the kernels of sessions: `(second, event_type, position in seconds, other fields)`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import polars as pl

from jobs.gold.sessions.event_order import ordered_events
from jobs.gold.sessions.media_clock import media_progress
from jobs.gold.sessions.play_facts import play_facts
from jobs.gold.sessions.play_ranges import play_ranges
from tests.factories import NOON

Moment = tuple[float, str, float] | tuple[float, str, float, dict[str, Any]]
EVENT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "session_id": pl.String,
    "profile_key": pl.String,
    "title_id": pl.String,
    "device_key": pl.String,
    "event_id": pl.String,
    "event_type": pl.String,
    "event_time": pl.Datetime("us", "UTC"),
    "received_time": pl.Datetime("us", "UTC"),
    "position_ms": pl.Int64,
    "from_position_ms": pl.Int64,
    "session_offset_ms": pl.Int64,
    "playback_rate": pl.Float64,
    "is_autoplay": pl.Boolean,
    "play_source": pl.String,
    "stop_reason": pl.String,
    "is_fatal": pl.Boolean,
    "account_key": pl.String,
    "utc_offset_minutes": pl.Int32,
    "device_type": pl.String,
    "os": pl.String,
    "app_version": pl.String,
    "country": pl.String,
    "region": pl.String,
    "title_kind": pl.String,
    "runtime_seconds": pl.Float64,
}
# What each of several plays has of its own.
OWN = ("session_id", "profile_key", "device_key")
_USUAL = {"session_id": "s", "profile_key": "p", "title_id": "t", "device_key": "d", "runtime_seconds": 5400.0}


def make_events(moments: Iterable[Moment], **shared: Any) -> pl.DataFrame:
    """Events with `silver.playback_events`' columns that sessions read, and those of their title.

    Seconds count from noon by both clocks; the collector takes each event at once.
    """
    rows = []
    for number, (second, event_type, position, *others) in enumerate(moments):
        row = {
            "event_id": f"event-{number:06d}",
            "event_type": event_type,
            "event_time": NOON + timedelta(seconds=second),
            "received_time": NOON + timedelta(seconds=second),
            "session_offset_ms": round(1000 * second),
            "position_ms": round(1000 * position),
            **shared,
            **(others[0] if others else {}),
        }
        rows.append({name: row.get(name, _USUAL.get(name)) for name in EVENT_SCHEMA})
    return pl.DataFrame(rows, EVENT_SCHEMA)


def heartbeats(first: int, last: int, position: float, rate: float = 1.0, every: int = 60) -> list[Moment]:
    """From one second to another, both included, of a clock that is at that position first."""
    return [(second, "heartbeat", position + rate * (second - first)) for second in range(first, last + 1, every)]


def progress_of(moments: Sequence[Moment], **shared: Any) -> pl.DataFrame:
    return media_progress(ordered_events(make_events(moments, **shared)))


def sessions_of(moments: Sequence[Moment], **shared: Any) -> list[dict[str, Any]]:
    return play_facts(progress_of(moments, **shared)).to_dicts()


def session_of(moments: Sequence[Moment], **shared: Any) -> Mapping[str, Any]:
    """The only one."""
    (session,) = sessions_of(moments, **shared)
    return session


def sessions_side_by_side(plays: Sequence[Sequence[Moment]]) -> list[Mapping[str, Any]]:
    """The session of each, all in one run of the kernels: their ids, viewers and devices are their own."""
    moments: list[Moment] = [
        (second, event_type, position, {**dict.fromkeys(OWN, f"play {number}"), **(others[0] if others else {})})
        for number, play in enumerate(plays)
        for second, event_type, position, *others in play
    ]
    found = {session["session_id"]: session for session in sessions_of(moments)}
    return [found[f"play {number}"] for number in range(len(plays))]


def ranges_of(moments: Sequence[Moment], **shared: Any) -> list[tuple[str, float | None, float | None, float]]:
    """What happened, from and to which second of media, for how many seconds of wall clock; but where it was left."""
    found = play_ranges(progress_of(moments, **shared)).filter(pl.col("what") != "left")
    seconds = found.select("what", pl.col("from_ms") / 1000, pl.col("to_ms") / 1000, "seconds")
    return seconds.rows()
