"""`gold.title_value_monthly`: what a title brings for what it costs."""

from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.gold import FIRST_PLAY_WITHIN_DAYS, TITLE_PROGRESS, TITLE_VALUE_MONTHLY
from jobs.expressions.countries import known_country
from jobs.expressions.periods import month_start
from jobs.gold.sessions.viewing_sessions import is_play
from jobs.gold.subscribers.tenures import tenures_by_key
from jobs.gold.titles.licence_costs import LICENCE, licence_cost_of_month, unplayed_titles

NO_SIGNUP = "unknown"
_KEY = TITLE_VALUE_MONTHLY.key
_COMPLETION = ("completion_ratio", "completed_date")
_COUNTS = ("plays", "viewers", "completed_views", "first_plays")


def title_value_monthly(
    sessions: DataFrame, progress: DataFrame, titles: DataFrame, subscriptions: DataFrame, newest: date
) -> DataFrame:
    """One row a month, title and country in which it was played, from `gold.viewing_sessions`, or was paid for in vain.

    A completed view is a viewer who completed the title in the month, as `progress` (`gold.title_progress` of the
    months) tells; it counts where they played it on that day. Who completes it in one play has completed it
    again, however soon.

    `newest` is the newest date of the data. `monthly_licence_cost` = what the licence costs on the days of the month
    that it has, none after `newest`, × the country's part of the title's watched hours. A title whose licence, as last
    described, has no such day was shown under one that is not known: its cost is null. A title that nobody played in
    the month costs all the same, in the countries of its licence alike: the rows of a month add up to what it cost.

    Signing up is the beginning of a tenure as `gold.retention_monthly` has it. A play belongs to the last one before
    it, which makes its cohort, and is a first play if that tenure has none before and began less than
    `FIRST_PLAY_WITHIN_DAYS` days ago: a month needs the sessions of so many days before it. Trailers are nobody's first
    play.
    After a change of the pseudonym key, an account keeps its cohort, and its first plays are looked for anew.
    """
    # Two aggregates follow, and the plays come from two months of sessions.
    plays = sessions.transform(_plays, progress, subscriptions.transform(_signups, newest), titles).localCheckpoint()
    in_country, of_title = Window.partitionBy("month_start_date", "country"), Window.partitionBy(*_KEY[:2])
    watched = F.col("watched_hours")
    played = (
        plays.groupBy(*_KEY)
        .agg(
            F.count("*").alias("plays"),
            F.count_distinct("profile_key").alias("viewers"),
            (F.sum("watched_seconds") / 3600).alias("watched_hours"),
            F.count_distinct(F.when(F.col("completes"), F.col("profile_key"))).alias("completed_views"),
            F.count_if("is_first_play").alias("first_plays"),
        )
        .join(plays.transform(_completed_by_cohort), on=list(_KEY), how="left")
        .withColumn("demand_share", watched / F.sum(watched).over(in_country))
        .withColumn("_part_of_cost", watched / F.sum(watched).over(of_title))
    )
    nothing = {name: F.lit(0).cast("bigint") for name in _COUNTS} | {
        name: F.lit(0.0) for name in ("watched_hours", "demand_share")
    }
    cost = licence_cost_of_month(newest) * F.col("_part_of_cost")
    return (
        played.unionByName(plays.transform(unplayed_titles, titles).withColumns(nothing), allowMissingColumns=True)
        .join(titles.select("title_id", *LICENCE), on="title_id", how="left")
        .withColumn("monthly_licence_cost", cost)
        .withColumn("cost_per_completed_view", F.try_divide("monthly_licence_cost", "completed_views"))
        .where((F.col("plays") > 0) | (F.col("monthly_licence_cost") > 0))
        .select(*TITLE_VALUE_MONTHLY.column_names)
    )


def _plays(sessions: DataFrame, progress: DataFrame, signups: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a play, with its month, its `cohort`, and whether it `is_first_play` after signing up.

    `has_completed`: whether its viewer had by the end of its date; null: nobody can say. `completes`: on that date.
    """
    of_tenure = Window.partitionBy("account_key", "signed_up_at", "is_trailer").orderBy("started_at", "session_id")
    is_first = ~F.col("is_trailer") & (F.row_number().over(of_tenure) == 1)
    is_judged, again = F.col("completion_ratio").isNotNull(), F.coalesce("is_completed", F.lit(False))
    is_soon = F.col("started_at") < F.col("signed_up_at") + F.lit(timedelta(days=FIRST_PLAY_WITHIN_DAYS))
    return (
        sessions.where(is_play())
        .drop("completion_ratio")
        .join(signups, on="account_key", how="left")
        .join(titles.select("title_id", "kind"), on="title_id", how="left")
        .join(progress.select(*TITLE_PROGRESS.key, *_COMPLETION), on=list(TITLE_PROGRESS.key), how="left")
        .withColumn("signed_up_at", _last_signup_before_the_play())
        .withColumn("is_trailer", F.coalesce(F.col("kind") == "trailer", F.lit(False)))
        .select(
            month_start("session_date").alias("month_start_date"),
            "title_id",
            known_country().alias("country"),
            "profile_key",
            "watched_seconds",
            F.when(is_judged, F.col("completed_date").isNotNull()).alias("has_completed"),
            (F.col("completed_date").eqNullSafe(F.col("session_date")) | (is_judged & again)).alias("completes"),
            F.coalesce(F.date_format("signed_up_at", "yyyy-MM"), F.lit(NO_SIGNUP)).alias("cohort"),
            (F.coalesce(is_soon, F.lit(False)) & is_first).alias("is_first_play"),
        )
    )


def _signups(subscriptions: DataFrame, newest: date) -> DataFrame:
    """One row an account: all moments at which it signed up."""
    return (
        subscriptions.transform(tenures_by_key, newest)
        .groupBy("account_key")
        .agg(F.collect_list("started_at").alias("_signed_up_at"))
    )


def _last_signup_before_the_play() -> Column:
    return F.array_max(F.filter("_signed_up_at", lambda signed_up_at: signed_up_at <= F.col("started_at")))


def _completed_by_cohort(plays: DataFrame) -> DataFrame:
    """Of the viewers of each cohort, those who had completed the title by the end of the month."""
    of_cohort = F.struct("cohort", "completed_share")
    return (
        plays.where(F.col("has_completed").isNotNull())
        .groupBy(*_KEY, "cohort", "profile_key")
        .agg(F.bool_or("has_completed").cast("double").alias("_has_completed"))
        .groupBy(*_KEY, "cohort")
        .agg(F.avg("_has_completed").alias("completed_share"))
        .groupBy(*_KEY)
        .agg(F.map_from_entries(F.sort_array(F.collect_list(of_cohort))).alias("completed_share_by_cohort"))
    )
