"""`published.searches_in_vain_weekly`: genres and themes that people asked for by name and did not find."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.published import OTHER, SEARCHES_IN_VAIN_WEEKLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.expressions.labels import is_sensitive
from jobs.expressions.periods import week_start


def searches_in_vain_weekly(in_vain: DataFrame) -> DataFrame:
    """One row a label that at least `SMALLEST_GROUP` people searched for in vain in a week; the others are `OTHER`.

    So are sensitive ones, by however many.

    `in_vain` are searches as `jobs.gold.demand.genre_demand_daily.searches_in_vain` returns them. Where the others are
    too few people, they have no row: no table tells how many searches there were in all.
    """
    of_label = in_vain.withColumn("week_start_date", week_start("session_date"))
    key = list(SEARCHES_IN_VAIN_WEEKLY.key)
    people = of_label.groupBy(*key).agg(F.count_distinct("profile_key").alias("_people"))
    is_told = (F.col("_people") >= SMALLEST_GROUP) & ~is_sensitive(F.col("label"))
    label = F.when(is_told, F.col("label")).otherwise(OTHER)
    return (
        of_label.join(people, on=key, how="inner")
        .withColumn("label", label)
        .groupBy(*key)
        .agg(F.count_distinct("event_id").alias("searches"), F.count_distinct("profile_key").alias("viewers"))
        .where(F.col("viewers") >= SMALLEST_GROUP)
        .select(*SEARCHES_IN_VAIN_WEEKLY.column_names)
    )
