from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from jobs.contracts.silver import REPORTED_VIEWINGS, TITLES
from jobs.gold.sessions.plays import play_rows, traced_plays
from jobs.gold.sessions.viewing_sessions import viewing_sessions
from tests.factories import NOON, make_rows
from tests.gold.playback import Moment, make_playback

RUNTIME_SECONDS = 1000.0

TRACED: dict[str, list[Moment]] = {
    "a whole play": [
        (0, "play_requested", 0, {"is_autoplay": True, "play_source": "search", "device_type": None}),
        (1.5, "playing", 0, {"device_type": "tv"}),
        (101.5, "paused", 100),
        (141.5, "playing", 100),
        (201.5, "buffering_started", 160),
        (211.5, "buffering_ended", 160),
        (241.5, "seeked", 500, {"from_position_ms": 190_000}),
        (261.5, "seeked", 510, {"from_position_ms": 520_000}),
        (271.5, "stopped", 520, {"stop_reason": "exited"}),
    ],
    "waits": [
        (0, "play_requested", 0),
        (1, "buffering_started", 0),
        (3, "buffering_ended", 0),
        (3, "playing", 0),
        (13, "buffering_started", 10),
        (15, "quality_changed", 10),
        (20, "buffering_ended", 10),
        (30, "paused", 20),
        (31, "seeked", 500, {"from_position_ms": 20_000}),
        (32, "playing", 500),
        (32.5, "buffering_started", 500),
        (36.5, "buffering_ended", 500),
        (40, "paused", 503),
        (50, "heartbeat", 503),
        (60, "stopped", 503),
    ],
    "sleeps": [
        (0, "playing", 0),
        (10, "buffering_started", 10),
        (36_010, "buffering_ended", 10),
        (36_020, "stopped", 20),
    ],
    "seeks while it waits": [
        (0, "playing", 0),
        (10, "buffering_started", 10),
        (14, "seeked", 500, {"from_position_ms": 10_000}),
        (20, "buffering_ended", 500),
        (30, "stopped", 510),
    ],
    "seeks and waits at one moment": [
        (0, "playing", 0),
        (10, "buffering_started", 500),
        (10, "seeked", 500, {"from_position_ms": 10_000}),
        (15, "buffering_ended", 500),
        (20, "stopped", 505),
    ],
    "ended by an error": [(0, "play_requested", 0), (5, "stopped", 0, {"stop_reason": "error"})],
    "only its end": [(0, "stopped", 0)],
    "nine tenths": [(0, "playing", 0), (900, "stopped", 900)],
    "a second less": [(0, "playing", 0), (899, "stopped", 899)],
    "two minutes": [(0, "playing", 0), (120, "stopped", 120)],
    "a sample": [(0, "playing", 0), (119, "stopped", 119)],
    "never played": [(0, "play_requested", 0), (9, "failed", 0, {"is_fatal": True})],
    "past midnight": [(43_190, "playing", 0), (43_250, "stopped", 60)],
    "beyond the runtime": [(0, "playing", 950), (100, "stopped", 1050)],
    "far more than the runtime": [(0, "playing", 0), (2001, "stopped", 2001)],
    "summer time begins": [
        (0, "playing", 0, {"utc_offset_minutes": 60}),
        (100, "heartbeat", 100, {"utc_offset_minutes": 120}),
        (200, "stopped", 200, {"utc_offset_minutes": 120}),
    ],
    "a clock that runs backwards": [(10, "play_requested", 0), (5, "playing", 0), (15, "stopped", 10)],
}
FACTS = [
    ("a whole play", "started_at", NOON),
    ("a whole play", "ended_at", datetime(2026, 6, 1, 12, 4, 31, 500_000, tzinfo=UTC)),
    ("a whole play", "startup_seconds", 1.5),
    ("a whole play", "paused_seconds", 40.0),
    ("a whole play", "buffering_seconds", 10.0),
    ("a whole play", "seek_forward_count", 1),
    ("a whole play", "seek_back_count", 1),
    ("a whole play", "watched_seconds", 220.0),
    ("a whole play", "unique_watched_seconds", 210.0),
    ("a whole play", "completion_ratio", 0.21),
    ("a whole play", "is_autoplay", True),
    ("a whole play", "play_source", "search"),
    ("a whole play", "device_type", "tv"),
    ("a whole play", "stop_reason", "exited"),
    ("a whole play", "event_count", 9),
    ("a whole play", "session_source", "events"),
    ("waits", "buffering_seconds", 13.0),
    ("waits", "stalled_seconds", 7.0),
    ("waits", "seek_stalled_seconds", 4.0),
    ("waits", "stall_count", 1),
    ("waits", "watched_before_stall_seconds", 10.0),
    ("a whole play", "watched_before_stall_seconds", 160.0),
    ("seeks and waits at one moment", "watched_before_stall_seconds", None),
    ("waits", "paused_seconds", 22.0),
    ("waits", "is_requested", True),
    ("waits", "is_started", True),
    ("waits", "is_failed", False),
    ("sleeps", "stalled_seconds", 300.0),
    ("sleeps", "buffering_seconds", 300.0),
    ("seeks while it waits", "stalled_seconds", 4.0),
    ("seeks while it waits", "seek_stalled_seconds", 6.0),
    ("seeks and waits at one moment", "stalled_seconds", 0.0),
    ("seeks and waits at one moment", "seek_stalled_seconds", 5.0),
    ("seeks and waits at one moment", "stall_count", 0),
    ("ended by an error", "is_failed", True),
    ("only its end", "is_requested", False),
    ("only its end", "is_failed", False),
    ("never played", "is_started", False),
    ("never played", "is_failed", True),
    ("nine tenths", "is_completed", True),
    ("nine tenths", "startup_seconds", None),
    ("a second less", "is_completed", False),
    ("two minutes", "is_sampled", False),
    ("a sample", "is_sampled", True),
    ("never played", "watched_seconds", 0.0),
    ("never played", "startup_seconds", None),
    ("past midnight", "session_date", date(2026, 6, 1)),
    ("past midnight", "watched_seconds", 60.0),
    ("beyond the runtime", "completion_ratio", 0.1),
    ("far more than the runtime", "watched_seconds", 2001.0),
    ("far more than the runtime", "completion_ratio", None),
    ("far more than the runtime", "is_completed", None),
    ("summer time begins", "watched_seconds", 200.0),
    ("summer time begins", "utc_offset_minutes", 60),
    ("a clock that runs backwards", "startup_seconds", None),
    ("reported only", "session_source", "reported"),
    ("reported only", "watched_seconds", 950.0),
    ("reported only", "is_completed", True),
    ("reported only", "ended_at", datetime(2026, 6, 1, 12, 15, 50, tzinfo=UTC)),
    ("reported only", "event_count", 0),
    ("of an unknown title", "completion_ratio", None),
    ("of an unknown title", "is_completed", None),
]

