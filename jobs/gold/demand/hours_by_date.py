"""`gold.hours_by_date`: whether all tables that count watched hours count the same ones."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import HOURS_BY_DATE
from jobs.gold.sessions.viewing_sessions import is_play


def hours_by_date(sessions: DataFrame, engagement: DataFrame, demand: DataFrame) -> DataFrame:
    """One row a UTC date: the hours of its plays, and by how much each table is off that shares them out.

    From `gold.viewing_sessions`, `gold.title_engagement_daily` and `gold.genre_demand_daily` of the same dates. By how
    much is a part of all hours, as the error of a sum of doubles is, but of one hour at least.
    """
    counted = {
        "titles_off_by": engagement,
        "genres_off_by": demand.where("facet = 'genre'"),
        "themes_off_by": demand.where("facet = 'theme'"),
    }
    plays = sessions.where(is_play())
    hours = plays.groupBy("session_date").agg((F.sum("watched_seconds") / 3600).alias("watched_hours"))
    for name, rows in counted.items():
        of_table = rows.groupBy("session_date").agg(F.sum("watched_hours").alias(name))
        hours = hours.join(of_table, on="session_date", how="full")
    watched = F.col("watched_hours")
    return (
        hours.fillna(0.0)
        .withColumns({name: (F.col(name) - watched) / F.greatest(watched, F.lit(1.0)) for name in counted})
        .select(*HOURS_BY_DATE.column_names)
    )
