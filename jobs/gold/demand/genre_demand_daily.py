"""`gold.genre_demand_daily`: what people want against what they are offered."""

from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.columns import UNLABELLED
from jobs.contracts.gold import GENRE_DEMAND_DAILY
from jobs.expressions.countries import known_country
from jobs.expressions.licences import LICENCE, is_licensed_in_country, is_offered
from jobs.gold.demand.typed_queries import normalised_query, without_typing
from jobs.gold.sessions.viewing_sessions import is_play

_COLUMN_OF_FACET = {"genre": "genres", "theme": "themes"}
_PLACE = ("session_date", "country")
_LABEL = ("facet", "label")
_MEASURES = ("watched_hours", "offered_watched_hours", "viewers", "searches_without_result", "supply_hours")


def genre_demand_daily(sessions: DataFrame, searches: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a UTC date, country, facet (genre or theme) and label of it, watched, offered or searched for in vain.

    The hours of a title are shared equally among its labels, both those watched and those offered, so that those of a
    facet add up to the whole. demand_supply_ratio = (watched hours / all watched hours) / (supply hours / all supply
    hours) of that date and country, both of the titles that are on offer there: of a known length, with a licence for
    that day, and no trailers. Hours of others are watched, and would be demand that no supply can meet.
    """
    watched = sessions.where(is_play()).withColumn("country", known_country())
    described = titles.select("title_id", "kind", "runtime_seconds", *_COLUMN_OF_FACET.values(), *LICENCE)
    demand = watched.transform(_demand, described)
    in_vain = (
        searches.transform(searches_in_vain, described)
        .groupBy(*_PLACE, *_LABEL)
        .agg(F.count("*").alias("searches_without_result"))
    )
    places = watched.select(*_PLACE).unionByName(in_vain.select(*_PLACE)).distinct()
    parts = [demand, in_vain, described.transform(_supply, places)]
    whole = Window.partitionBy(*_PLACE, "facet")
    shares = {
        share: F.try_divide(hours, F.sum(hours).over(whole))
        for share, hours in (
            ("demand_share", F.col("watched_hours")),
            ("offered_demand_share", F.col("offered_watched_hours")),
            ("supply_share", F.col("supply_hours")),
        )
    }
    return (
        reduce(_union, parts)
        .groupBy(*GENRE_DEMAND_DAILY.key)
        .agg(*(F.coalesce(F.sum(name), F.lit(0)).alias(name) for name in _MEASURES))
        .withColumns(shares)
        .withColumn("demand_supply_ratio", F.try_divide("offered_demand_share", "supply_share"))
        .select(*GENRE_DEMAND_DAILY.column_names)
    )


def with_labels(rows: DataFrame) -> DataFrame:
    """Each row once for each of its genres and themes: adds `facet`, `label`, `label_share`, the row's part in it."""
    labels = F.concat(*(_labels(facet, F.col(column)) for facet, column in _COLUMN_OF_FACET.items()))
    return rows.select("*", F.inline(labels))


def distinct_labels(labels: Column) -> Column:
    """The labels, each once: `UNLABELLED` where there are none."""
    distinct = F.array_distinct(F.coalesce(labels, F.array().cast("array<string>")))
    return F.when(F.size(distinct) > 0, distinct).otherwise(F.array(F.lit(UNLABELLED)))


def _labels(facet: str, labels: Column) -> Column:
    named = distinct_labels(labels)
    share = 1 / F.size(named)
    return F.transform(
        named,
        lambda label: F.struct(F.lit(facet).alias("facet"), label.alias("label"), share.alias("label_share")),
    )


def _demand(watched: DataFrame, titles: DataFrame) -> DataFrame:
    labelled = watched.drop("runtime_seconds").join(titles, on="title_id", how="left").transform(with_labels)
    hours = F.col("watched_seconds") * F.col("label_share") / 3600
    is_counted = is_offered("session_date") & is_licensed_in_country()
    return labelled.groupBy(*_PLACE, *_LABEL).agg(
        F.sum(hours).alias("watched_hours"),
        F.sum(F.when(is_counted, hours)).alias("offered_watched_hours"),
        F.count_distinct("profile_key").alias("viewers"),
    )


def searches_in_vain(searches: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a search that found nothing and each label whose name it was: who types that, and no more, wants it.

    `session_date`, `country`, `event_id`, `account_key`, `profile_key`, `facet`, `label`.
    """
    labels = titles.transform(with_labels).select(*_LABEL).distinct()
    is_in_vain = (F.col("event_type") == "searched") & (F.col("result_count") == 0)
    in_vain = (
        searches.transform(without_typing)
        .where(is_in_vain)
        .select(
            F.col("event_date").alias("session_date"),
            known_country().alias("country"),
            "event_id",
            "account_key",
            "profile_key",
            normalised_query().alias("_query"),
        )
    )
    return in_vain.join(F.broadcast(labels), on=F.col("_query") == F.lower("label"), how="inner").drop("_query")


def _supply(titles: DataFrame, places: DataFrame) -> DataFrame:
    """The hours that could be watched there on that date."""
    return (
        titles.crossJoin(F.broadcast(places))
        .where(is_offered("session_date") & is_licensed_in_country())
        .transform(with_labels)
        .groupBy(*_PLACE, *_LABEL)
        .agg((F.sum(F.col("runtime_seconds") * F.col("label_share")) / 3600).alias("supply_hours"))
    )


def _union(left: DataFrame, right: DataFrame) -> DataFrame:
    return left.unionByName(right, allowMissingColumns=True)