DAY_SECONDS = 24 * 3600


def traced(events: DataFrame, titles: DataFrame) -> DataFrame:
    return traced_plays(play_rows(events, titles))


@pytest.fixture(scope="module")
def sessions(spark: SparkSession) -> dict[str, Row]:
    reported: list[dict[str, Any]] = [
        {"viewing_id": "reported only", "reported_seconds": 950.0, "title_id": "title"},
        {"viewing_id": "reported, with a trace", "session_id": "a sample", "title_id": "title"},
        {"viewing_id": "reported, its trace is lost", "session_id": "nobody has it", "title_id": "title"},
        {"viewing_id": "of an unknown title", "title_id": "unknown"},
        {"viewing_id": "a sample", "title_id": "title"},
    ]
    titles = make_rows(spark, TITLES, [{"title_id": "title", "runtime_seconds": RUNTIME_SECONDS}])
    found = viewing_sessions(
        plays=traced(make_playback(spark, TRACED, title_id="title"), titles),
        reported=make_rows(spark, REPORTED_VIEWINGS, [{"started_at": NOON, **row} for row in reported]),
        titles=titles,
    )
    rows = found.collect()
    assert len({row.session_id for row in rows}) == len(rows), "one row a session"
    return {row.session_id: row for row in rows}


@pytest.mark.parametrize(("session", "name", "expected"), FACTS, ids=lambda value: str(value))
def test_fact(sessions: dict[str, Row], session: str, name: str, expected: object) -> None:
    found = sessions[session][name]
    assert (found.astimezone(UTC) if isinstance(found, datetime) else found) == expected


