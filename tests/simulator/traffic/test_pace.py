from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jobs.simulator.traffic.pace import plays_of_day


@given(
    seed=st.integers(0, 2**40),
    day=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    rates=st.lists(st.floats(0.01, 6.0), min_size=1, max_size=5),
)
def test_days_follow_each_other_without_gap_or_overlap(seed: int, day: date, rates: list[float]) -> None:
    first, count = plays_of_day(seed, np.array(rates), day)
    next_first, _ = plays_of_day(seed, np.array(rates), day + timedelta(days=1))
    assert (count >= 0).all()
    assert (first + count == next_first).all()


def test_weeks_hold_seven_times_the_daily_mean() -> None:
    rates = np.full(400, 1.5)
    start, _ = plays_of_day(1, rates, date(2026, 6, 1))
    end, _ = plays_of_day(1, rates, date(2026, 6, 1) + timedelta(weeks=10))
    assert abs((end - start).mean() - 10 * 7 * 1.5) < 1.0
