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
    the end of `as_of`, which is `months_to_as_of` after signing up. An account is one over all key epochs.
    """
    return subscriptions.transform(over_epochs).transform(_tenures, as_of)


def tenures_by_key(subscriptions: DataFrame, as_of: date) -> DataFrame:
    """As `tenures`, under every `account_key` that an account has had: one an epoch."""
    keys = subscriptions.select(_account().alias("_account"), "account_key").distinct()
    by_account = subscriptions.withColumn("account_key", _account()).transform(_latest_of_each_period)
    return (
        by_account.transform(_tenures, as_of)
        .withColumnRenamed("account_key", "_account")
        .join(keys, on="_account", how="inner")
        .drop("_account")
    )


def _tenures(periods: DataFrame, as_of: date) -> DataFrame:
    until = end_of(F.lit(as_of))
    return (
        periods.transform(_periods, as_of)
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
    """One row a period: who, plan, `started_at`, `paid_until`, and which tenure it is part of.

    Of accounts of the latest key epoch: plays of others cannot be told to be theirs.
    What ends after the end of `as_of`, or not at all, is `paid_until` then. A tenure is known by its `tenure_number`
    of the account, `tenure_started_at` and `tenure_paid_until`. Its number and start rest on earlier periods only.
    """
    return subscriptions.transform(over_epochs).where("_is_of_latest_epoch").transform(_periods, as_of)


def over_epochs(subscriptions: DataFrame) -> DataFrame:
    """One row a period of an account, under the latest of its keys, as it was last described.

    Periods that are landed again after a rotation have another `account_key` and the same `account_link`. Rows of
    before links count where they are of the latest epoch of all: nothing says which of earlier ones are there again.
    """
    latest = subscriptions.agg(F.max("key_epoch").alias("_latest_epoch"))
    of_account = Window.partitionBy(_account())
    return (
        subscriptions.join(F.broadcast(latest), how="cross")
        .where(F.col("account_link").isNotNull() | (F.col("key_epoch") == F.col("_latest_epoch")))
        .withColumns(
            {
                "_is_of_latest_epoch": F.max("key_epoch").over(of_account) == F.col("_latest_epoch"),
                "account_key": F.max_by("account_key", "key_epoch").over(of_account),
            }
        )
        .transform(_latest_of_each_period)
    )


def _latest_of_each_period(periods: DataFrame) -> DataFrame:
    latest_first = Window.partitionBy("account_key", "started_at").orderBy(F.desc("key_epoch"))
    return periods.withColumn("_place", F.row_number().over(latest_first)).where("_place = 1").drop("_place")


def _account() -> Column:
    return F.coalesce("account_link", "account_key")


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
