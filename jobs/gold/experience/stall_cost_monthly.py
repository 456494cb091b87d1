"""`gold.stall_cost_monthly`: how much less is watched after a stall."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.window import WindowSpec

from jobs.contracts.gold import STALL_COST_MONTHLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.expressions.countries import known_country
from jobs.expressions.periods import month_start
from jobs.gold.sessions.viewing_sessions import is_play
from jobs.gold.subscribers.retention_monthly import STANDARD_ERRORS

# How far viewers usually come is looked at every so many watched minutes.
LANDMARK_MINUTES = 5
_KEY = STALL_COST_MONTHLY.key
_LANDMARK_MS = 60_000 * LANDMARK_MINUTES


def stall_cost_monthly(sessions: DataFrame) -> DataFrame:
    """One row a month and country with a stall, from the `gold.viewing_sessions` of whole months.

    Like is compared with like, in two steps (landmarks, then a difference in differences):

    1. A play that stalls after so many watched minutes is held against the plays of the same title in the month that
       were watched for longer than that without a stall: how much less was watched than they were on average?
    2. From that goes what is the viewer's habit: the same difference, on average, of the viewer's other plays of the
       month that had no stall at the last landmark before, each against its own title there.

    A play is compared if both steps have somebody to compare with. Stalls that a start or a seek causes are none.

    It is an estimate from observation, not an experiment. It is right where chance decides which of the plays stalls
    that are equal in these respects. Who leaves for a reason that also makes the picture stall, such as a train
    journey, is counted as driven away. Plays that go on may stall later, and count in full: that makes the figure too
    small, the more so the more often plays stall.

    The interval is that of a mean over viewers, each a cluster of plays. It takes what they are compared with as it is,
    and has no value for fewer than `SMALLEST_GROUP` viewers.
    Source: van Houwelingen, Dynamic Prediction by Landmarking in Event History Analysis, 2007; Angrist and Pischke,
    Mostly Harmless Econometrics, chapter 5 and section 8.2.
    """
    plays = sessions.transform(_plays)
    lost = plays.transform(_with_title).transform(_with_habit)
    of_viewer = lost.groupBy(*_KEY, "profile_key").agg(
        F.count("*").alias("_stalled"),
        F.count("_minutes_lost").alias("_plays"),
        F.coalesce(F.sum("_minutes_lost"), F.lit(0.0)).alias("_sum"),
    )
    return (
        of_viewer.groupBy(*_KEY)
        .agg(
            F.sum("_stalled").alias("plays_with_stall"),
            F.sum("_plays").alias("plays_compared"),
            F.count_if(F.col("_plays") > 0).alias("viewers"),
            F.try_divide(F.sum("_sum"), F.sum("_plays")).alias("minutes_lost_mean"),
            F.sqrt(_variance_of_mean()).alias("_error"),
        )
        .withColumns({"minutes_lost_mean_low": _end_of_interval(-1), "minutes_lost_mean_high": _end_of_interval(1)})
        .select(*STALL_COST_MONTHLY.column_names)
    )


def _plays(sessions: DataFrame) -> DataFrame:
    """One row a play: `watched_minutes`, of them those before it stalled or ended in `unstalled_ms`."""
    unstalled_seconds = F.coalesce("watched_before_stall_seconds", "watched_seconds")
    return sessions.where(is_play() & F.col("completion_ratio").isNotNull() & (unstalled_seconds > 0)).select(
        month_start("session_date").alias("month_start_date"),
        known_country().alias("country"),
        "profile_key",
        "title_id",
        (F.col("watched_seconds") / 60).alias("watched_minutes"),
        F.round(1000 * unstalled_seconds).cast("bigint").alias("unstalled_ms"),
        F.col("watched_before_stall_seconds").isNotNull().alias("has_stall"),
    )


def _with_title(plays: DataFrame) -> DataFrame:
    """Adds `_of_title`: the mean of `watched_minutes` of the title's plays that stalled later, or never."""
    later = Window.partitionBy("month_start_date", "title_id").orderBy(-F.col("unstalled_ms"))
    return plays.withColumn(
        "_of_title", F.avg("watched_minutes").over(later.rangeBetween(Window.unboundedPreceding, -1))
    )


def _with_habit(plays: DataFrame) -> DataFrame:
    """One row a play that stalled, with its `_minutes_lost`; null where there is nothing to compare it with.

    A play stands at each landmark that it passed without a stall, and a stalled one is looked at where it stood last.
    """
    at_landmark = Window.partitionBy("month_start_date", "title_id", "_landmark")
    of_viewer = Window.partitionBy("month_start_date", "profile_key", "_landmark")
    last_landmark = F.ceil(F.col("unstalled_ms") / _LANDMARK_MS) - 1
    return (
        plays.withColumn("_landmark", F.explode(F.sequence(F.lit(0), last_landmark)))
        .withColumn("_beyond_title", F.col("watched_minutes") - _mean_of_others("watched_minutes", at_landmark))
        .withColumn("_habit", _mean_of_others("_beyond_title", of_viewer))
        .where(F.col("has_stall") & (F.col("_landmark") == last_landmark))
        .withColumn("_minutes_lost", F.col("_of_title") + F.col("_habit") - F.col("watched_minutes"))
    )


def _mean_of_others(name: str, among: WindowSpec) -> Column:
    """The mean over the rows of the window without this one; null where no other has a value."""
    own = F.col(name)
    total = F.sum(own).over(among) - F.coalesce(own, F.lit(0.0))
    return F.try_divide(total, F.count(own).over(among) - own.isNotNull().cast("int"))


def _variance_of_mean() -> Column:
    """Of a ratio of two sums over clusters, from each cluster's number of plays and sum."""
    plays, total = F.col("_plays"), F.col("_sum")
    clusters = F.count_if(plays > 0)
    mean = F.try_divide(F.sum(total), F.sum(plays))
    squares = F.sum(total * total) - 2 * mean * F.sum(total * plays) + mean * mean * F.sum(plays * plays)
    corrected = F.try_divide(F.greatest(squares, F.lit(0.0)) * clusters, clusters - 1)
    return F.when(clusters >= SMALLEST_GROUP, F.try_divide(corrected, F.pow(F.sum(plays), F.lit(2))))


def _end_of_interval(sign: int) -> Column:
    return F.col("minutes_lost_mean") + sign * STANDARD_ERRORS * F.col("_error")
