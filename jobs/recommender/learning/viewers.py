"""Whom to recommend to: what they liked, and what they have seen."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def viewers(profiles: DataFrame, preferences: DataFrame, seen: DataFrame) -> DataFrame:
    """One row a profile (`profile_key`, `country`), with `liked_titles`, `liked_strengths` and `seen_titles`.

    A profile without a preference has empty ones: only a model that asks for none can recommend to it.
    """
    in_order = F.sort_array(F.collect_list(F.struct("title_id", "strength")))
    liked = preferences.groupBy("profile_key").agg(in_order.alias("_liked"))
    of_seen = seen.groupBy("profile_key").agg(F.sort_array(F.collect_set("title_id")).alias("seen_titles"))
    nothing = F.array().cast("array<string>")
    return (
        profiles.select("profile_key", "country")
        .join(liked, on="profile_key", how="left")
        .join(of_seen, on="profile_key", how="left")
        .select(
            "profile_key",
            "country",
            F.coalesce("_liked.title_id", nothing).alias("liked_titles"),
            F.coalesce("_liked.strength", F.array().cast("array<double>")).alias("liked_strengths"),
            F.coalesce("seen_titles", nothing).alias("seen_titles"),
        )
    )
