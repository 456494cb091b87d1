"""Lists that need a consent to personalisation."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.recommender.serving.candidates import POPULAR


def lists_without_consent(lists: DataFrame, agreed: DataFrame) -> DataFrame:
    """All rows of each list that has a personal title, of a profile that is not among those who `agreed`.

    What is popular in a country is shown to anybody there.
    """
    personal = lists.where(F.col("source") != POPULAR).select("profile_key").distinct()
    without = personal.join(agreed, on="profile_key", how="left_anti")
    return lists.join(without, on="profile_key", how="left_semi")
