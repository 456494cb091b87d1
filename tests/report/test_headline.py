from datetime import timedelta

from jobs.contracts.published import OTHER, SUBSCRIBER_VALUE_MONTHLY, TITLE_VIEWING_WEEKLY
from jobs.report.headline import headline, smallest_group
from tests.report.frames import WEEK, frames, title

EARLIER = WEEK - timedelta(weeks=1)


def test_the_headline_counts_the_latest_week() -> None:
    rows = [title("A", 30.0), title("B", 10.0), title(OTHER, 10.0)]
    published = frames({TITLE_VIEWING_WEEKLY: rows}, weeks=(EARLIER, WEEK))
    assert [figure.value.replace("\u00a0", " ") for figure in headline(published)] == ["50.0", "80 %", "2", "2", "12"]


def test_the_smallest_row_may_be_one_of_subscribers() -> None:
    rows = {SUBSCRIBER_VALUE_MONTHLY: [{"region": "US-CA", "subscribers": 11}], TITLE_VIEWING_WEEKLY: [title("A", 3.0)]}
    assert smallest_group(frames(rows)) == 11
    assert smallest_group(frames({})) is None
