from datetime import date, timedelta

from jobs.contracts.published import OTHER, VIEWING_DAILY
from jobs.report.hours_by_day import daily_bars, hours_by_day
from tests.report.frames import VIEWED, WEEK, cells, frames

EARLIER = WEEK - timedelta(weeks=1)


def test_the_week_and_its_fullest_day_are_told_in_hours() -> None:
    days = [("2026-06-08", 10.0), ("2026-06-13", 32.5), (OTHER, 7.5)]
    rows = [VIEWED | {"day": day, "watched_hours": hours} for day, hours in days]
    earlier = VIEWED | {"week_start_date": EARLIER, "day": "2026-06-02", "watched_hours": 99.0}
    section = hours_by_day(frames({VIEWING_DAILY: [*rows, earlier]}, weeks=(EARLIER, WEEK)))
    assert (
        section.message == "50.0 hours were watched in the week, 32.5 of them on Saturday, the fullest day told apart."
    )
    assert [row[:2] for row in cells(section)] == [
        ("2026-06-08", "2026-06-08"),
        ("2026-06-08", "2026-06-13"),
        ("2026-06-08", OTHER),
        ("2026-06-01", "2026-06-02"),
    ]


def test_a_first_week_that_begins_on_a_wednesday_is_drawn_from_its_monday() -> None:
    days = [{"day": (WEEK + timedelta(days=day)).isoformat(), "watched_hours": 20.0} for day in range(2, 7)]
    picture = hours_by_day(frames({VIEWING_DAILY: days})).picture
    assert picture is not None
    assert all(f">{name}<" in picture for name in ("Mon", "Wed", "Sun"))


def test_days_that_are_told_together_share_their_hours_evenly() -> None:
    own = [{"day": (WEEK + timedelta(days=day)).isoformat(), "watched_hours": 20.0} for day in range(5)]
    published = frames({VIEWING_DAILY: [*own, {"day": OTHER, "watched_hours": 7.0}]})
    assert daily_bars(published.rows(VIEWING_DAILY))[4:] == [
        (date(2026, 6, 12), 20.0, False),
        (date(2026, 6, 13), 3.5, True),
        (date(2026, 6, 14), 3.5, True),
    ]
