"""Whose list must be made anew."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.recommender.serving.age_limits import AGE_LIMIT
from jobs.recommender.serving.offered import OFFER, is_offered

# Raised when lists become other ones from the same data: all are made anew then.
_WAY_OF_MAKING = 2


def with_basis(profiles: DataFrame, interactions: DataFrame, agreed: DataFrame) -> DataFrame:
    """Adds `is_personal`, whether the profile is among those who `agreed`, and `basis`: a hash of what it ever did.

    Two runs find the same `basis` where no interaction, nor country, consent or age limit of the profile has changed.
    """
    did = interactions.groupBy("profile_key").agg(
        F.bit_xor(
            F.xxhash64(
                *("session_date", "title_id", "watched_seconds", "watched_ratio", "is_completed"),
                *("rating_score", "is_listed"),
            )
        ).alias("_did")
    )
    consenting = agreed.select("profile_key", F.lit(True).alias("_agreed"))
    return (
        profiles.join(did, on="profile_key", how="left")
        .join(consenting, on="profile_key", how="left")
        .withColumn("is_personal", F.coalesce("_agreed", F.lit(False)))
        .withColumn("basis", F.xxhash64("_did", "country", "is_personal", *AGE_LIMIT, F.lit(_WAY_OF_MAKING)))
        .drop("_did", "_agreed")
    )


def due_profiles(
    profiles: DataFrame, stored: DataFrame, titles: DataFrame, model_name: str, model_version: str
) -> DataFrame:
    """Profiles whose stored list has another basis, is of another model, or has a title that is not offered now."""
    is_current = (F.col("model_name") == model_name) & (F.col("model_version") == model_version)
    still_offered = (
        stored.where(is_current)
        .drop("as_of_date")
        .join(
            profiles.select("profile_key", "basis", "as_of_date", "country", *AGE_LIMIT),
            on=["profile_key", "basis"],
            how="inner",
        )
        .join(titles.select(*OFFER), on="title_id", how="left")
        .groupBy("profile_key")
        .agg(F.bool_and(F.coalesce(is_offered(), F.lit(False))).alias("_all_offered"))
        .where("_all_offered")
    )
    return profiles.join(still_offered, on="profile_key", how="left_anti")
