from datetime import date

import pytest

from jobs.gold.sessions.newest_date import newest_dates, newest_full_date

MONDAY, TUESDAY, WEDNESDAY, NEXT_YEAR = date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3), date(2027, 6, 3)


@pytest.mark.parametrize(
    ("session_dates", "full_until"),
    [
        ([MONDAY], MONDAY),
        ([MONDAY, TUESDAY, WEDNESDAY], TUESDAY),
        ([MONDAY, NEXT_YEAR], MONDAY),
        ([], TUESDAY),
    ],
    ids=["all is over", "today goes on", "a wrong clock", "no session"],
)
def test_on_wednesday_a_full_day_is_over(session_dates: list[date], full_until: date) -> None:
    assert newest_full_date(session_dates, today=WEDNESDAY) == full_until


def test_dates_that_are_computed_now_are_no_others() -> None:
    assert newest_dates([MONDAY, TUESDAY], besides=[TUESDAY], today=WEDNESDAY) == (TUESDAY, MONDAY)
