"""What a recommender learns from, and what it is tested on."""

from datetime import date, timedelta

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

# The last fifth of the days is the test: long enough for most viewers to come back, and after everything learnt.
TEST_SHARE_OF_DAYS = 0.2
# Below two minutes a play is a sample, see gold.viewing_sessions; it does not say that the title was wanted.
LIKED_FROM_SECONDS = 120
# A thumb up says about as much as half an hour of watching (log1p(30) is 3.4).
RATING_WEIGHT = 3.4


def split_date(first: date, last: date) -> date:
    """The first date of the test: what came before it is learnt from.

    >>> split_date(date(2026, 6, 1), date(2026, 6, 10))
    datetime.date(2026, 6, 9)
    """
    days = (last - first).days + 1
    return last - timedelta(days=max(1, round(days * TEST_SHARE_OF_DAYS)) - 1)


def preferences(interactions: DataFrame) -> DataFrame:
    """One row a viewer and title that they showed a liking for: `profile_key`, `title_id`, `strength` > 0.

    strength = log(1 + minutes watched) + a weight for the last rating; a title that was rated down is left out.
    """
    totals = interactions.groupBy("profile_key", "title_id").agg(
        F.sum("watched_seconds").alias("_seconds"),
        F.max_by("rating_score", F.when(F.col("rating_score").isNotNull(), F.col("session_date"))).alias("_rating"),
    )
    rating = F.coalesce("_rating", F.lit(0.0))
    is_liked = (rating >= 0) & ((F.col("_seconds") >= LIKED_FROM_SECONDS) | (rating > 0))
    return totals.where(is_liked).select(
        "profile_key",
        "title_id",
        (F.log1p(F.col("_seconds") / 60) + RATING_WEIGHT * rating).alias("strength"),
    )


def relevant_titles(test_interactions: DataFrame, train_interactions: DataFrame) -> DataFrame:
    """One row a viewer and title that they liked in the test and had not met before: `profile_key`, `title_id`.

    Only viewers who are known from the training part: what to show strangers is another question.
    """
    known = train_interactions.select("profile_key").distinct()
    met = train_interactions.select("profile_key", "title_id").distinct()
    return (
        preferences(test_interactions)
        .select("profile_key", "title_id")
        .join(known, on="profile_key", how="left_semi")
        .join(met, on=["profile_key", "title_id"], how="left_anti")
    )


def compact_ids(keys: DataFrame, key: str, number: str, buckets: int = 64) -> DataFrame:
    """Gives each distinct key a whole number below 2^31, as ALS needs: columns `key` and `number`.

    Numbered inside hash buckets, so that no single task and no driver has to see all keys.
    """
    bucket = F.pmod(F.xxhash64(key), F.lit(buckets))
    place = F.row_number().over(Window.partitionBy("_bucket").orderBy(key))
    return (
        keys.select(key)
        .distinct()
        .withColumn("_bucket", bucket)
        .withColumn(number, ((place - 1) * buckets + F.col("_bucket")).cast("int"))
        .drop("_bucket")
    )
