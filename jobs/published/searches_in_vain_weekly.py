"""`published.searches_in_vain_weekly`: genres and themes that people asked for by name and did not find."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.published import MOST_SEARCHES, OTHER, SEARCHES_IN_VAIN_WEEKLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.expressions.labels import is_sensitive
from jobs.expressions.periods import week_start
from jobs.published.rounding import in_tens


def searches_in_vain_weekly(in_vain: DataFrame) -> DataFrame:
    """One row a label that at least `SMALLEST_GROUP` accounts and profiles searched for in vain; others are `OTHER`.

    So are sensitive ones, by however many. `in_vain` are searches as
    `jobs.gold.demand.genre_demand_daily.searches_in_vain` returns them. Of an account, `MOST_SEARCHES` count in a row:
    of ten accounts, none dominates it. Where the others are too few people, they have no row: no table tells how many
    searches there were in all.
    """
    key = list(SEARCHES_IN_VAIN_WEEKLY.key)
    of_label = in_vain.withColumn("week_start_date", week_start("session_date"))
    enough = of_label.groupBy(*key).agg(_is_of_enough().alias("_is_told"))
    label = F.when(F.col("_is_told") & ~is_sensitive(F.col("label")), F.col("label")).otherwise(OTHER)
    of_account = Window.partitionBy(*key, "account_key").orderBy("event_id")
    return (
        of_label.join(enough, on=key, how="inner")
        .withColumn("label", label)
        .select(*key, "account_key", "profile_key", "event_id")
        .distinct()
        .withColumn("_number", F.row_number().over(of_account))
        .groupBy(*key)
        .agg(
            in_tens(F.count_if(F.col("_number") <= MOST_SEARCHES)).alias("searches"),
            F.count_distinct("profile_key").alias("viewers"),
            _is_of_enough().alias("_is_told"),
        )
        .where("_is_told")
        .select(*SEARCHES_IN_VAIN_WEEKLY.column_names)
    )


def _is_of_enough() -> Column:
    accounts, profiles = F.count_distinct("account_key"), F.count_distinct("profile_key")
    return F.least(accounts, profiles) >= SMALLEST_GROUP
