from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from pyspark.sql import SparkSession

from jobs.contracts.silver import SUBSCRIPTIONS
from jobs.gold.subscribers.tenures import tenures
from jobs.value.life_table import LifeTable, ends_by_month, remaining_months
from tests.factories import make_rows

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


def table(left: list[int], censored: list[int], not_renewed: list[int] | None = None) -> LifeTable:
    return LifeTable(np.array(left), np.array(not_renewed or [0] * len(left)), np.array(censored))


def test_who_has_renewed_is_not_asked_to_renew_again() -> None:
    """Monthly billing: of 100, 30 do not renew after a month, 7 of 70 after two; 63 are in their fourth month.

    All of those who came to the end of the third renewed. Who is in month 0 now pays the next one with 0.7, the one
    after with 0.7 × 0.9; who is in month 1 has the 30 behind: 0.9, and 0.9 × 1.
    """
    found = remaining_months(table([0, 0, 0, 0], [0, 0, 0, 63], [30, 7, 0, 0]), 2, 0.0)
    assert found.expected[:2] == pytest.approx([0.7 + 0.63, 0.9 + 0.9])


def test_who_is_in_the_middle_of_a_month_says_nothing_of_its_renewal() -> None:
    """Of the 50 who came to the end of month 0, 15 did not renew: what 50 others will do is not known yet."""
    assert remaining_months(table([0, 0], [50, 35], [15, 0]), 1, 0.0).expected[0] == pytest.approx(0.7)


def test_of_a_renewal_that_nobody_came_to_all_renewals_tell() -> None:
    """15 of 50 did not renew after month 0; in month 1 all are in the middle."""
    assert remaining_months(table([0, 0], [0, 35], [15, 0]), 1, 0.0).expected[1] == pytest.approx(0.7)


def test_some_leave_in_a_month_and_some_at_its_end() -> None:
    """Of 10, 2 leave in month 0, and 4 of the 8 who are there at its end: 0.8 × 0.5."""
    assert remaining_months(table([2, 0], [0, 4], [4, 0]), 1, 0.0).expected[0] == pytest.approx(0.4)


def test_months_to_come_by_hand() -> None:
    """Of 10, 2 leave in month 0 and 4 of the other 8 in month 1; two more are last seen in month 2.

    The chance to leave: 2/10, 4/8, 2/(4 - 2/2). Beyond, all together: 8 of 10 + 8 + 3 months.
    """
    expected = remaining_months(table([2, 4, 2], [0, 0, 2]), 3, 0.0).expected
    beyond = 1 - 8 / 21
    first = 0.8 + 0.8 * 0.5 + 0.8 * 0.5 * (1 / 3)
    last = (1 / 3) * (1 + beyond + beyond**2)
    assert expected == pytest.approx([first, 0.5 * (1 + (1 / 3) * (1 + beyond)), last, beyond + beyond**2 + beyond**3])


def test_later_months_count_less() -> None:
    """Nobody leaves: each of the next twelve months is sure, and the last one worth a year's discount less."""
    expected = remaining_months(table([0], [5]), 12, 0.1).expected[0]
    assert expected == pytest.approx(sum(1.1 ** (-month / 12) for month in range(1, 13)))


def test_the_interval_is_that_of_drawing_subscribers_again() -> None:
    """Each of 200 stays for the next month with 0.7: the share of a draw varies by sqrt(0.7 × 0.3 / 200)."""
    found = remaining_months(table([60, 0], [0, 140]), 1, 0.0)
    error = 1.96 * (0.7 * 0.3 / 200) ** 0.5
    low, high = found.ends()
    assert [low[0], found.expected[0], high[0]] == pytest.approx([0.7 - error, 0.7, 0.7 + error], abs=0.01)


def test_of_nobody_who_left_the_estimate_is_in_its_interval() -> None:
    found = remaining_months(table([0], [500]), 24, 0.1)
    low, high = found.ends()
    assert bool((low <= found.expected).all() and (found.expected <= high).all())


ENDS = {
    "after one whole month": (JANUARY, datetime(2026, 2, 1, tzinfo=UTC), (0, "not_renewed")),
    "after two": (JANUARY, datetime(2026, 3, 1, tzinfo=UTC), (1, "not_renewed")),
    "at the end of a shorter month": (
        datetime(2026, 1, 30, tzinfo=UTC),
        datetime(2026, 2, 28, tzinfo=UTC),
        (0, "not_renewed"),
    ),
    "hours late": (JANUARY, datetime(2026, 2, 1, 20, tzinfo=UTC), (0, "not_renewed")),
    "on the first day": (JANUARY, JANUARY + timedelta(hours=6), (0, "left")),
    "in the first month": (JANUARY, JANUARY + timedelta(days=20), (0, "left")),
    "in the second": (JANUARY, JANUARY + timedelta(days=40), (1, "left")),
    "stays": (JANUARY, None, (2, "censored")),
    "is to renew at that moment": (datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), (1, "censored")),
}


def test_who_leaves_after_whole_months_left_at_the_end_of_the_last(spark: SparkSession) -> None:
    rows = [
        {"account_key": name, "plan": name, "key_epoch": 1, "started_at": start, "ended_at": end}
        for name, (start, end, _) in ENDS.items()
    ]
    found = ends_by_month(tenures(make_rows(spark, SUBSCRIPTIONS, rows), date(2026, 3, 31))).collect()
    kinds = ("left", "not_renewed", "censored")
    assert {row.plan: (row.month, *(kind for kind in kinds if row[kind])) for row in found} == {
        name: expected for name, (_, _, expected) in ENDS.items()
    }
