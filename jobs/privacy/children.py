"""Which profiles are a child's: nobody markets to them, or learns from them who may leave."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.age_classes import ADULT_AGE
from jobs.expressions.age_classes import least_age


def is_child() -> Column:
    """Of a described profile: said so, or limited to less than what adults may see and not said otherwise."""
    is_limited = F.col("highest_maturity").isNotNull() & (
        F.coalesce(least_age("highest_maturity"), F.lit(0)) < ADULT_AGE
    )
    return F.coalesce("is_child", is_limited)


def without_children(rows: DataFrame, profiles: DataFrame) -> DataFrame:
    """The rows of all other profiles. `profiles` is `silver.profiles`."""
    return rows.join(profiles.where(is_child()).select("profile_key"), on="profile_key", how="left_anti")
