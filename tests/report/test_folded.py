from datetime import timedelta

from jobs.contracts.published import OTHER, TITLE_VIEWING_WEEKLY, VIEWING_CLOCK_WEEKLY, VIEWING_DAILY
from jobs.report.folded import folded
from tests.report.frames import WEEK, frames, title

EARLIER = WEEK - timedelta(weeks=1)


def test_what_is_told_together_is_a_share_of_its_tables_hours() -> None:
    published = frames(
        {
            TITLE_VIEWING_WEEKLY: [title("A", 30.0), title(OTHER, 10.0)],
            VIEWING_CLOCK_WEEKLY: [
                {"local_day": day, "time_of_day": hours_of_day, "watched_hours": hours}
                for day, hours_of_day, hours in (("Monday", "18-21", 5.0), (OTHER, OTHER, 5.0))
            ],
            VIEWING_DAILY: [
                {"day": OTHER, "watched_hours": 50.0, "week_start_date": EARLIER},
                {"day": "2026-06-08", "watched_hours": 40.0},
            ],
        }
    )
    assert {line.name: (line.hours, line.share) for line in folded(published)} == {
        "days": ("0", 0.0),
        "titles": ("10.0", 0.25),
        "clock": ("5.0", 0.5),
    }
