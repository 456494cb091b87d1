"""The released tables that divide the sessions of a week: of each session, in the rows that its cells ended in."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.published import (
    EXPERIENCE_WEEKLY,
    GENRE_DEMAND_WEEKLY,
    OTHER,
    TITLE_VIEWING_WEEKLY,
    VIEWING_CLOCK_WEEKLY,
    VIEWING_DAILY,
)
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.contracts.table import Table
from jobs.expressions.periods import week_start
from jobs.published.cells import CELL, LABELS, SESSION, genres_of_title, with_labels_of

# Of few plays, a percentile is what one of them took: it is told to a tenth of a second.
_PLACES = 1


def viewing_daily(sessions: DataFrame, cells: DataFrame) -> DataFrame:
    """One row a UTC date of the week."""
    return _viewing(VIEWING_DAILY, sessions, cells)


def viewing_clock_weekly(sessions: DataFrame, cells: DataFrame) -> DataFrame:
    """One row three hours of a day of the week, on the clock of the viewer, where the play began."""
    return _viewing(VIEWING_CLOCK_WEEKLY, sessions, cells)


def title_viewing_weekly(sessions: DataFrame, cells: DataFrame) -> DataFrame:
    """One row a title. views = watched hours / runtime hours; titles without a name in the catalogue go by their id."""
    is_other = F.col("title_id") == OTHER
    views = F.sum("watched_seconds") / F.max("runtime_seconds")
    return (
        _in_rows(TITLE_VIEWING_WEEKLY, sessions, cells)
        .groupBy(*TITLE_VIEWING_WEEKLY.key)
        .agg(
            _plays(),
            _viewers(),
            _hours(),
            F.max("name").alias("_name"),
            F.max("kind").alias("_kind"),
            views.alias("_views"),
        )
        .withColumns(
            {
                "name": F.when(is_other, OTHER).otherwise(F.coalesce("_name", "title_id")),
                "kind": F.when(~is_other, F.col("_kind")),
                "views": F.when(~is_other, F.col("_views")),
            }
        )
        .select(*TITLE_VIEWING_WEEKLY.column_names)
    )


def genre_demand_weekly(sessions: DataFrame, cells: DataFrame, demand: DataFrame) -> DataFrame:
    """One row a genre. The hours of a title are shared equally among its genres; so are those on offer.

    `demand` are rows of `gold.genre_demand_daily`, which say what was on offer. demand_supply_ratio = demand_share /
    supply_share, each the genre's part of all hours of the week.
    """
    in_rows = _in_rows(GENRE_DEMAND_WEEKLY, sessions, cells)
    rows = in_rows.groupBy(*GENRE_DEMAND_WEEKLY.key).agg(
        _plays(),
        _viewers(),
        (F.sum(F.col("watched_seconds") / F.size(genres_of_title())) / 3600).alias("watched_hours"),
    )
    on_offer = (
        demand.where(F.col("facet") == "genre")
        .withColumn("week_start_date", week_start("session_date"))
        .join(
            rows.select(*GENRE_DEMAND_WEEKLY.key, F.col("genre").alias("label")),
            on=["week_start_date", "label"],
            how="left",
        )
        .groupBy("week_start_date", F.coalesce("genre", F.lit(OTHER)).alias("genre"))
        .agg(F.sum("supply_hours").alias("_supply_hours"))
        .withColumn("supply_share", _share_of_week("_supply_hours"))
    )
    return (
        rows.withColumn("demand_share", _share_of_week("watched_hours"))
        .join(on_offer, on=list(GENRE_DEMAND_WEEKLY.key), how="left")
        .withColumn("demand_supply_ratio", F.try_divide("demand_share", "supply_share"))
        .select(*GENRE_DEMAND_WEEKLY.column_names)
    )


def experience_weekly(sessions: DataFrame, cells: DataFrame) -> DataFrame:
    """One row a region, of the plays that were attempted, as `gold.experience_daily` defines all of it.

    It holds nothing that adds up, and so nothing that could be taken from the plays of other tables.
    """
    is_of_enough = F.count_distinct(F.when(F.col("is_started"), F.col("profile_key"))) >= SMALLEST_GROUP
    stalled, playing = F.sum("stalled_seconds"), F.sum("playing_seconds")
    return (
        _in_rows(EXPERIENCE_WEEKLY, sessions, cells)
        .groupBy(*EXPERIENCE_WEEKLY.key)
        .agg(
            _viewers(),
            F.when(is_of_enough, F.round(F.percentile("startup_seconds", 0.5), _PLACES)).alias("startup_seconds_p50"),
            F.when(is_of_enough, F.round(F.percentile("startup_seconds", 0.95), _PLACES)).alias("startup_seconds_p95"),
            F.avg(F.col("is_failed").cast("double")).alias("failed_share"),
            F.try_divide(stalled, stalled + playing).alias("rebuffer_ratio"),
        )
        .select(*EXPERIENCE_WEEKLY.column_names)
    )


def viewers_in_tens(rows: DataFrame) -> DataFrame:
    """`viewers` rounded down: else those of a genre less those of its title were the one who saw something else."""
    return rows.withColumn("viewers", (F.floor(F.col("viewers") / SMALLEST_GROUP) * SMALLEST_GROUP).cast("bigint"))


def _viewing(table: Table, sessions: DataFrame, cells: DataFrame) -> DataFrame:
    return (
        _in_rows(table, sessions, cells)
        .groupBy(*table.key)
        .agg(_plays(), _viewers(), _hours())
        .select(*table.column_names)
    )


def _in_rows(table: Table, sessions: DataFrame, cells: DataFrame) -> DataFrame:
    """The table's sessions, once for each of its rows that they count in, with the names of that row's labels."""
    ended_in = cells.where(F.col("table_name") == table.name).select(*CELL, "released").distinct()
    names = [F.col("released")[place].alias(name) for place, name in enumerate(LABELS[table])]
    return (
        with_labels_of(table, sessions)
        .withColumns({"table_name": F.lit(table.name), "period_start_date": F.col("week_start_date")})
        .drop(*LABELS[table])
        .join(ended_in, on=list(CELL), how="inner")
        .select("*", *names)
    )


def _share_of_week(hours: str) -> Column:
    return F.try_divide(hours, F.sum(hours).over(Window.partitionBy("week_start_date")))


def _plays() -> Column:
    """A session that two folded genres share is one play."""
    return F.count_distinct(*SESSION[1:]).alias("plays")


def _viewers() -> Column:
    return F.count_distinct("profile_key").alias("viewers")


def _hours() -> Column:
    return (F.sum("watched_seconds") / 3600).alias("watched_hours")
