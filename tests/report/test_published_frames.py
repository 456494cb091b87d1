"""What is read: released weeks, at published versions, as Spark or anybody else wrote them."""

from datetime import date, timedelta

import pytest

from jobs.config import Settings
from jobs.contracts.published import (
    RELEASES,
    SUBSCRIBER_VALUE_MONTHLY,
    TITLE_MOMENTS_WEEKLY,
    TITLE_VIEWING_WEEKLY,
    VIEWING_CLOCK_WEEKLY,
)
from jobs.report.published_frames import MOST_WEEKS, read_published
from jobs.run.publication import publish
from jobs.storage.lake import Lake
from tests.factories import NOON, make_rows
from tests.report.published_lake import AT, publish_rows

FIRST = date(2026, 1, 5)


def release(first: date, period: str = "week") -> dict[str, object]:
    return {"period": period, "period_start_date": first, "released_at": AT}


@pytest.fixture
def long_released(settings: Settings) -> Settings:
    """Two weeks more than are shown, each with a day and a title; the last has been written, and not released."""
    weeks = [FIRST + timedelta(weeks=number) for number in range(MOST_WEEKS + 3)]
    part = {"title_id": "title-1", "time_of_day": "18-21", "watched_hours": 30.0}
    publish_rows(
        settings,
        {
            RELEASES: [release(week) for week in weeks[:-1]],
            VIEWING_CLOCK_WEEKLY: [{"week_start_date": week, "local_day": "Monday", **part} for week in weeks],
            TITLE_VIEWING_WEEKLY: [
                {"week_start_date": week, "title_id": "title-1", "name": str(week), "watched_hours": 30.0}
                for week in weeks
            ],
        },
    )
    return settings


def test_hours_of_days_are_those_of_the_last_weeks_and_the_rest_of_the_latest(long_released: Settings) -> None:
    published = read_published(long_released)
    latest = FIRST + timedelta(weeks=MOST_WEEKS + 1)
    shown = [FIRST + timedelta(weeks=number) for number in range(2, MOST_WEEKS + 2)]
    assert (published.week, list(published.rows(VIEWING_CLOCK_WEEKLY)["week_start_date"])) == (latest, shown)
    assert list(published.rows(TITLE_VIEWING_WEEKLY)["name"]) == [str(latest)]


def test_of_the_moments_those_of_the_title_with_most_exits_are_read(settings: Settings) -> None:
    times = [("A", "exits", 12), ("A", "pauses", 500), ("B", "exits", 13), ("B", "stalls", 11)]
    rows = [
        {"week_start_date": FIRST, "title_id": title, "measure": measure, "from_seconds": 0, "times": number}
        for title, measure, number in times
    ]
    publish_rows(settings, {RELEASES: [release(FIRST)], TITLE_MOMENTS_WEEKLY: rows})
    read = read_published(settings).rows(TITLE_MOMENTS_WEEKLY)
    assert list(zip(read["title_id"], read["measure"], strict=True)) == [("B", "exits"), ("B", "stalls")]


def test_without_a_released_month_nobody_has_a_worth(settings: Settings) -> None:
    row = {"month_start_date": date(2026, 5, 1), "country": "US", "region": "US-CA", "currency": "USD"}
    publish_rows(settings, {RELEASES: [release(FIRST)], SUBSCRIBER_VALUE_MONTHLY: [row]})
    assert read_published(settings).rows(SUBSCRIBER_VALUE_MONTHLY).empty


def test_a_table_that_is_not_published_yet_has_no_rows(settings: Settings) -> None:
    publish_rows(settings, {RELEASES: [release(FIRST)]})
    assert list(read_published(settings).rows(TITLE_VIEWING_WEEKLY).columns) == TITLE_VIEWING_WEEKLY.column_names


def test_what_spark_writes_and_publishes_is_read(lake: Lake, settings: Settings) -> None:
    days = [{"week_start_date": FIRST, "local_day": "Monday", "watched_hours": 2.5}]
    lake.append(RELEASES, make_rows(lake.spark, RELEASES, [release(FIRST)]), "load-1")
    lake.append(VIEWING_CLOCK_WEEKLY, make_rows(lake.spark, VIEWING_CLOCK_WEEKLY, days), "load-1")
    publish(lake, [RELEASES, VIEWING_CLOCK_WEEKLY], "load-1", NOON)
    rows = read_published(settings).rows(VIEWING_CLOCK_WEEKLY)
    assert rows[["week_start_date", "local_day", "watched_hours"]].values.tolist() == [[FIRST, "Monday", 2.5]]
