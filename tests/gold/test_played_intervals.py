"""How long each of these sessions played, and how much of the title that was."""

from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from jobs.gold.played_intervals import order_events, played_intervals, watched_time
from tests.gold.playback import Moment, make_playback

Times = dict[str, tuple[float, float]]

# Name: the session, watched seconds, unique watched seconds.
SESSIONS: dict[str, tuple[list[Moment], float, float]] = {
    "played through": (
        [(0, "play_requested", 0), (2, "playing", 0), (62, "heartbeat", 60), (92, "stopped", 90)],
        90,
        90,
    ),
    "a pause plays nothing": (
        [(0, "playing", 0), (10, "paused", 10), (500, "playing", 10), (515, "stopped", 25)],
        25,
        25,
    ),
    "a seek says where it came from": (
        [(0, "playing", 0), (30, "seeked", 600, {"from_position_ms": 30_000}), (50, "stopped", 620)],
        50,
        50,
    ),
    "a seek does not say where it came from": (
        [(0, "playing", 0), (20, "heartbeat", 20), (30, "seeked", 600), (50, "stopped", 620)],
        40,
        40,
    ),
    "a seek while paused": (
        [(0, "playing", 0), (10, "paused", 10), (12, "seeked", 300), (15, "playing", 300), (25, "stopped", 310)],
        20,
        20,
    ),
    "a stall plays nothing": (
        [(0, "playing", 0), (10, "buffering_started", 10), (40, "buffering_ended", 10), (50, "stopped", 20)],
        20,
        20,
    ),
    "a stall that only `playing` ends": (
        [(0, "playing", 0), (10, "buffering_started", 10), (40, "playing", 10), (50, "stopped", 20)],
        20,
        20,
    ),
    "a change of quality breaks nothing off": (
        [(0, "playing", 0), (10, "quality_changed", 10), (20, "stopped", 20)],
        20,
        20,
    ),
    "no end: it counts as far as it is known": ([(0, "playing", 0), (60, "heartbeat", 60)], 60, 60),
    "nothing but a request": ([(0, "play_requested", 0)], 0, 0),
    "nothing after it ended": ([(0, "playing", 0), (10, "stopped", 10), (99, "heartbeat", 90)], 10, 10),
    "a fatal failure ends it": (
        [(0, "playing", 0), (10, "failed", 10, {"is_fatal": True}), (20, "heartbeat", 20)],
        10,
        10,
    ),
    "a failure that it survives": ([(0, "playing", 0), (10, "failed", 10), (20, "stopped", 20)], 20, 20),
    "the media clock jumps back unsaid": (
        [(0, "playing", 100), (10, "heartbeat", 40), (20, "stopped", 50)],
        10,
        10,
    ),
    "the media clock leaps: double speed at most": ([(0, "playing", 0), (10, "stopped", 500)], 20, 20),
    "double speed": ([(0, "playing", 0), (10, "stopped", 20)], 20, 20),
    "the device's clock stands still": ([(0, "playing", 0), (0, "stopped", 30)], 0, 0),
    "stopped at the moment it played": (
        [(0, "playing", 0), (5, "playing", 5), (5, "stopped", 5), (15, "heartbeat", 15)],
        5,
        5,
    ),
    "the same with its lines the other way round": (
        [(0, "playing", 0), (5, "stopped", 5), (5, "playing", 5), (15, "heartbeat", 15)],
        5,
        5,
    ),
    "the same part twice": (
        [(0, "playing", 0), (60, "seeked", 0, {"from_position_ms": 60_000}), (120, "stopped", 60)],
        120,
        60,
    ),
    "half of a part again": (
        [(0, "playing", 0), (60, "seeked", 30, {"from_position_ms": 60_000}), (120, "stopped", 90)],
        120,
        90,
    ),
}


def watched(spark: SparkSession, sessions: dict[str, list[Moment]]) -> Times:
    times = make_playback(spark, sessions).transform(order_events).transform(played_intervals).transform(watched_time)
    found = {row.session_id: (row.watched_seconds, row.unique_watched_seconds) for row in times.collect()}
    return {name: found.get(name, (0.0, 0.0)) for name in sessions}


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> Times:
    return watched(spark, {name: moments for name, (moments, _, _) in SESSIONS.items()})


@pytest.mark.parametrize("name", SESSIONS)
def test_watched_seconds(found: Times, name: str) -> None:
    assert found[name][0] == SESSIONS[name][1]


@pytest.mark.parametrize("name", SESSIONS)
def test_unique_watched_seconds(found: Times, name: str) -> None:
    assert found[name][1] == SESSIONS[name][2]


def test_how_far_each_seek_went(spark: SparkSession) -> None:
    moments: list[Moment] = [
        (0, "playing", 0),
        (10, "seeked", 100),
        (20, "seeked", 40, {"from_position_ms": 110_000}),
        (30, "stopped", 50),
    ]
    ordered = make_playback(spark, {"session": moments}).transform(order_events)
    jumps = [row.jump_ms for row in ordered.orderBy("event_order").collect()]
    assert jumps == [None, 100_000, -70_000, None]


Stretches = list[tuple[int, int]]
STRETCH = st.tuples(st.integers(0, 120), st.integers(1, 60)).map(lambda drawn: (drawn[0], drawn[0] + drawn[1]))


@given(st.lists(st.lists(STRETCH, min_size=1, max_size=8), min_size=60, max_size=60))
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_unique_seconds_are_the_seconds_covered(spark: SparkSession, sessions: list[Stretches]) -> None:
    """Each session plays its stretches one after the other; a second covered twice counts once, and only once."""
    found = watched(spark, {str(number): play(stretches) for number, stretches in enumerate(sessions)})
    expected = {}
    for number, stretches in enumerate(sessions):
        times_covered: defaultdict[int, int] = defaultdict(int)
        for start, end in stretches:
            for second in range(start, end):
                times_covered[second] += 1
        expected[str(number)] = (sum(times_covered.values()), len(times_covered))
    assert found == expected


def play(stretches: Stretches) -> list[Moment]:
    moments: list[Moment] = []
    second = 0
    for start, end in stretches:
        moments += [(second, "playing", start), (second + end - start, "paused", end)]
        second += end - start + 5
    return moments