def test_a_viewing_becomes_a_session_only_where_no_trace_arrived(sessions: dict[str, Row]) -> None:
    assert sessions.keys() - TRACED.keys() == {"reported only", "reported, its trace is lost", "of an unknown title"}


def test_what_goes_on_after_more_than_a_day_of_silence_is_another_session(spark: SparkSession) -> None:
    moments: list[Moment] = [
        (0, "playing", 0),
        (10, "paused", 10),
        (10 + DAY_SECONDS, "playing", 10),
        (20 + DAY_SECONDS, "paused", 20),
        (20.001 + 2 * DAY_SECONDS, "playing", 20),
        (50.001 + 2 * DAY_SECONDS, "stopped", 50),
    ]
    found = viewing_sessions(
        plays=traced(make_playback(spark, {"a weekend's film": moments}), make_rows(spark, TITLES, [])),
        reported=make_rows(spark, REPORTED_VIEWINGS, []),
        titles=make_rows(spark, TITLES, []),
    )
    shown = found.orderBy("session_date").select("session_date", "event_count", "watched_seconds", "paused_seconds")
    assert [tuple(row) for row in shown.collect()] == [
        (date(2026, 6, 1), 4, 20.0, float(DAY_SECONDS)),
        (date(2026, 6, 3), 2, 30.0, 0.0),
    ]


def test_an_id_that_never_falls_silent_has_a_session_a_date(spark: SparkSession) -> None:
    last_days = {"a week": 7, "a day more": 8}
    moments = {
        name: [(12 * 3600 * half, "heartbeat", 0) for half in range(2 * days + 1)] for name, days in last_days.items()
    }
    found = viewing_sessions(
        plays=traced(make_playback(spark, moments), make_rows(spark, TITLES, [])),
        reported=make_rows(spark, REPORTED_VIEWINGS, []),
        titles=make_rows(spark, TITLES, []),
    )
    sessions = Counter(row.session_id for row in found.collect())
    assert sessions == {"a week": 1, "a day more": 9}


@pytest.mark.parametrize(("days_later", "sources"), [(1, ["events"]), (2, ["events", "reported"])])
def test_a_viewing_is_that_of_a_trace_up_to_a_day_from_it(
    spark: SparkSession, days_later: int, sources: list[str]
) -> None:
    assert sources_of(spark, session_date=date(2026, 6, 1 + days_later)) == sources


def test_a_viewing_of_another_title_under_the_same_id_is_not_that_of_the_trace(spark: SparkSession) -> None:
    assert sources_of(spark, title_id="another") == ["events", "reported"]


def test_a_viewing_that_comes_again_under_another_key_is_that_of_the_trace(spark: SparkSession) -> None:
    assert sources_of(spark, profile_key="the same viewer, by a later key", key_epoch=2) == ["events"]


def test_a_play_that_is_told_to_end_days_later_is_that_of_its_own_days(spark: SparkSession) -> None:
    """By offsets, it lasted for five days; its events are of one."""
    viewing = {"session_id": "traced", "title_id": "title", "viewing_id": "reported", "session_date": date(2026, 6, 4)}
    moments = [(0, "playing", 0, {"session_offset_ms": 0}), (60, "stopped", 60, {"session_offset_ms": 5 * 86_400_000})]
    no_titles = make_rows(spark, TITLES, [])
    found = viewing_sessions(
        traced(make_playback(spark, {"traced": moments}), no_titles),
        make_rows(spark, REPORTED_VIEWINGS, [viewing]),
        no_titles,
    )
    assert sorted(row.session_source for row in found.collect()) == ["events", "reported"]


def sources_of(spark: SparkSession, **of_viewing: Any) -> list[str]:
    """Of the plays that a trace and a reported viewing of its session id are."""
    trace = traced(make_playback(spark, {"traced": [(0, "playing", 0)]}), make_rows(spark, TITLES, []))
    (play,) = trace.collect()
    same = {name: play[name] for name in ("profile_key", "title_id", "session_date")}
    viewing = same | {"viewing_id": "reported", "session_id": "traced"} | of_viewing
    reported = make_rows(spark, REPORTED_VIEWINGS, [viewing])
    found = viewing_sessions(trace, reported, make_rows(spark, TITLES, []))
    return sorted(row.session_source for row in found.collect())
