"""`gold.viewing_sessions`: what one play came to."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.gold.played_intervals import begins_to_stall, is_fatal, played_intervals, watched_time
from jobs.gold.session_starts import SESSION
from jobs.tables.gold import LARGEST_COMPLETION_RATIO, VIEWING_SESSIONS

# Credits roll over the last tenth: who saw the rest has seen the title.
COMPLETED_FROM_RATIO = 0.90
# The field's word for a play that ended before it could be judged: two minutes.
SAMPLED_BELOW_SECONDS = 120
# A player that waits says so again within minutes: where nothing is heard for longer, the device sleeps.
LONGEST_WAIT_SECONDS = 300.0
# The player's clock and that of who reports a viewing may differ over midnight.
REPORTED_DAYS_OFF = 1


def viewing_sessions(ordered: DataFrame, reported: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a session: those that left events, as `order_events` returns them, and reported viewings without any."""
    traced = traced_sessions(ordered)
    untraced = untraced_sessions(reported, traced)
    return (
        traced.unionByName(untraced, allowMissingColumns=True)
        .join(titles.select("title_id", "runtime_seconds"), on="title_id", how="left")
        .withColumn("completion_ratio", _completion_ratio())
        .withColumn("is_completed", F.col("completion_ratio") >= COMPLETED_FROM_RATIO)
        .withColumn("is_sampled", F.col("watched_seconds") < SAMPLED_BELOW_SECONDS)
        .select(*VIEWING_SESSIONS.column_names)
    )


def traced_sessions(ordered: DataFrame) -> DataFrame:
    """One row a session that left events, without what needs the title."""
    watched = ordered.transform(played_intervals).transform(watched_time)
    return (
        ordered.groupBy(*SESSION)
        .agg(*_session_facts())
        .join(watched, on=list(SESSION), how="left")
        .fillna(0.0, subset=["watched_seconds", "unique_watched_seconds", "unstalled_seconds"])
        .withColumn("watched_before_stall_seconds", F.when(F.col("stall_count") > 0, F.col("unstalled_seconds")))
        .withColumnRenamed("session_started_at", "started_at")
        .withColumn("session_date", F.to_date("started_at"))
        .withColumn("session_source", F.lit("events"))
    )


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
        F.lit("reported").alias("session_source"),
    )


def _completion_ratio() -> Column:
    """Null where the runtime is not known, and where far more was played than that: it, or the title, is wrong then.

    Silver cannot judge a position by the runtime: the title may be described later than it is played.
    """
    ratio = F.col("unique_watched_seconds") / F.col("runtime_seconds")
    return F.when(ratio <= LARGEST_COMPLETION_RATIO, ratio)


def _session_facts() -> list[Column]:
    kind = F.col("event_type")
    return [
        _first("account_key"),
        _first("profile_key"),
        _first("title_id"),
        F.max("event_time").alias("ended_at"),
        _first("utc_offset_minutes"),
        _first("device_type"),
        _first("os"),
        _first("app_version"),
        _first("country"),
        _first("region"),
        _first("play_source"),
        _first("is_autoplay"),
        F.bool_or(kind == "play_requested").alias("is_requested"),
        F.bool_or(kind == "playing").alias("is_started"),
        F.bool_or(is_fatal() | F.coalesce(F.col("stop_reason") == "error", F.lit(False))).alias("is_failed"),
        _seconds_while(F.col("is_paused")).alias("paused_seconds"),
        _seconds_while(F.col("is_stalled"), LONGEST_WAIT_SECONDS).alias("buffering_seconds"),
        _seconds_while(F.col("stalled_after") == "playing", LONGEST_WAIT_SECONDS).alias("stalled_seconds"),
        _seconds_while(F.col("stalled_after") == "seeked", LONGEST_WAIT_SECONDS).alias("seek_stalled_seconds"),
        F.count_if(begins_to_stall("playing")).cast("int").alias("stall_count"),
        _startup_seconds().alias("startup_seconds"),
        F.count_if(F.col("jump_ms") > 0).cast("int").alias("seek_forward_count"),
        F.count_if(F.col("jump_ms") < 0).cast("int").alias("seek_back_count"),
        _first("stop_reason"),
        F.count("*").cast("int").alias("event_count"),
    ]


def _first(name: str) -> Column:
    """The first value that the session's events state, in their order (decision 0012)."""
    return F.min_by(name, F.when(F.col(name).isNotNull(), F.col("event_order"))).alias(name)


def _seconds_while(condition: Column, longest: float | None = None) -> Column:
    """Time from the events for which it holds to the next ones, of each no more than the longest."""
    elapsed = F.col("next_event_time").cast("double") - F.col("event_time").cast("double")
    if longest is not None:
        elapsed = F.least(elapsed, F.lit(longest))
    return F.coalesce(F.sum(F.when(condition, elapsed)), F.lit(0.0))


def _startup_seconds() -> Column:
    """From the request to the first moving picture; null where either is missing or the clock ran backwards."""
    requested, playing = (
        F.min(F.when(F.col("event_type") == kind, F.col("event_time"))).cast("double")
        for kind in ("play_requested", "playing")
    )
    return F.when(playing >= requested, playing - requested)
