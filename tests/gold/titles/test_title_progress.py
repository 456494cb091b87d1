from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import Row, SparkSession

from jobs.contracts.gold import PLAY_RANGES, TITLE_PROGRESS, VIEWING_SESSIONS, WITHIN_DAYS
from jobs.contracts.silver import TITLES
from jobs.gold.titles.completion import COMPLETED_FROM_RATIO, MOST_OF_IT_RATIO
from jobs.gold.titles.title_progress import title_progress
from tests.factories import NOON, make_rows

FIRST = NOON.date()
RUNTIME_SECONDS = 100.0
# A day after the first, and from where to where it was played, in seconds.
Play = tuple[int, float, float]
Days = dict[int, dict[str, Any]]

# Name of the title: what its viewer played of it, and what they had seen by the end of these days.
WORKED: dict[str, tuple[list[Play], Days]] = {
    "in one go": ([(0, 0, 100)], {0: {"seen_seconds": 100.0, "completion_ratio": 1.0, "completed": 0}}),
    "on two evenings": (
        [(0, 0, 50), (1, 50, 95)],
        {0: {"completion_ratio": 0.5, "completed": None}, 1: {"completion_ratio": 0.95, "completed": 1, "first": 0}},
    ),
    "in two sittings of one day": ([(0, 0, 50), (0, 50, 95)], {0: {"seen_seconds": 95.0, "completed": 0}}),
    "the same half twice": ([(0, 0, 50), (1, 0, 50)], {1: {"seen_seconds": 50.0, "completed": None}}),
    "recap and credits skipped": ([(0, 20, 90)], {0: {"completion_ratio": 0.7, "completed": 0, "furthest": 90.0}}),
    "only its end": ([(0, 60, 95)], {0: {"completion_ratio": 0.35, "completed": None}}),
    "on the last day that counts": ([(0, 0, 50), (27, 50, 100)], {27: {"completed": 27, "first": 0}}),
    "a day too late": ([(0, 0, 50), (28, 50, 100)], {28: {"seen_seconds": 50.0, "completed": None, "first": 28}}),
    "a scene again": ([(0, 0, 100), (20, 0, 10)], {20: {"completed": 0}}),
    "a scene again, four weeks later": ([(0, 0, 100), (28, 0, 10)], {28: {"seen_seconds": 10.0, "completed": None}}),
    "seen again": ([(0, 0, 100), (28, 0, 100)], {28: {"completed": 28}}),
    # Nine tenths lie in the days up to the 27th, but not in those up to the 28th.
    "completed a while ago": ([(0, 0, 50), (20, 50, 90), (28, 0, 10)], {28: {"seen_seconds": 50.0, "completed": 20}}),
    "far beyond its end": ([(0, 0, 250)], {0: {"completion_ratio": None, "completed": None}}),
}


