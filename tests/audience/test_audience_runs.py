"""A small lake, run after run: what is shown, what is left alone, and what is said where people are few."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from pyspark.sql import Row, SparkSession

from jobs.contracts.gold import AUDIENCE_SEGMENTS, CHURN_SIGNALS, PROFILE_SEGMENTS, VIEWING_SESSIONS
from jobs.contracts.silver import CONSENTS, SUBSCRIPTIONS
from jobs.run.pipeline import run_audience
from jobs.run.publication import publish
from jobs.run.workspace import Workspace
from jobs.storage.lake import Lake
from tests.deaths import Died, die_after
from tests.factories import NOON, make_rows, make_workspace

LAST_OF_MAY, IN_JUNE = date(2026, 5, 31), date(2026, 6, 2)
PEOPLE = 10
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


def watch(work: Workspace, day: date, people: Iterable[int], load: str) -> None:
    """An hour each."""
    rows = [
        {"session_id": f"{load}-{n}", "account_key": f"a-{n}", "profile_key": f"p-{n}"}
        | {"session_date": day, "watched_seconds": 3600.0}
        for n in people
    ]
    work.lake.append(VIEWING_SESSIONS, make_rows(work.lake.spark, VIEWING_SESSIONS, rows), load)
    publish(work.lake, [VIEWING_SESSIONS], load, NOON)


def agree(work: Workspace, people: Iterable[int], load: str) -> None:
    rows = [{"profile_key": f"p-{n}", "purpose": "marketing", "granted_at": JANUARY, "key_epoch": 1} for n in people]
    work.lake.append(CONSENTS, make_rows(work.lake.spark, CONSENTS, rows), load)


def hours(work: Workspace) -> dict[date, set[float]]:
    """By the end of the month, or what there is of it."""
    found: dict[date, set[float]] = {}
    for row in work.lake.published().read(CHURN_SIGNALS).collect():
        found.setdefault(row.as_of_date, set()).add(row.watched_hours_28)
    return found


@dataclass(frozen=True)
class Run:
    """What a run said, and what was shown after it: hours by month, segments, how many are in one."""

    said: str
    hours: dict[date, set[float]]
    segments: list[Row]
    members: int


def run_and_look(work: Workspace) -> Run:
    said = str(run_audience(work))
    published = work.lake.published()
    return Run(
        said,
        hours(work),
        published.read(AUDIENCE_SEGMENTS).collect(),
        published.read(PROFILE_SEGMENTS).count(),
    )


@dataclass(frozen=True)
class Runs:
    """One home, run after run: the tables' versions and hours shown after a death, its retry, and a month later."""

    version_after_death: int
    hours_after_death: dict[date, set[float]]
    retry: Run
    in_june: Run


@pytest.fixture(scope="module")
def audience_runs(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Ten people watch on the last of May; nine of them agreed to marketing, and the tenth in June.

    Somebody's late hour of May comes in June, too.
    """
    work = make_workspace(spark, tmp_path_factory.mktemp("runs") / "home")
    paid = [{"account_key": f"a-{n}", "started_at": JANUARY, "ended_at": None, "key_epoch": 1} for n in range(PEOPLE)]
    work.lake.append(SUBSCRIPTIONS, make_rows(spark, SUBSCRIPTIONS, paid), "load-1")
    agree(work, range(PEOPLE - 1), "load-1")
    watch(work, LAST_OF_MAY, range(PEOPLE), "load-1")
    with pytest.MonkeyPatch.context() as patch:
        die_after(patch, Lake, "replace_dates")
        with pytest.raises(Died):
            run_audience(work)
    version, shown = work.lake.version(CHURN_SIGNALS), hours(work)
    retry = run_and_look(work)
    agree(work, [PEOPLE - 1], "load-2")
    watch(work, LAST_OF_MAY, [0], "late")
    watch(work, IN_JUNE, [0], "load-2")
    return Runs(version, shown, retry, run_and_look(work))


def test_a_run_that_dies_before_it_publishes_shows_nothing(audience_runs: Runs) -> None:
    assert audience_runs.version_after_death > 0
    assert audience_runs.hours_after_death == {}


def test_nine_people_are_no_segment_and_that_is_said(audience_runs: Runs) -> None:
    retry = audience_runs.retry
    assert (retry.segments, retry.members) == ([], 0)
    assert "no segments: 9 profiles with a consent to marketing watched something in the last 28 days" in retry.said
    assert retry.hours == {LAST_OF_MAY: {1.0}}


def test_a_month_that_is_over_and_computed_is_left_alone(audience_runs: Runs) -> None:
    """Somebody's late hour of May counts in June only."""
    assert audience_runs.in_june.hours == {LAST_OF_MAY: {1.0}, IN_JUNE: {1.0, 3.0}}


def test_ten_people_are_one_segment(audience_runs: Runs) -> None:
    (segment,) = audience_runs.in_june.segments
    assert (segment["name"], segment.profiles, segment.model_version) == ("everybody", PEOPLE, None)
    assert audience_runs.in_june.members == PEOPLE
