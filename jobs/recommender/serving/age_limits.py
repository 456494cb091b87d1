"""What a viewer is old enough for."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.age_classes import ADULT_AGE
from jobs.expressions.age_classes import least_age
from jobs.privacy.children import is_child

AGE_LIMIT = ("highest_age", "takes_unrated")


def with_age_limits(viewers: DataFrame, described: DataFrame, interactions: DataFrame, titles: DataFrame) -> DataFrame:
    """Adds `highest_age`, null for any, and `takes_unrated`: whether a title of which no age is known may be offered.

    `described` is `silver.profiles`. A profile is held to the class that it states; a child's that states none, or one
    that nobody knows, to titles for all. A profile of which nothing is said may be a child's: it is offered what is for
    adults only once it has played something of that kind.
    """
    is_limited = is_child() | F.col("highest_maturity").isNotNull()
    limits = described.select(
        "profile_key",
        F.coalesce(is_limited, F.lit(False)).alias("_is_limited"),
        (F.col("is_child").isNotNull() | F.col("highest_maturity").isNotNull()).alias("_is_known"),
        F.coalesce(least_age("highest_maturity"), F.lit(0)).alias("_age"),
    )
    for_adults = titles.where(least_age("maturity") >= ADULT_AGE).select("title_id")
    adults = (
        interactions.where(F.col("plays") > 0)
        .join(for_adults, on="title_id", how="left_semi")
        .select("profile_key", F.lit(True).alias("_has_played"))
        .distinct()
    )
    is_open = F.coalesce("_is_known", F.lit(False)) | F.coalesce("_has_played", F.lit(False))
    highest_age = F.when(F.col("_is_limited"), F.col("_age")).when(~is_open, F.lit(ADULT_AGE - 1))
    return (
        viewers.join(limits, on="profile_key", how="left")
        .join(adults, on="profile_key", how="left")
        .withColumns({"highest_age": highest_age, "takes_unrated": ~F.coalesce("_is_limited", F.lit(False))})
        .drop("_is_limited", "_is_known", "_age", "_has_played")
    )
