from datetime import date

from jobs.gold.build_gold import days_around, days_of_local_weeks, local_weeks

SUNDAY, MONDAY, TUESDAY = date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 2)


def test_days_around_overlap_once() -> None:
    assert days_around([MONDAY, TUESDAY], before=1) == [SUNDAY, MONDAY, TUESDAY]


def test_a_monday_in_utc_is_still_last_week_for_some_viewers() -> None:
    assert local_weeks([MONDAY]) == [date(2026, 5, 25), MONDAY]


def test_a_wednesday_lies_in_one_week_everywhere() -> None:
    assert local_weeks([date(2026, 6, 3)]) == [MONDAY]


def test_a_local_week_begins_a_day_earlier_and_ends_a_day_later_in_utc() -> None:
    days = days_of_local_weeks([MONDAY])
    assert (days[0], days[-1], len(days)) == (SUNDAY, date(2026, 6, 8), 9)
