from datetime import timedelta

from jobs.contracts.published import OTHER, SUBSCRIBER_VALUE_MONTHLY, TITLE_VIEWING_WEEKLY, VIEWING_DAILY
from jobs.report.headline import headline, smallest_group
from tests.report.frames import WEEK, frames, title

EARLIER = WEEK - timedelta(weeks=1)


def test_the_headline_counts_the_latest_week() -> None:
    days = [(WEEK, "2026-06-08", 10.0, 20), (WEEK, OTHER, 5.0, 7), (EARLIER, "2026-06-01", 99.0, 99)]
    published = frames(
        {
            VIEWING_DAILY: [
                {"week_start_date": week, "day": day, "watched_hours": hours, "plays": plays, "viewers": 15}
                for week, day, hours, plays in days
            ],
            TITLE_VIEWING_WEEKLY: [title("A", 30.0), title("B", 10.0), title(OTHER, 10.0)],
        },
        # The first of three has no day with enough people.
        weeks=(EARLIER - timedelta(weeks=1), EARLIER, WEEK),
    )
    assert [figure.value for figure in headline(published)] == ["15.0", "27", "2", "2", "12"]


def test_the_smallest_row_may_be_one_of_subscribers() -> None:
    rows = {SUBSCRIBER_VALUE_MONTHLY: [{"region": "US-CA", "subscribers": 11}], TITLE_VIEWING_WEEKLY: [title("A", 3.0)]}
    assert smallest_group(frames(rows)) == 11
    assert smallest_group(frames({})) is None