def of_viewer(title: str, plays: Sequence[Play]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of `gold.viewing_sessions`, and of `gold.play_ranges`."""
    rows = []
    for number, (day, from_seconds, to_seconds) in enumerate(plays):
        started_at = NOON + timedelta(days=day, minutes=number)
        play: dict[str, Any] = {"session_id": f"{title}, {number}", "profile_key": "ann", "title_id": title}
        play["session_date"] = started_at.date()
        span = {"from_ms": round(1000 * from_seconds), "to_ms": round(1000 * to_seconds), "what": "played"}
        rows.append((play | {"started_at": started_at, "ended_at": started_at}, play | span | {"range_number": 1}))
    return [session for session, _ in rows], [span for _, span in rows]


def progress_of(
    spark: SparkSession, titles: Mapping[str, Sequence[Play]], in_runs: Sequence[Sequence[int]]
) -> dict[tuple[str, int], Row]:
    """What is found of each title by the end of each day, where the days come to the lake in these runs."""
    found = [of_viewer(title, plays) for title, plays in titles.items()]
    sessions = make_rows(spark, VIEWING_SESSIONS, [session for part, _ in found for session in part])
    ranges = make_rows(spark, PLAY_RANGES, [span for _, part in found for span in part])
    described = [{"title_id": title, "runtime_seconds": RUNTIME_SECONDS} for title in titles]
    stored = make_rows(spark, TITLE_PROGRESS, [])
    for run in in_runs:
        dates = [FIRST + timedelta(days=day) for day in run]
        rows = title_progress(sessions, ranges, make_rows(spark, TITLES, described), stored, dates)
        stored = stored.unionByName(rows).localCheckpoint()
    return {(row.title_id, (row.session_date - FIRST).days): row for row in stored.collect()}


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[tuple[str, int], Row]:
    return progress_of(spark, {name: plays for name, (plays, _) in WORKED.items()}, [range(60)])


@pytest.mark.parametrize("name", WORKED)
def test_worked_example(found: dict[tuple[str, int], Row], name: str) -> None:
    for day, expected in WORKED[name][1].items():
        row = found[name, day]
        in_days = {"completed": row.completed_date, "first": row.first_date}
        facts = row.asDict() | {key: value and (value - FIRST).days for key, value in in_days.items()}
        facts["furthest"] = row.furthest_seconds
        assert {key: facts[key] for key in expected} == expected


STRETCH = st.tuples(st.integers(0, 9), st.integers(1, 10)).map(lambda drawn: (10 * drawn[0], 10 * sum(drawn)))
PLAYS = st.lists(st.tuples(st.integers(0, 70), STRETCH).map(lambda drawn: (drawn[0], *drawn[1])), min_size=1)


@given(st.lists(PLAYS, min_size=40, max_size=40))
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_is_what_looking_at_every_second_finds_day_after_day_or_at_once(
    spark: SparkSession, drawn: list[list[Play]]
) -> None:
    titles = {str(number): plays for number, plays in enumerate(drawn)}
    at_once = progress_of(spark, titles, [range(72)])
    in_two_runs = progress_of(spark, titles, [range(30), range(30, 72)])
    assert in_two_runs == at_once
    expected = {(title, day): row for title, plays in titles.items() for day, row in second_by_second(plays).items()}
    assert {key: (row.seen_seconds, row.completed_date) for key, row in at_once.items()} == expected


def second_by_second(plays: Sequence[Play]) -> dict[int, tuple[float, date | None]]:
    seen: dict[int, float] = {}
    completed: list[int] = []
    found = {}
    for day in sorted({day for day, _, _ in plays}):
        spans = [span for played_on, *span in plays if day - WITHIN_DAYS < played_on <= day]
        seconds = {second for start, end in spans for second in range(int(start), int(end))}
        seen[day] = len(seconds) / RUNTIME_SECONDS
        has_come_to_the_end = max(seconds) + 1 >= COMPLETED_FROM_RATIO * RUNTIME_SECONDS
        if seen[day] <= 2 and (
            seen[day] >= COMPLETED_FROM_RATIO or (has_come_to_the_end and seen[day] >= MOST_OF_IT_RATIO)
        ):
            completed.append(day)
        within = [done for done in completed if done > day - WITHIN_DAYS]
        found[day] = (float(len(seconds)), FIRST + timedelta(days=min(within)) if within else None)
    return found


def test_what_played_while_somebody_browsed_was_not_seen(spark: SparkSession) -> None:
    sessions, ranges = of_viewer("film", [(0, 0, 50), (0, 50, 100)])
    sessions[1]["is_preview"] = True
    (row,) = found_of(spark, sessions, ranges)
    assert (row.seen_seconds, row.completed_date) == (50.0, None)


def test_reported_viewings_have_no_place_and_are_taken_as_not_seen_before(spark: SparkSession) -> None:
    sessions, ranges = of_viewer("film", [(0, 0, 50), (1, 0, 0)])
    sessions[1] |= {"session_source": "reported", "unique_watched_seconds": 45.0}
    (_, row) = found_of(spark, sessions, ranges)
    assert (row.seen_seconds, row.completed_date) == (95.0, FIRST + timedelta(days=1))


def test_who_is_said_to_have_seen_it_three_times_has_seen_it(spark: SparkSession) -> None:
    sessions, ranges = of_viewer("film", [(0, 0, 0)] * 3)
    for session in sessions:
        session |= {"session_source": "reported", "unique_watched_seconds": RUNTIME_SECONDS, "completion_ratio": 1.0}
    (row,) = found_of(spark, sessions, ranges)
    assert (row.seen_seconds, row.completion_ratio, row.completed_date) == (RUNTIME_SECONDS, 1.0, FIRST)


def test_of_a_title_of_unknown_length_all_that_is_reported_counts(spark: SparkSession) -> None:
    sessions, ranges = of_viewer("film", [(0, 0, 0)])
    sessions[0] |= {"session_source": "reported", "unique_watched_seconds": 3600.0, "completion_ratio": None}
    (row,) = found_of(spark, sessions, ranges, runtime_seconds=None)
    assert (row.seen_seconds, row.completion_ratio) == (3600.0, None)


def test_a_report_that_is_far_longer_than_its_title_tells_nothing(spark: SparkSession) -> None:
    sessions, ranges = of_viewer("film", [(0, 0, 0), (1, 0, 40)])
    sessions[0] |= {"session_source": "reported", "unique_watched_seconds": 250.0, "completion_ratio": None}
    sessions[0]["runtime_seconds"] = RUNTIME_SECONDS
    first, second = found_of(spark, sessions, ranges[1:])
    assert (first.seen_seconds, first.completion_ratio) == (None, None)
    assert (second.seen_seconds, second.completion_ratio) == (40.0, 0.4)


def test_nobody_completes_a_live_title(spark: SparkSession) -> None:
    sessions, _ = of_viewer("film", [(0, 0, 100)])
    sessions[0] |= {"is_live": True, "unique_watched_seconds": 100.0}
    (row,) = found_of(spark, sessions, [])
    assert (row.seen_seconds, row.completion_ratio, row.completed_date) == (100.0, None, None)


def test_who_comes_to_the_credits_with_most_of_it_seen_has_completed_it(spark: SparkSession) -> None:
    sessions, ranges = of_viewer("film", [(0, 10, 80)])
    (row,) = found_of(spark, sessions, ranges, credits_start_seconds=80.0)
    assert row.completed_date == FIRST


def found_of(
    spark: SparkSession, sessions: list[dict[str, Any]], ranges: list[dict[str, Any]], **of_title: Any
) -> list[Row]:
    rows = title_progress(
        make_rows(spark, VIEWING_SESSIONS, sessions),
        make_rows(spark, PLAY_RANGES, ranges),
        make_rows(spark, TITLES, [{"title_id": "film", "runtime_seconds": RUNTIME_SECONDS} | of_title]),
        make_rows(spark, TITLE_PROGRESS, []),
        [FIRST, FIRST + timedelta(days=1)],
    )
    return rows.orderBy("session_date").collect()
