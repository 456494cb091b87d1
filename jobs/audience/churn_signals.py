"""`gold.churn_signals`: which accounts watch less and less, and how probable it is that they leave."""

from collections.abc import Collection
from datetime import date, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.audience.churn_model import Forecast
from jobs.contracts.gold import CHURN_SIGNALS
from jobs.expressions.periods import first_of_month, first_of_next_month, month_start
from jobs.storage.spark_schema import in_columns_of


def churn_signals(signals: DataFrame, forecast: Forecast | None, model_version: str | None) -> DataFrame:
    """One row an account: its signals with the month that they are of, and what the forecast makes of them."""
    foreseen = forecast.predict(signals) if forecast else signals.withColumn("leave_probability", F.lit(None))
    return (
        foreseen.withColumn("month_start_date", month_start("as_of_date"))
        .withColumn("model_version", F.lit(model_version))
        .transform(in_columns_of, CHURN_SIGNALS)
    )


def dates_due(since: date, newest: date, done: Collection[date]) -> list[date]:
    """The ends of the months from `since` on, without those that are `done`; of the month that is not over, `newest`.

    >>> dates_due(date(2026, 5, 20), date(2026, 7, 3), done=[date(2026, 5, 31)])
    [datetime.date(2026, 6, 30), datetime.date(2026, 7, 3)]
    """
    ends = []
    month = first_of_month(since)
    while month <= newest:
        next_month = first_of_next_month(month)
        ends.append(min(next_month - timedelta(days=1), newest))
        month = next_month
    return [end for end in ends if end not in done or not _is_last_of_month(end)]


def _is_last_of_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1
