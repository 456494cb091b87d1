"""What licences cost in a month, and that their months add up to their price."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.contracts.silver import TITLES
from jobs.expressions.periods import month_start
from jobs.gold.titles.licence_costs import licence_cost_of_month
from tests.factories import make_rows

START, END = date(2024, 2, 10), date(2029, 2, 8)
LATER = date(2100, 1, 1)


@pytest.mark.parametrize(
    ("amortisation", "of_first_four_years"), [(None, 0.8), ("straight_line", 0.8), ("accelerated", 0.96)]
)
def test_months_add_up_to_the_price(spark: SparkSession, amortisation: str | None, of_first_four_years: float) -> None:
    title = {"licence_cost": Decimal("1000.00"), "licence_start": START, "licence_end": END}
    titles = make_rows(spark, TITLES, [{**title, "licence_amortisation": amortisation}])
    days = F.explode(F.sequence(F.lit(START), F.lit(END + timedelta(days=70))))
    months = titles.withColumn("_day", days).withColumn("month_start_date", month_start("_day")).drop("_day").distinct()
    costs = {
        row.month_start_date: row.cost
        for row in months.select("month_start_date", licence_cost_of_month(LATER).alias("cost")).collect()
    }
    known = {month: cost for month, cost in costs.items() if cost is not None}
    assert sum(known.values()) == pytest.approx(1000.0)
    assert set(costs) - set(known) == {date(2029, 3, 1), date(2029, 4, 1)}
    first = sum(cost for month, cost in known.items() if month < date(2028, 2, 1))
    assert first / 1000 == pytest.approx(of_first_four_years, abs=0.01)
