from datetime import timedelta

from jobs.report.folded import folded
from jobs.tables.published import EXPERIENCE_WEEKLY, OTHER, TITLE_VIEWING_WEEKLY, VIEWING_DAILY
from tests.report.frames import WEEK, frames, title

EARLIER = WEEK - timedelta(weeks=1)


def test_what_is_told_together_is_a_share_of_its_tables_hours() -> None:
    published = frames(
        {
            TITLE_VIEWING_WEEKLY: [title("A", 30.0), title(OTHER, 10.0)],
            EXPERIENCE_WEEKLY: [
                {"country": country, "region": region, "watched_hours": hours}
                for country, region, hours in (("US", "US-CA", 5.0), ("US", OTHER, 2.0), (OTHER, OTHER, 3.0))
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
        "regions": ("5.0", 0.5),
    }
