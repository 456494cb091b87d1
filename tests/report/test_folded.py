from datetime import timedelta

from jobs.contracts.published import OTHER, TITLE_VIEWING_WEEKLY, VIEWING_CLOCK_WEEKLY
from jobs.report.folded import folded
from tests.report.frames import WEEK, frames, title

EARLIER = WEEK - timedelta(weeks=1)


def test_what_is_told_together_is_a_share_of_its_tables_hours() -> None:
    parts = [("Monday", "18-21", 5.0), ("Monday", OTHER, 3.0), (OTHER, OTHER, 2.0)]
    published = frames(
        {
            TITLE_VIEWING_WEEKLY: [title("A", 30.0), title(OTHER, 10.0)],
            VIEWING_CLOCK_WEEKLY: [
                *({"local_day": day, "time_of_day": time, "watched_hours": hours} for day, time, hours in parts),
                {"local_day": OTHER, "time_of_day": OTHER, "watched_hours": 50.0, "week_start_date": EARLIER},
            ],
        }
    )
    assert {line.name: (line.hours, line.share) for line in folded(published)} == {
        "titles": ("10.0", 0.25),
        "days": ("2.0", 0.2),
        "clock": ("5.0", 0.5),
    }
