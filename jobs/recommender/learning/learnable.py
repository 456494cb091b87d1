"""What models may learn from: people, not profiles, none of whom counts for many."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.recommender.models.first_rows import first_rows

# The root of the sum of an account's squared strengths: that of a hundred titles watched whole.
MOST_WEIGHT = 10.0


def learnable(preferences: DataFrame) -> DataFrame:
    """One row an account and title, with the profile that likes it most: ten profiles of an account are not ten people.

    So any two titles are liked together by one profile of an account at most: who counts rows counts accounts. The
    strengths of an account that weighs more than `MOST_WEIGHT` are made smaller by one factor. Rows whose account is
    not known are those of one account.
    """
    once = first_rows(preferences, 1, ["account_key", "title_id"], [F.desc("strength"), "profile_key"]).drop("rank")
    squares = F.sum(F.col("strength") * F.col("strength")).over(Window.partitionBy("account_key"))
    factor = F.least(F.coalesce(F.try_divide(F.lit(MOST_WEIGHT), F.sqrt(squares)), F.lit(1.0)), F.lit(1.0))
    return once.withColumn("strength", F.col("strength") * factor)
