from datetime import date, timedelta

from jobs.contracts.published import OTHER, VIEWING_CLOCK_WEEKLY
from jobs.report.hours_by_day import daily_bars, hours_by_day, hours_of_days
from jobs.report.wording import DAYS
from tests.report.frames import WEEK, cells, frames

EARLIER = WEEK - timedelta(weeks=1)


def part(day: str, hours: float, title: str = "a", week: date = WEEK) -> dict[str, object]:
    return {
        "week_start_date": week,
        "title_id": title,
        "local_day": day,
        "time_of_day": "18-21",
        "watched_hours": hours,
    }


def test_the_week_and_its_fullest_day_are_told_in_hours() -> None:
    rows = [part("Saturday", 30.0), part("Saturday", 2.0, "b"), part("Monday", 10.0), part(OTHER, 8.0)]
    earlier = part("Tuesday", 99.0, week=EARLIER)
    section = hours_by_day(frames({VIEWING_CLOCK_WEEKLY: [*rows, earlier]}, weeks=(EARLIER, WEEK)))
    assert section.message == "50.0 hours were watched in the week; most are told of Saturday: 32.0."
    assert cells(section) == [
        ("2026-06-08", "Monday", "10.0"),
        ("2026-06-08", "Saturday", "32.0"),
        ("2026-06-08", OTHER, "8.0"),
        ("2026-06-01", "Tuesday", "99.0"),
    ]


def test_a_first_week_that_begins_on_a_wednesday_is_drawn_from_its_monday() -> None:
    picture = hours_by_day(frames({VIEWING_CLOCK_WEEKLY: [part(day, 20.0) for day in DAYS[2:]]})).picture
    assert picture is not None
    assert all(f">{name}<" in picture for name in ("Mon", "Wed", "Sun"))


def test_hours_whose_day_is_not_told_are_spread_evenly() -> None:
    published = frames({VIEWING_CLOCK_WEEKLY: [part("Monday", 20.0), part("Tuesday", 10.0), part(OTHER, 7.0)]})
    bars = daily_bars(hours_of_days(published.rows(VIEWING_CLOCK_WEEKLY)))
    assert bars[:3] == [(date(2026, 6, 8), 20.0, 1.0), (date(2026, 6, 9), 10.0, 1.0), (date(2026, 6, 10), 0.0, 1.0)]
