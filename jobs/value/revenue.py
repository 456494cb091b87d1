"""What subscribers pay in a month, period by period."""

from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.expressions.periods import first_of_next_month
from jobs.gold.subscribers.tenures import over_epochs

_OF_PERIOD = ("account_key", "plan", "country", "started_at", "currency")


def paid_in_month(subscriptions: DataFrame, rates: DataFrame, month: date, as_of: date) -> DataFrame:
    """One row a period that an account subscribed for and that reaches into the month: `revenue`, for its part of it.

    revenue = price × exchange rate × the period's share of the month, up to the end of `as_of`, to the cent. `rates`
    say what a unit of `currency` is worth; a period in another currency has none. `is_running` says whether it
    goes on then. What several periods of one plan of an account have in common is paid for once, with the first of
    them: a period that is corrected comes as another one.
    """
    first = F.lit(month).cast("timestamp")
    until = F.lit(as_of + timedelta(days=1)).cast("timestamp")
    micros_of_month = (first_of_next_month(month) - month) / timedelta(microseconds=1)
    earlier = Window.partitionBy("account_key", "plan").orderBy("started_at").rowsBetween(Window.unboundedPreceding, -1)
    begins = F.greatest("started_at", "_paid_before", first)
    ends = F.least(F.coalesce("ended_at", until), until)
    share = (F.unix_micros(ends) - F.unix_micros(begins)) / micros_of_month
    return (
        subscriptions.transform(over_epochs)
        .where(F.col("started_at") < until)
        .withColumn("_paid_before", F.max(F.coalesce("ended_at", until)).over(earlier))
        .where(ends > begins)
        .join(F.broadcast(rates), on="currency", how="left")
        .withColumn("price_value", F.col("price").cast("double") * F.col("exchange_rate"))
        .withColumn("is_running", ends == until)
        .withColumn("revenue", F.round(F.col("price_value") * share, 2).cast("decimal(18,2)"))
        .select(*_OF_PERIOD, "price_value", "exchange_rate", "revenue", "is_running")
    )


def paid_last() -> Column:
    """What orders the periods of an account: one that goes on is later than one that ended, however short that was.

    An account is in the country of its last period, in each month in one.
    """
    return F.struct("is_running", "started_at")
