from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.gold import (
    LONGEST_UNSTATED_SECONDS,
    MOMENT_SECONDS,
    TITLE_MOMENTS,
    TITLE_PROGRESS,
    VIEWING_SESSIONS,
)
from jobs.contracts.raw_record import LONGEST_MEDIA_SECONDS
from jobs.contracts.silver import REPORTED_VIEWINGS, TITLES
from jobs.gold.sessions.plays import play_rows, ranges_of, traced_plays
from jobs.gold.sessions.viewing_sessions import viewing_sessions
from jobs.gold.titles.completion import MOST_OF_IT_RATIO
from jobs.gold.titles.title_moments import exits_of, other_exits, title_moments, with_other_exits
from jobs.gold.titles.title_progress import title_progress
from tests.factories import NOON, make_rows
from tests.gold.playback import Moment, make_playback

RUNTIME_SECONDS = 100.0
MEASURES = ("plays_covering", "rewatches", "skips_over", "exits", "pauses", "stalls")
ENDS = ("from_moment", "to_moment")
ANN = {"profile_key": "ann"}
# What is not 0: the second at which the moment begins, the measure, its number.
Curve = dict[tuple[int, str], int]

# Name: the sessions, and every number of their title that is not 0.
WORKED: dict[str, tuple[list[list[Moment]], Curve]] = {
    "a play covers what it played, and ends where it is left": (
        [[(0, "playing", 0), (25, "stopped", 25)]],
        {(0, "plays_covering"): 1, (10, "plays_covering"): 1, (20, "plays_covering"): 1, (20, "exits"): 1},
    ),
    "a stretch that ends with a moment has nothing of the next": (
        [[(0, "playing", 0), (10, "paused", 10), (20, "stopped", 10)]],
        {(0, "plays_covering"): 1, (10, "pauses"): 1, (10, "exits"): 1},
    ),
    "two plays": (
        [[(0, "playing", 0), (5, "stopped", 5)], [(0, "playing", 0), (15, "stopped", 15)]],
        {(0, "plays_covering"): 2, (0, "exits"): 1, (10, "plays_covering"): 1, (10, "exits"): 1},
    ),
    "who goes back sees it again": (
        [[(0, "playing", 0), (20, "seeked", 5, {"from_position_ms": 20_000}), (30, "stopped", 15)]],
        {
            (0, "plays_covering"): 1,
            (10, "plays_covering"): 1,
            (0, "rewatches"): 1,
            (10, "rewatches"): 1,
            (10, "exits"): 1,
        },
    ),
    "a heartbeat and a pause are no second pass": (
        [
            [
                (0, "playing", 0),
                (12, "heartbeat", 12),
                (15, "paused", 15),
                (99, "playing", 15),
                (104, "seeked", 0, {"from_position_ms": 20_000}),
                (106, "heartbeat", 2),
                (108, "stopped", 4),
            ]
        ],
        {
            (0, "plays_covering"): 1,
            (10, "plays_covering"): 1,
            (10, "pauses"): 1,
            (0, "rewatches"): 1,
            (0, "exits"): 1,
        },
    ),
    "a seek forward skips the moments that it went over whole": (
        [[(0, "playing", 0), (5, "seeked", 37, {"from_position_ms": 5_000}), (8, "stopped", 40)]],
        {
            (0, "plays_covering"): 1,
            (10, "skips_over"): 1,
            (20, "skips_over"): 1,
            (30, "plays_covering"): 1,
            (40, "exits"): 1,
        },
    ),
    "waiting after the start and after a seek is no stall": (
        [
            [
                (0, "play_requested", 0),
                (1, "buffering_started", 0),
                (2, "buffering_ended", 0),
                (2, "playing", 0),
                (5, "buffering_started", 3),
                (8, "buffering_ended", 3),
                (8.5, "paused", 4),
                (9, "seeked", 50, {"from_position_ms": 4_000}),
                (9.4, "playing", 50),
                (9.5, "buffering_started", 50),
                (9.7, "quality_changed", 50),
                (11, "buffering_ended", 50),
                (12, "stopped", 51),
            ]
        ],
        {
            (0, "plays_covering"): 1,
            (0, "stalls"): 1,
            (10, "skips_over"): 1,
            (20, "skips_over"): 1,
            (30, "skips_over"): 1,
            (40, "skips_over"): 1,
            (50, "plays_covering"): 1,
            (50, "exits"): 1,
        },
    ),
    "who goes on where another session ended and comes to the end did not leave": (
        [[(0, "playing", 85), (10, "stopped", 95)]],
        {(80, "plays_covering"): 1, (90, "plays_covering"): 1},
    ),
    "whose player says that the title ended did not leave": (
        [[(0, "playing", 0), (9, "stopped", 9, {"stop_reason": "ended"})]],
        {(0, "plays_covering"): 1},
    ),
    "who saw no picture did not leave": ([[(0, "play_requested", 30), (5, "stopped", 30)]], {}),
    "what lies beyond twice the runtime is no part of the title": (
        [[(0, "playing", 175), (5, "seeked", 9000, {"from_position_ms": 180_000}), (9, "stopped", 9004)]],
        {(170, "plays_covering"): 1, (180, "skips_over"): 1, (190, "skips_over"): 1, (200, "skips_over"): 1},
    ),
    "who goes on later did not leave where it stopped first": (
        [
            [(0, "playing", 0, ANN), (15, "stopped", 15, ANN)],
            [(100, "playing", 15, ANN), (110, "stopped", 25, ANN)],
        ],
        {(0, "plays_covering"): 1, (10, "plays_covering"): 2, (20, "plays_covering"): 1, (20, "exits"): 1},
    ),
    "who saw it in two sittings did not leave it at the end of the first, nor of the second": (
        [
            [(0, "playing", 0, ANN), (50, "stopped", 50, ANN)],
            [(100, "playing", 50, ANN), (142, "stopped", 92, ANN)],
        ],
        {(second, "plays_covering"): 1 for second in range(0, 100, 10)},
    ),
    "who completed the title did not leave it": (
        [[(0, "playing", 0), (95, "stopped", 95)]],
        {(second, "plays_covering"): 1 for second in range(0, 100, 10)},
    ),
}


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[str, Curve]:
    return curves_of(spark, {name: sessions for name, (sessions, _) in WORKED.items()})


