"""`published.experience_weekly`: how the player does, region by region."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.published import EXPERIENCE_WEEKLY, MOST_ATTEMPTS, OTHER, STARTUP_STEPS_SECONDS
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.expressions.countries import known_country
from jobs.expressions.periods import week_start
from jobs.gold.sessions.viewing_sessions import is_attempt
from jobs.published.rounding import two_digits

_REGION = ("country", "region")
_ROW = ("week_start_date", *_REGION)
_SHARE_PLACES = 2


def experience_weekly(sessions: DataFrame) -> DataFrame:
    """One row a region, of the plays that were attempted, as `gold.experience_daily` defines all of it.

    Regions of few accounts are told together as `OTHER`. It holds nothing that adds up, and so nothing that could be
    taken from other tables. Of an account, `MOST_ATTEMPTS` count. A start took as long as the step of
    `STARTUP_STEPS_SECONDS` in which the percentile lies, and is told where as many accounts as a row needs had a start
    in that step or beyond, and in that step or before; failures and stalls where so many had any, or nobody.
    """
    attempts = sessions.transform(_attempts).localCheckpoint()
    started = F.when(F.col("is_started"), F.col("startup_seconds"))
    stalled, playing = F.sum("stalled_seconds"), F.sum("playing_seconds")
    of_plays = attempts.groupBy(*_ROW).agg(
        F.count_distinct("profile_key").alias("viewers"),
        F.percentile(started, 0.5).alias("_p50"),
        F.percentile(started, 0.95).alias("_p95"),
        F.round(F.avg(F.col("is_failed").cast("double")), _SHARE_PLACES).alias("failed_share"),
        two_digits(F.try_divide(stalled, stalled + playing)).alias("rebuffer_ratio"),
    )
    of_accounts = attempts.groupBy(*_ROW, "account_key").agg(
        F.min(started).alias("_fastest"),
        F.max(started).alias("_slowest"),
        F.bool_or("is_failed").alias("_has_failed"),
        (F.sum("stalled_seconds") > 0).alias("_has_stalled"),
    )
    return (
        of_accounts.join(of_plays, on=list(_ROW), how="inner")
        .groupBy(*_ROW, *(name for name in of_plays.columns if name not in _ROW))
        .agg(
            F.count("*").alias("_accounts"),
            *(_is_of_enough(f"_{name}").alias(f"_tells_{name}") for name in ("p50", "p95")),
            F.count_if("_has_failed").alias("_failed"),
            F.count_if("_has_stalled").alias("_stalled"),
        )
        .where(F.least("_accounts", "viewers") >= SMALLEST_GROUP)
        .withColumns(
            {f"startup_seconds_{name}": F.when(F.col(f"_tells_{name}"), _step(f"_{name}")) for name in ("p50", "p95")}
        )
        .withColumn("failed_share", F.when(_is_none_or_enough("_failed"), F.col("failed_share")))
        .withColumn("rebuffer_ratio", F.when(_is_none_or_enough("_stalled"), F.col("rebuffer_ratio")))
        .select(*EXPERIENCE_WEEKLY.column_names)
    )


def _attempts(sessions: DataFrame) -> DataFrame:
    """The attempts that count, in the row of a region that has enough accounts, or in `OTHER`."""
    country = known_country()
    places = sessions.where(is_attempt()).withColumns(
        {"week_start_date": week_start("session_date"), "country": country, "region": F.coalesce("region", country)}
    )
    enough = places.groupBy(*_ROW).agg(
        (F.count_distinct("account_key") >= SMALLEST_GROUP).alias("_is_of_accounts"),
        (F.count_distinct("profile_key") >= SMALLEST_GROUP).alias("_is_of_profiles"),
    )
    is_named = F.col("_is_of_accounts") & F.col("_is_of_profiles")
    of_account = Window.partitionBy(*_ROW, "account_key").orderBy("session_date", "started_at", "session_id")
    return (
        places.join(enough, on=list(_ROW), how="inner")
        .withColumns({name: F.when(is_named, F.col(name)).otherwise(OTHER) for name in _REGION})
        .withColumn("_number", F.row_number().over(of_account))
        .where(F.col("_number") <= MOST_ATTEMPTS)
    )


def _step(seconds: str) -> Column:
    """The end of the step that it lies in; null beyond the last."""
    ends = (F.when(F.col(seconds) <= end, F.lit(float(end))) for end in STARTUP_STEPS_SECONDS)
    return F.coalesce(*ends)


def _begin_of_step(seconds: str) -> Column:
    begins = (F.when(F.col(seconds) > end, F.lit(float(end))) for end in reversed(STARTUP_STEPS_SECONDS))
    return F.coalesce(*begins, F.lit(-1.0))


def _is_of_enough(seconds: str) -> Column:
    """Whether enough accounts had a start that took so long, by the step, and enough one that took no longer."""
    as_slow = F.count_if(F.col("_slowest") > _begin_of_step(seconds))
    as_fast = F.count_if(F.col("_fastest") <= _step(seconds))
    return F.least(as_slow, as_fast) >= SMALLEST_GROUP


def _is_none_or_enough(accounts: str) -> Column:
    return (F.col(accounts) == 0) | (F.col(accounts) >= SMALLEST_GROUP)
