from math import sqrt

import pytest
from pyspark.sql import Row, SparkSession

from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.storage.local_rows import local_rows
from jobs.value.demand_value import demand_values
from tests.factories import make_rows

COSTS = [("film", "FR", 100.0), ("film", "DE", 7.0), ("series", "FR", 50.0), ("unseen", "FR", 1000.0)]
# Hours of the film in France: 1, 2 and 5; of the series 4 by one alone; `free` has no cost.
HOURS = [("a", "film", 1.0), ("b", "film", 2.0), ("c", "film", 5.0), ("a", "series", 4.0), ("c", "free", 3.0)]


@pytest.fixture(scope="module")
def values(spark: SparkSession) -> dict[str, Row]:
    sessions = [
        {
            "session_id": f"s{n}",
            "account_key": account,
            "title_id": title,
            "country": "FR",
            "watched_seconds": 3600 * hours,
        }
        for n, (account, title, hours) in enumerate(HOURS)
    ]
    costs = local_rows(spark, COSTS, "title_id string, country string, cost double")
    rows = demand_values(make_rows(spark, VIEWING_SESSIONS, sessions), costs).collect()
    return {row.account_key: row for row in rows}


def test_a_title_s_cost_is_shared_by_hours(values: dict[str, Row]) -> None:
    assert {account: row.demand_value for account, row in values.items()} == pytest.approx(
        {"a": 100 * 1 / 8 + 50, "b": 100 * 2 / 8, "c": 100 * 5 / 8}
    )


def test_hours_of_titles_whose_cost_is_known(values: dict[str, Row]) -> None:
    assert {account: row.demand_hours for account, row in values.items()} == {"a": 5.0, "b": 2.0, "c": 5.0}


def test_the_interval_is_that_of_drawing_the_others_again(values: dict[str, Row]) -> None:
    """For `c`: 5 of 5 + (3 ± 1.96 × sqrt(1² + 2²)) hours, and not more than all."""
    varies = 1.959964 * sqrt(5)
    assert values["c"].demand_value_low == pytest.approx(100 * 5 / (8 + varies))
    assert values["c"].demand_value_high == pytest.approx(100.0)
