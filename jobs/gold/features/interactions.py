"""`gold.interactions`: what one viewer did with one title, day by day."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import INTERACTIONS
from jobs.gold.sessions.viewing_sessions import is_play

# Thumbs on the scale of rating_score. A thumb up is worth what three quarters of the stars are.
_THUMBS = {"thumbs_down": -1.0, "thumbs_up": 0.5, "two_thumbs_up": 1.0}
# Stars run from 0.5 to 5.0; the middle is neither like nor dislike.
_MIDDLE_STARS = 2.75
_HALF_RANGE_STARS = 2.25


def interactions(sessions: DataFrame, progress: DataFrame, feedback: DataFrame) -> DataFrame:
    """One row a viewer, title and UTC date with any play, rating or change of the viewer's list.

    From `gold.viewing_sessions`, `gold.title_progress` and `silver.feedback_events` of the same dates.
    By day, so that a model can be given what was known on a date, and nothing from after it.
    """
    keys = ["session_date", "profile_key", "title_id"]
    played = (
        sessions.where(is_play())
        .groupBy(*keys)
        .agg(
            F.min("account_key").alias("_played_with"),
            F.min("country").alias("_played_in"),
            F.count("*").alias("plays"),
            F.sum("watched_seconds").alias("watched_seconds"),
            F.max("runtime_seconds").alias("_runtime_seconds"),
        )
        .join(progress.select(*keys, "completion_ratio", "completed_date"), on=keys, how="left")
        .withColumn("watched_ratio", _watched_ratio())
        .withColumn("is_completed", F.when(_is_judged(), F.col("completed_date").isNotNull()))
    )
    is_rating = F.col("event_type") == "rated"
    said = (
        feedback.withColumn("session_date", F.col("event_date"))
        .groupBy(*keys)
        .agg(
            F.min("account_key").alias("_said_with"),
            F.min("country").alias("_said_in"),
            F.max_by(rating_score(), F.when(is_rating, _when())).alias("rating_score"),
            F.max_by(F.col("event_type") == "list_added", F.when(~is_rating, _when())).alias("is_listed"),
        )
    )
    return (
        played.join(said, on=keys, how="full")
        .withColumn("account_key", F.coalesce("_played_with", "_said_with"))
        .withColumn("country", F.coalesce("_played_in", "_said_in"))
        .fillna(0, subset=["plays", "watched_seconds"])
        .select(*INTERACTIONS.column_names)
    )


def _is_judged() -> Column:
    return F.col("completion_ratio").isNotNull()


def _watched_ratio() -> Column:
    return F.when(_is_judged(), F.least(F.col("watched_seconds") / F.col("_runtime_seconds"), F.lit(1.0)))


def _when() -> Column:
    return F.struct("event_time", "event_id")


def rating_score() -> Column:
    """A rating on the scale from -1 to 1, whether it came as thumbs or as stars."""
    thumbs = F.create_map(*(F.lit(part) for pair in _THUMBS.items() for part in pair))
    return F.coalesce(thumbs[F.col("rating")], (F.col("stars") - _MIDDLE_STARS) / _HALF_RANGE_STARS)
