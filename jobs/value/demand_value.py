"""The demand that subscribers show: their part of what titles cost, by their part of the hours."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.expressions.countries import known_country
from jobs.gold.sessions.viewing_sessions import is_play
from jobs.gold.subscribers.retention_monthly import STANDARD_ERRORS

_TITLE = ("title_id", "country")


def demand_values(sessions: DataFrame, costs: DataFrame) -> DataFrame:
    """One row an account that watched titles whose cost is known: `demand_hours`, `demand_value`, its interval.

    demand_value = the sum over titles of cost in the month × the account's hours / all hours in that country. `costs`
    have `title_id`, `country`, `cost`. The interval is that of a bootstrap over the other subscribers of each title,
    each drawn a Poisson(1) number of times: the hours of the others then vary with the sum of their squares. The ends
    of all titles are added up, which makes it wide rather than narrow.
    Source: Chamandy, Muralidharan, Najmi and Naidu, Estimating Uncertainty for Massive Data Streams, 2012.
    """
    hours = (
        sessions.where(is_play())
        .withColumn("country", known_country())
        .groupBy("account_key", *_TITLE)
        .agg((F.sum("watched_seconds") / 3600).alias("_hours"))
    )
    of_title = hours.groupBy(*_TITLE).agg(
        F.sum("_hours").alias("_all_hours"), F.sum(F.col("_hours") * F.col("_hours")).alias("_squares")
    )
    own = F.col("_hours")
    others = F.col("_all_hours") - own
    varies = STANDARD_ERRORS * F.sqrt(F.greatest(F.col("_squares") - own * own, F.lit(0.0)))
    return (
        hours.join(of_title, on=list(_TITLE), how="inner")
        .join(costs.where(F.col("cost").isNotNull()), on=list(_TITLE), how="inner")
        .groupBy("account_key")
        .agg(
            F.sum(own).alias("demand_hours"),
            F.sum(_part(own, others)).alias("demand_value"),
            F.sum(_part(own, others + varies)).alias("demand_value_low"),
            F.sum(_part(own, F.greatest(others - varies, F.lit(0.0)))).alias("demand_value_high"),
        )
    )


def _part(own: Column, others: Column) -> Column:
    return F.col("cost") * own / (own + others)
