"""What is known of an account at the end of a day: how it watched in the weeks before, and what it subscribes to."""

from collections.abc import Sequence
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import ACTIVITY_DAYS
from jobs.gold.sessions.viewing_sessions import is_play
from jobs.gold.subscribers.tenures import LONGEST_GAP, end_of
from jobs.storage.local_rows import local_rows

# The last half of the weeks is held against the first.
_RECENT_DAYS = ACTIVITY_DAYS // 2


def account_signals(periods: DataFrame, sessions: DataFrame, as_of_dates: Sequence[date]) -> DataFrame:
    """One row a date and account that subscribes at its end, also where it never played.

    `periods` are `jobs.gold.subscribers.tenures.paid_periods`; who has paid to within a day of the end may still
    renew, and subscribes. Signals rest on the `ACTIVITY_DAYS` up to the date: a play counts where any of it was
    watched, on the UTC date on which it began.
    `tenure_paid_until` is what came later, for who wants to know: nothing else is from after the date.
    """
    dates = local_rows(periods.sparkSession, [(day,) for day in as_of_dates], "as_of_date date")
    return (
        periods.transform(_subscribers, dates)
        .join(sessions.transform(_activity, dates), on=["as_of_date", "account_key"], how="left")
        .select(
            "as_of_date",
            "account_key",
            "days_since_last_play",
            F.coalesce("active_days_28", F.lit(0)).alias("active_days_28"),
            F.coalesce("watched_hours_28", F.lit(0.0)).alias("watched_hours_28"),
            "engagement_trend",
            F.months_between(_end(), "tenure_started_at").alias("months_subscribed"),
            "plan",
            "tenure_paid_until",
        )
    )


def _subscribers(periods: DataFrame, dates: DataFrame) -> DataFrame:
    """The tenure and the plan of each account that has paid to the end of the date at least, as far as known then."""
    so_far = periods.join(F.broadcast(dates), on=F.col("started_at") < _end(), how="inner")
    latest = F.max_by(F.struct("plan", "tenure_started_at", "tenure_paid_until"), "started_at")
    return (
        so_far.groupBy("as_of_date", "account_key")
        .agg(F.max("paid_until").alias("_paid_until"), latest.alias("_latest"))
        .where(F.col("_paid_until") + F.lit(LONGEST_GAP) >= _end())
        .select("as_of_date", "account_key", "_latest.*")
    )


def _activity(sessions: DataFrame, dates: DataFrame) -> DataFrame:
    daily = (
        sessions.where(is_play())
        .groupBy("account_key", "session_date")
        .agg((F.sum("watched_seconds") / 3600).alias("_hours"))
    )
    is_in_window = (F.col("session_date") <= F.col("as_of_date")) & (_days_ago() < ACTIVITY_DAYS)
    recent, before = (
        F.coalesce(F.sum(F.when(is_recent, F.col("_hours"))), F.lit(0.0))
        for is_recent in (_days_ago() < _RECENT_DAYS, _days_ago() >= _RECENT_DAYS)
    )
    return (
        daily.join(F.broadcast(dates), on=is_in_window, how="inner")
        .groupBy("as_of_date", "account_key")
        .agg(
            F.min(_days_ago()).alias("days_since_last_play"),
            F.count("*").cast("int").alias("active_days_28"),
            F.sum("_hours").alias("watched_hours_28"),
            F.try_divide(recent, before).alias("engagement_trend"),
        )
    )


def _days_ago() -> Column:
    return F.date_diff(F.col("as_of_date"), F.col("session_date"))


def _end() -> Column:
    return end_of(F.col("as_of_date"))
