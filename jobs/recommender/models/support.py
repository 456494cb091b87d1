"""What enough accounts liked for a model to hold it."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.smallest_group import SMALLEST_GROUP


def of_supported_titles(preferences: DataFrame) -> DataFrame:
    """The rows of titles that `SMALLEST_GROUP` accounts liked: of a rarer one, nothing but those few can be learnt."""
    of_title = preferences.groupBy("title_id").agg(F.count("*").alias("_accounts"))
    supported = of_title.where(F.col("_accounts") >= SMALLEST_GROUP).select("title_id")
    return preferences.join(supported, on="title_id", how="left_semi")
