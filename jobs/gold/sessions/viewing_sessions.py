"""`gold.viewing_sessions`: what one play came to."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.gold.sessions.play_facts import SAMPLED_BELOW_SECONDS
from jobs.gold.titles.completion import LENGTH, completion_ratio, is_completed

# The player's clock and that of who reports a viewing may differ over midnight.
REPORTED_DAYS_OFF = 1


def viewing_sessions(plays: DataFrame, reported: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a play: those that left events, as `sessions.plays.traced_plays` has them, and reported viewings without.

    Whether the play alone completed the title: what its viewer has seen of it is in `gold.title_progress`.
    """
    traced = plays.withColumn("session_source", F.lit("events"))
    untraced = untraced_sessions(reported, traced)
    return (
        traced.unionByName(untraced, allowMissingColumns=True)
        .join(titles.select(*LENGTH), on="title_id", how="left")
        .withColumn("completion_ratio", completion_ratio("unique_watched_seconds"))
        .withColumn("is_completed", is_completed())
        .withColumn("is_sampled", F.col("watched_seconds") < SAMPLED_BELOW_SECONDS)
        .select(*VIEWING_SESSIONS.column_names)
    )


def is_play() -> Column:
    """Whether a row of `gold.viewing_sessions` is a play: something was watched, and not while somebody browsed."""
    return (F.col("watched_seconds") > 0) & ~F.col("is_preview")


def is_attempt() -> Column:
    """Whether a row of `gold.viewing_sessions` tells how the player did: a viewer asked for it, or a picture came."""
    is_told = F.coalesce(F.col("is_requested") | F.col("is_started"), F.lit(False))
    return (F.col("session_source") == "events") & is_told & ~F.col("is_preview")


def untraced_sessions(reported: DataFrame, traced: DataFrame) -> DataFrame:
    """One row a reported viewing of which no event arrived: its reported time is all that is known.

    A viewing whose own id is that of a session with events is left out: it would be a second row of that session. Of
    an id under which several titles were played, only the trace of this title counts. The viewer does not tell: after a
    change of the pseudonym key, a report that comes again is of another one (decision 0009).
    """
    traces = traced.select(
        F.col("session_id").alias("traced_id"),
        F.col("title_id").alias("traced_title"),
        F.date_sub("session_date", REPORTED_DAYS_OFF).alias("from_date"),
        F.date_add("last_event_date", REPORTED_DAYS_OFF).alias("to_date"),
    )
    is_same = F.col("title_id") == F.col("traced_title")
    at_that_time = F.col("session_date").between(F.col("from_date"), F.col("to_date"))
    without_trace = reported
    for names_the_trace in ("session_id", "viewing_id"):
        is_traced = (F.col(names_the_trace) == F.col("traced_id")) & is_same & at_that_time
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
