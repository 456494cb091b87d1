from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from pyspark.sql import SparkSession

from jobs.contracts.silver import SUBSCRIPTIONS
from jobs.gold.subscribers.tenures import tenures
from jobs.value.life_table import LifeTable, ends_by_month, remaining_months
from tests.factories import make_rows

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


def table(left: list[int], censored: list[int]) -> LifeTable:
    return LifeTable(np.array(left), np.array(censored))


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
    assert [found.low[0], found.expected[0], found.high[0]] == pytest.approx([0.7 - error, 0.7, 0.7 + error], abs=0.01)


def test_of_nobody_who_left_the_estimate_is_in_its_interval() -> None:
    found = remaining_months(table([0], [500]), 24, 0.1)
    assert bool((found.low <= found.expected).all() and (found.expected <= found.high).all())


def test_it_rests_on_when_accounts_left_or_were_last_seen(spark: SparkSession) -> None:
    ends = {"early": 20, "late": 40, "stays": None}
    rows = [
        {
            "account_key": account,
            "plan": "basic",
            "key_epoch": 1,
            "started_at": JANUARY,
            "ended_at": None if days is None else JANUARY + timedelta(days=days),
        }
        for account, days in ends.items()
    ]
    found = ends_by_month(tenures(make_rows(spark, SUBSCRIPTIONS, rows), date(2026, 3, 31))).collect()
    assert {(row.month, row.left, row.censored) for row in found} == {(0, 1, 0), (1, 1, 0), (3, 0, 1)}