@pytest.mark.parametrize("name", WORKED)
def test_worked_example(found: dict[str, Curve], name: str) -> None:
    assert found[name] == WORKED[name][1]


Stretch = tuple[int, int]
STRETCH = st.tuples(st.integers(0, 90), st.integers(1, 60)).map(lambda drawn: (drawn[0], drawn[0] + drawn[1]))
SESSIONS = st.lists(st.lists(STRETCH, min_size=1, max_size=6), min_size=1, max_size=4)


@given(st.lists(SESSIONS, min_size=30, max_size=30))
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_sweep_finds_what_looking_at_every_second_finds(
    spark: SparkSession, titles: list[list[list[Stretch]]]
) -> None:
    """Each session plays its stretches one after the other and seeks from the end of one to the start of the next."""
    played = {str(number): [play(stretches) for stretches in sessions] for number, sessions in enumerate(titles)}
    looked = {str(number): second_by_second(sessions) for number, sessions in enumerate(titles)}
    assert curves_of(spark, played) == looked


def test_a_position_that_is_a_date_makes_no_curve_of_years(spark: SparkSession) -> None:
    """Nobody knows how long a live title is; its player goes from tune-in to the clock on the wall."""
    moments: list[Moment] = [(0, "playing", -30), (30, "seeked", 1_780_315_200), (90, "stopped", 1_780_315_260)]
    events = make_playback(spark, {"a match": [_of_title("live", moment) for moment in moments]})
    moments_found = moments_of(events, make_rows(spark, TITLES, []))
    last = LONGEST_MEDIA_SECONDS
    assert moments_found.count() == moments_found.where(F.col("moment_start_seconds").between(0, last)).count()


def test_one_seek_to_the_end_of_a_week_without_a_runtime_makes_no_curve_of_a_week(spark: SparkSession) -> None:
    """That of its neighbour, whose runtime is stated, stays whole."""
    last = LONGEST_MEDIA_SECONDS - 10
    seek: list[Moment] = [
        (0, "playing", 0),
        (30, "seeked", last, {"from_position_ms": 30_000}),
        (35, "stopped", last + 5),
    ]
    events = make_playback(
        spark, {title: [_of_title(title, moment) for moment in seek] for title in ("unstated", "stated")}
    )
    titles = make_rows(spark, TITLES, [{"title_id": "stated", "runtime_seconds": float(LONGEST_MEDIA_SECONDS)}])
    counted = moments_of(events, titles).groupBy("title_id").agg(F.max("moment_start_seconds").alias("last")).collect()
    assert {row.title_id: row.last for row in counted} == {"unstated": LONGEST_UNSTATED_SECONDS, "stated": last}


def moments_of(events: DataFrame, titles: DataFrame) -> DataFrame:
    rows = play_rows(events, titles).localCheckpoint()
    none = make_rows(events.sparkSession, REPORTED_VIEWINGS, [])
    sessions = viewing_sessions(traced_plays(rows), none, titles).localCheckpoint()
    ranges, earlier = ranges_of(rows), make_rows(events.sparkSession, TITLE_PROGRESS, [])
    progress = title_progress(sessions, ranges, titles, earlier, [NOON.date()])
    return title_moments(ranges, sessions, exits_of(ranges, sessions, progress, titles)).localCheckpoint()


