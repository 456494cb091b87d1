"""`gold.search_daily`: what people look for, and whether they find it."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.gold import SEARCH_DAILY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.expressions.countries import known_country
from jobs.gold.demand.typed_queries import normalised_query, without_typing
from jobs.gold.sessions.viewing_sessions import is_play

# What follows a search within so long is taken for its outcome.
OUTCOME_MINUTES = 10
# A query is in small letters, so that none is like this.
RARE_QUERIES = "OTHER"


def search_daily(searches: DataFrame, sessions: DataFrame) -> DataFrame:
    """One row a UTC date, country and query, from `silver.search_events` and `gold.viewing_sessions`.

    Searches on the way to another one do not count (`jobs.gold.demand.typed_queries`). A search is opened when the
    viewer opens a result of the same query within `OUTCOME_MINUTES`, and played when they play anything within that
    time. Queries of fewer than `SMALLEST_GROUP` viewers are one row, `RARE_QUERIES`.
    """
    by_viewer = (
        searches.transform(with_outcomes, sessions)
        .groupBy(*SEARCH_DAILY.key, "profile_key")
        .agg(
            F.count("*").alias("searches"),
            # One that does not say how much it found, found something.
            F.count_if(F.col("result_count") == 0).alias("without_result"),
            F.count_if("is_opened").alias("opened"),
            F.count_if("is_played").alias("played"),
        )
    )
    return (
        by_viewer.transform(_fold_rare_queries)
        .groupBy(*SEARCH_DAILY.key)
        .agg(
            F.sum("searches").alias("searches"),
            F.count_distinct("profile_key").alias("viewers"),
            _share_of_searches("without_result").alias("zero_result_share"),
            _share_of_searches("opened").alias("opened_share"),
            _share_of_searches("played").alias("played_share"),
        )
        .select(*SEARCH_DAILY.column_names)
    )


def with_outcomes(searches: DataFrame, sessions: DataFrame) -> DataFrame:
    """One row a search: `event_date`, `country`, normalised `query`, `profile_key`, `result_count`, what came of it."""
    asked = searches.transform(without_typing).withColumns(
        {"query": normalised_query(), "_at": F.unix_seconds("event_time")}
    )
    played = sessions.where(is_play()).select(
        "profile_key", F.unix_seconds("started_at").alias("_at"), F.lit("played").alias("event_type")
    )
    by_time = Window.orderBy("_at").rangeBetween(Window.currentRow, 60 * OUTCOME_MINUTES)
    of_viewer = by_time.partitionBy("profile_key")
    of_query = by_time.partitionBy("profile_key", "query")
    return (
        asked.unionByName(played, allowMissingColumns=True)
        .withColumn("is_opened", F.count_if(F.col("event_type") == "search_result_opened").over(of_query) > 0)
        .withColumn("is_played", F.count_if(F.col("event_type") == "played").over(of_viewer) > 0)
        .where(F.col("event_type") == "searched")
        .withColumn("country", known_country())
        .select("event_date", "country", "query", "profile_key", "result_count", "is_opened", "is_played")
    )


def _fold_rare_queries(by_viewer: DataFrame) -> DataFrame:
    """Expects a row a viewer and query."""
    return (
        by_viewer.withColumn("_viewers", F.count("*").over(Window.partitionBy(*SEARCH_DAILY.key)))
        .withColumn("query", F.when(F.col("_viewers") >= SMALLEST_GROUP, F.col("query")).otherwise(RARE_QUERIES))
        .drop("_viewers")
    )


def _share_of_searches(count: str) -> Column:
    return F.sum(count) / F.sum("searches")
