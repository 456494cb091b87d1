"""For how long accounts subscribe without a gap: what retention and the signs of leaving rest on."""

from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.expressions.periods import month_start

# Who changes the plan, or pays a day late, has not left.
LONGEST_GAP = timedelta(days=1)
_TENURE = ("account_key", "tenure_number")


def tenures(subscriptions: DataFrame, as_of: date) -> DataFrame:
    """One row a time for which an account subscribed without a gap: its cohort, `months`, whether it `has_left`.

    Who has paid to within a day of the end of `as_of` has not: most renew at midnight, and it is not known yet.

    `started_at` is when they signed up, the plan the one that they signed up for. Nothing counts that happened after
    the end of `as_of`, which is `months_to_as_of` after signing up. An account has its periods once a key epoch: those
    of the latest count.
    """
    return subscriptions.transform(of_latest_epoch).transform(tenures_by_key, as_of)


def tenures_by_key(subscriptions: DataFrame, as_of: date) -> DataFrame:
    """As `tenures`, of every `account_key`: an account has one an epoch."""
    until = end_of(F.lit(as_of))
    return (
        subscriptions.transform(_periods, as_of)
        .groupBy(*_TENURE)
        .agg(
            F.min("started_at").alias("started_at"),
            F.min_by("plan", "started_at").alias("plan"),
            F.max("paid_until").alias("paid_until"),
        )
        .select(
            "account_key",
            "started_at",
            month_start("started_at").alias("signup_month"),
            "plan",
            F.months_between("paid_until", "started_at").alias("months"),
            F.months_between(until, "started_at").alias("months_to_as_of"),
            (F.col("paid_until") + F.lit(LONGEST_GAP) < until).alias("has_left"),
        )
    )


def paid_periods(subscriptions: DataFrame, as_of: date) -> DataFrame:
    """One row a period of the latest key epoch: who, plan, `started_at`, `paid_until`, and which tenure it is part of.

    What ends after the end of `as_of`, or not at all, is `paid_until` then. A tenure is known by its `tenure_number`
    of the account, `tenure_started_at` and `tenure_paid_until`. Its number and start rest on earlier periods only.
    """
    return subscriptions.transform(of_latest_epoch).transform(_periods, as_of)


def of_latest_epoch(subscriptions: DataFrame) -> DataFrame:
    """The periods under the keys of the latest epoch: an account has its periods once an epoch."""
    latest_epoch = subscriptions.agg(F.max("key_epoch").alias("key_epoch"))
    return subscriptions.join(F.broadcast(latest_epoch), on="key_epoch", how="left_semi")


def _periods(subscriptions: DataFrame, as_of: date) -> DataFrame:
    until = end_of(F.lit(as_of))
    in_order = Window.partitionBy("account_key").orderBy("started_at")
    paid_before = F.max("paid_until").over(in_order.rowsBetween(Window.unboundedPreceding, -1))
    begins = paid_before.isNull() | (F.col("started_at") > paid_before + F.lit(LONGEST_GAP))
    of_tenure = Window.partitionBy(*_TENURE)
    return (
        subscriptions.where(F.col("started_at") < until)
        .withColumn("paid_until", F.least("ended_at", until))
        .withColumn("tenure_number", F.count_if(begins).over(in_order))
        .select(
            *_TENURE,
            "plan",
            "started_at",
            "paid_until",
            F.min("started_at").over(of_tenure).alias("tenure_started_at"),
            F.max("paid_until").over(of_tenure).alias("tenure_paid_until"),
        )
    )


def end_of(day: Column) -> Column:
    """The moment at which that UTC date is over."""
    return F.date_add(day, 1).cast("timestamp")
