"""`gold.viewing_sessions`: what one play came to."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.gold.sessions.play_facts import SAMPLED_BELOW_SECONDS
from jobs.tables.gold import LARGEST_COMPLETION_RATIO, VIEWING_SESSIONS

# Who saw so much has seen the title, and it ends there where nobody says where its credits begin.
COMPLETED_FROM_RATIO = 0.90
# Who comes to the end, and skipped no more than recap and credits are, has seen it too.
MOST_OF_IT_RATIO = 2 / 3
# The player's clock and that of who reports a viewing may differ over midnight.
REPORTED_DAYS_OFF = 1


def viewing_sessions(plays: DataFrame, reported: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a play: those that left events, as `sessions.plays.traced_plays` has them, and reported viewings without.

    Completed: nine tenths seen, or the end reached with most of it seen.
    """
    traced = plays.withColumn("session_source", F.lit("events"))
    untraced = untraced_sessions(reported, traced)
    return (
        traced.unionByName(untraced, allowMissingColumns=True)
        .join(titles.select("title_id", "runtime_seconds", "credits_start_seconds"), on="title_id", how="left")
        .withColumn("completion_ratio", _completion_ratio())
        .withColumn("is_completed", _is_completed())
        .withColumn("is_sampled", F.col("watched_seconds") < SAMPLED_BELOW_SECONDS)
        .select(*VIEWING_SESSIONS.column_names)
    )


def is_play() -> Column:
    """Whether a row of `gold.viewing_sessions` is a play: something was watched, and not while somebody browsed."""
    return (F.col("watched_seconds") > 0) & ~F.col("is_preview")


def untraced_sessions(reported: DataFrame, traced: DataFrame) -> DataFrame:
    """One row a reported viewing of which no event arrived: its reported time is all that is known.

    A viewing whose own id is that of a session with events is left out: it would be a second row of that session.
    """
    traces = traced.select(
        F.col("session_id").alias("traced_id"),
        F.date_sub("session_date", REPORTED_DAYS_OFF).alias("from_date"),
        F.date_add(F.to_date("ended_at"), REPORTED_DAYS_OFF).alias("to_date"),
    )
    at_that_time = F.col("session_date").between(F.col("from_date"), F.col("to_date"))
    without_trace = reported
    for names_the_trace in ("session_id", "viewing_id"):
        is_traced = (F.col(names_the_trace) == F.col("traced_id")) & at_that_time
        without_trace = without_trace.join(traces, on=is_traced, how="left_anti")
    return without_trace.select(
        F.col("viewing_id").alias("session_id"),
        "account_key",
        "profile_key",
        "title_id",
        "started_at",
        F.timestamp_add("SECOND", F.col("reported_seconds").cast("int"), F.col("started_at")).alias("ended_at"),
        "session_date",
        "device_type",
        "country",
        F.col("is_autoplayed").alias("is_autoplay"),
        F.col("reported_seconds").alias("watched_seconds"),
        F.col("reported_seconds").alias("unique_watched_seconds"),
        F.lit(0).alias("event_count"),
        F.lit(False).alias("is_preview"),
        F.lit("reported").alias("session_source"),
    )


def _completion_ratio() -> Column:
    """Null where the runtime is not known, and where far more was played than that: it, or the title, is wrong then.

    Silver cannot judge a position by the runtime: the title may be described later than it is played.
    """
    ratio = F.col("unique_watched_seconds") / F.col("runtime_seconds")
    is_judged = (ratio <= LARGEST_COMPLETION_RATIO) & ~F.coalesce("is_live", F.lit(False))
    return F.when(is_judged, F.least(ratio, F.lit(1.0)))


def _is_completed() -> Column:
    end = F.coalesce("credits_start_seconds", COMPLETED_FROM_RATIO * F.col("runtime_seconds"))
    ratio = F.col("completion_ratio")
    has_come_to_the_end = F.coalesce(F.col("furthest_seconds") >= end, F.lit(False))
    return (ratio >= COMPLETED_FROM_RATIO) | (has_come_to_the_end & (ratio >= MOST_OF_IT_RATIO))
