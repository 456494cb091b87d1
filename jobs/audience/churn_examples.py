"""Accounts at the ends of past weeks, and whether they left: what a model of leaving learns from and is tested on."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.audience.account_signals import account_signals
from jobs.contracts.gold import ACTIVITY_DAYS, HORIZON_DAYS
from jobs.gold.sessions.viewing_sessions import is_play
from jobs.gold.subscribers.tenures import LONGEST_GAP, end_of

# What people did longer ago says less of today, and costs as much.
MOST_WEEKS = 52
TEST_SHARE_OF_WEEKS = CALIBRATION_SHARE_OF_WEEKS = 0.25
# One week of a test may be a holiday.
FEWEST_WEEKS_OF_TEST = 2
# Fewer accounts than these on a day are a device whose clock is wrong, not the beginning of what is known.
FEWEST_ACCOUNTS_OF_A_DAY = 10
# A week's end is followed for the horizon, and for a day more: who is back by then has not left.
_FOLLOWED = timedelta(days=HORIZON_DAYS) + LONGEST_GAP
_SUNDAY = 6


class Weeks(NamedTuple):
    """The ends of weeks: what the model learns from, what it is calibrated on, and what it is tested on."""

    learnt: list[date]
    calibrated: list[date]
    tested: list[date]

    @property
    def are_enough(self) -> bool:
        return bool(self.learnt) and len(self.tested) >= FEWEST_WEEKS_OF_TEST


def known_since(sessions: DataFrame, periods: DataFrame) -> date | None:
    """The first date with plays of accounts that may be followed, those of the latest key epoch; None without one.

    The oldest dates are looked at first, and the others only where those are too thin.
    """
    accounts = periods.select("account_key").distinct()
    days = sessions.agg(F.min("session_date").alias("first"), F.max("session_date").alias("last")).head()
    assert days is not None, "an aggregate without groups has one row"
    start, length, found = days["first"], ACTIVITY_DAYS, None
    while start and not found and start <= days["last"]:
        block = sessions.where(F.col("session_date").between(start, start + timedelta(days=length - 1)))
        found = _first_full_day(block, accounts)
        start, length = start + timedelta(days=length), 2 * length
    return found


def _first_full_day(sessions: DataFrame, accounts: DataFrame) -> date | None:
    first = (
        sessions.where(is_play())
        .join(accounts, on="account_key", how="left_semi")
        .groupBy("session_date")
        .agg(F.count_distinct("account_key").alias("accounts"))
        .where(F.col("accounts") >= FEWEST_ACCOUNTS_OF_A_DAY)
        .agg(F.min("session_date").alias("day"))
        .head()
    )
    return first.day if first else None


def labelled_weeks(since: date, as_of: date) -> list[date]:
    """Sundays whose `ACTIVITY_DAYS` before are known, and what became of whom in the `HORIZON_DAYS` after, too.

    >>> labelled_weeks(date(2026, 6, 1), date(2026, 7, 29))
    [datetime.date(2026, 6, 28)]
    >>> labelled_weeks(date(2026, 6, 1), date(2026, 7, 28))
    []
    """
    earliest = since + timedelta(days=ACTIVITY_DAYS - 1)
    first = earliest + timedelta(days=_SUNDAY - earliest.weekday())
    count = (as_of - _FOLLOWED - first).days // 7 + 1
    return [first + timedelta(weeks=week) for week in range(max(count, 0))][-MOST_WEEKS:]


def split_weeks(weeks: Sequence[date]) -> Weeks:
    """The last quarter is the test. Of the weeks whose outcome was known before, the last quarter is for calibration.

    What is learnt from are those whose outcome was known before the calibration begins: no part knows the next one's.
    The weeks in between, in which an outcome of one part would be an outcome of the other, are in none.
    Source: purged cross-validation, López de Prado, Advances in Financial Machine Learning, 2018, section 7.4.
    """
    tested = list(weeks[len(weeks) - max(round(len(weeks) * TEST_SHARE_OF_WEEKS), 1) :]) if weeks else []
    training = _known_before(tested, weeks)
    calibrated = training[-max(int(len(training) * CALIBRATION_SHARE_OF_WEEKS), 1) :]
    return Weeks(_known_before(calibrated, training), calibrated, tested)


def _known_before(part: Sequence[date], weeks: Sequence[date]) -> list[date]:
    """The weeks whose outcome was known before the part begins."""
    return [week for week in weeks if part and week + timedelta(days=HORIZON_DAYS) <= part[0]]


def days_missing(since: date, as_of: date) -> int:
    """How many more days must be known until there are weeks enough; 0 where there are."""
    later = as_of
    while not split_weeks(labelled_weeks(since, later)).are_enough:
        later += timedelta(days=1)
    return (later - as_of).days


def churn_examples(periods: DataFrame, sessions: DataFrame, weeks: Sequence[date]) -> DataFrame:
    """One row a week's end and account that subscribed then: its signals, and `leaves`, 1.0 or 0.0.

    It leaves where its subscription ends within `HORIZON_DAYS` and is not taken up again within a day. The periods
    must be known for the horizon and a day after each week: `labelled_weeks` says of which they are.
    """
    leaves = F.col("tenure_paid_until") <= end_of(F.col("as_of_date")) + F.lit(timedelta(days=HORIZON_DAYS))
    return (
        account_signals(periods, sessions, weeks).withColumn("leaves", leaves.cast("double")).drop("tenure_paid_until")
    )
