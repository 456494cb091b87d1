"""What viewers like, from what they did: a recommender learns from it, and is tested on it."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.recommender.models.half_life import half_life_weight

# Below two minutes a play is a sample, see gold.viewing_sessions; it does not say that the title was wanted.
LIKED_FROM_SECONDS = 120
# Of a title whose runtime is not known, an hour counts as much as the whole of one that is.
WHOLE_TITLE_SECONDS = 3600
# A thumb up says as much as watching the title to its end.
RATING_WEIGHT = 1.0
# Wanting to watch a title is worth half of watching it.
LISTED_WEIGHT = 0.5


def preferences(interactions: DataFrame, half_life_days: int | None = None) -> DataFrame:
    """One row a viewer and title that they showed a liking for, as `jobs.recommender.models` takes them.

    strength = what was watched of the title, 1 for all of it, on one day or on several, and 2 for twice,
    + `RATING_WEIGHT` × the last rating + `LISTED_WEIGHT` if it is on the viewer's list. What was watched
    `half_life_days` before the newest interaction of all counts half. What was rated down is left out.
    """
    part_of_title = F.coalesce("watched_ratio", F.col("watched_seconds") / WHOLE_TITLE_SECONDS)
    watched = F.least(part_of_title, F.lit(1.0))
    newest = interactions.agg(F.max("session_date").alias("_newest"))
    weight = half_life_weight(F.col("_newest"), F.col("session_date"), half_life_days)
    rated_on = F.when(F.col("rating_score").isNotNull(), F.col("session_date"))
    is_liking = (F.col("plays") > 0) | F.col("rating_score").isNotNull() | F.col("is_listed")
    totals = (
        interactions.crossJoin(F.broadcast(newest))
        .groupBy("profile_key", "title_id")
        .agg(
            F.sum("watched_seconds").alias("_seconds"),
            F.sum(watched * weight).alias("_watched"),
            F.coalesce(F.max_by("rating_score", rated_on), F.lit(0.0)).alias("_rating"),
            is_on_list().alias("_is_listed"),
            F.max("account_key").alias("account_key"),
            F.max_by("country", F.struct("session_date", "country")).alias("country"),
            F.max(F.when(is_liking, F.col("session_date"))).alias("liked_on"),
        )
    )
    is_wanted = (F.col("_seconds") >= LIKED_FROM_SECONDS) | (F.col("_rating") > 0) | F.col("_is_listed")
    listed = F.when(F.col("_is_listed"), F.lit(LISTED_WEIGHT)).otherwise(F.lit(0.0))
    return totals.where((F.col("_rating") >= 0) & is_wanted).select(
        "profile_key",
        "account_key",
        "title_id",
        (F.col("_watched") + RATING_WEIGHT * F.col("_rating") + listed).alias("strength"),
        "country",
        "liked_on",
    )


def is_on_list() -> Column:
    """Over all days of a viewer and title: it was put on the list, and not taken off since."""
    listed_on = F.when(F.col("is_listed").isNotNull(), F.col("session_date"))
    return F.coalesce(F.max_by("is_listed", listed_on), F.lit(False))


def relevant_titles(later: DataFrame, earlier: DataFrame) -> DataFrame:
    """One row a viewer and title that they liked later and had not met before: `profile_key`, `title_id`.

    Both are interactions. Only viewers who are known from the earlier ones: what to show strangers is another question.
    """
    known = earlier.select("profile_key").distinct()
    met = earlier.select("profile_key", "title_id").distinct()
    return (
        preferences(later)
        .select("profile_key", "title_id")
        .join(known, on="profile_key", how="left_semi")
        .join(met, on=["profile_key", "title_id"], how="left_anti")
    )