def curves_of(spark: SparkSession, titles: Mapping[str, Sequence[Sequence[Moment]]]) -> dict[str, Curve]:
    """What the sweep finds of each title's sessions."""
    events = make_playback(
        spark,
        {
            f"{title}, {number}": [_of_title(title, moment, f"viewer {number}") for moment in moments]
            for title, sessions in titles.items()
            for number, moments in enumerate(sessions)
        },
    )
    described = [{"title_id": title, "runtime_seconds": RUNTIME_SECONDS} for title in titles]
    curves: dict[str, Curve] = {title: {} for title in titles}
    for row in moments_of(events, make_rows(spark, TITLES, described)).collect():
        numbers = {(row.moment_start_seconds, measure): row[measure] for measure in MEASURES}
        curves[row.title_id] |= {place: number for place, number in numbers.items() if number}
    return curves


def play(stretches: Sequence[Stretch]) -> list[Moment]:
    (start, end), *others = stretches
    moments: list[Moment] = [(0, "playing", start)]
    second = end - start
    for next_start, next_end in others:
        moments.append((second, "seeked", next_start, {"from_position_ms": 1000 * end}))
        second, end = second + next_end - next_start, next_end
    return [*moments, (second, "stopped", end)]


def second_by_second(sessions: Sequence[Sequence[Stretch]]) -> Curve:
    numbers: Counter[tuple[int, str]] = Counter()

    def count(measure: str, moments: Iterable[int]) -> None:
        numbers.update((MOMENT_SECONDS * moment, measure) for moment in moments)

    for stretches in sessions:
        seen: set[int] = set()
        for start, end in sorted(_joined(stretches)):
            played = set(range(start, end))
            count("rewatches", {second // MOMENT_SECONDS for second in played & seen})
            seen |= played
        count("plays_covering", {second // MOMENT_SECONDS for second in seen})
        for (_, left_at), (position, _) in pairwise(stretches):
            skipped = range(left_at, position)
            whole = Counter(second // MOMENT_SECONDS for second in skipped)
            count("skips_over", (moment for moment, seconds in whole.items() if seconds == MOMENT_SECONDS))
        left_at = stretches[-1][1]
        came_to_the_end = max(seen) + 1 >= 0.9 * RUNTIME_SECONDS and len(seen) >= MOST_OF_IT_RATIO * RUNTIME_SECONDS
        if max(len(seen), left_at) < 0.9 * RUNTIME_SECONDS and not came_to_the_end:
            count("exits", [left_at // MOMENT_SECONDS])
    return dict(numbers)


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches that begin where the one before ended are one pass."""
    passes = [stretches[0]]
    for start, end in stretches[1:]:
        if start == passes[-1][1]:
            passes[-1] = (passes[-1][0], end)
        else:
            passes.append((start, end))
    return passes


def _of_title(title: str, moment: Moment, viewer: str = "x") -> Moment:
    second, event_type, position, *others = moment
    return second, event_type, position, {"profile_key": viewer, **(others[0] if others else {}), "title_id": title}


def test_moments_with_other_exits_than_stored_have_theirs_and_keep_the_rest(spark: SparkSession) -> None:
    """At 0 one went on, at 10 all did, at 20 nobody, at 30 somebody does not any more."""
    title = {"title_id": "a film", "session_date": NOON.date()}
    nothing = title | dict.fromkeys(MEASURES, 0)
    stored = make_rows(
        spark,
        TITLE_MOMENTS,
        [
            nothing | {"moment_start_seconds": 0, "plays_covering": 5, "exits": 2},
            nothing | {"moment_start_seconds": 10, "plays_covering": 0, "exits": 1},
            nothing | {"moment_start_seconds": 20, "plays_covering": 4, "exits": 1},
            nothing | {"moment_start_seconds": 30, "plays_covering": 3, "exits": 0},
        ],
    )
    sessions = make_rows(spark, VIEWING_SESSIONS, [title | ANN | {"runtime_seconds": 100.0}])
    moments = make_rows(spark, TITLE_MOMENTS, [{"moment_start_seconds": second} for second in (0, 20, 30)])
    exits = (
        moments.select("moment_start_seconds")
        .join(sessions, how="cross")
        .select(
            *("session_id", "profile_key", "session_date", "title_id"),
            F.lit("exits").alias("measure"),
            *((F.col("moment_start_seconds") / MOMENT_SECONDS).cast("bigint").alias(name) for name in ENDS),
        )
    )
    found = other_exits(stored.where("exits > 0"), exits, sessions)
    assert {row.moment_start_seconds: row.exits for row in found.collect()} == {0: 1, 10: 0, 30: 1}
    assert {
        row.moment_start_seconds: (row.plays_covering, row.exits) for row in with_other_exits(stored, found).collect()
    } == {0: (5, 1), 30: (3, 1)}
