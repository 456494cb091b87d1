"""`published.title_moments_weekly`: where in a title people leave, pause, go back, skip and wait."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import MOMENT_SECONDS
from jobs.contracts.published import OTHER, TITLE_MOMENTS_WEEKLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.expressions.periods import week_start
from jobs.published.stretches import stretches

# It says where plays are and not what happened: its steps are single plays.
_LEFT_OUT = "plays_covering"
_TITLE = ("week_start_date", "title_id")
_CURVE = (*_TITLE, "measure")


def title_moments_weekly(ranges: DataFrame, titles_released: DataFrame) -> DataFrame:
    """One row a stretch of a title in which one thing happened, to at least `SMALLEST_GROUP` people.

    `ranges` are those of `jobs.gold.titles.title_moments.moment_ranges`; what spans more than a moment counts where it
    begins.
    Stretches are cut by where it happened to each person first; `times` and `viewers` are all that happened in them.
    `titles_released` is `published.title_viewing_weekly`: only its titles have stretches, and none of which the
    title's other viewers are too few.
    """
    of_week = week_start("session_date").alias("week_start_date")
    happened = ranges.where(F.col("measure") != _LEFT_OUT).select(
        of_week, "title_id", "measure", "profile_key", F.col("from_moment").alias("moment")
    )
    named = titles_released.where(F.col("title_id") != OTHER).select(
        *_TITLE, "name", F.col("viewers").alias("_all_viewers")
    )
    cut = happened.transform(_cut).join(named, on=list(_TITLE), how="inner")
    in_stretches = happened.join(cut, on=list(_CURVE), how="inner").where(
        F.col("moment").between(F.col("from_place"), F.col("to_place"))
    )
    one_stretch = (*_CURVE, "name", "from_place", "to_place", "_all_viewers")
    return (
        in_stretches.groupBy(*one_stretch)
        .agg(F.count("*").alias("times"), F.count_distinct("profile_key").alias("viewers"))
        .where(_leaves_enough("viewers"))
        .join(in_stretches.transform(_curves_that_leave_enough), on=list(_CURVE), how="left_semi")
        .withColumns(
            {
                "from_seconds": F.col("from_place") * MOMENT_SECONDS,
                "to_seconds": (F.col("to_place") + 1) * MOMENT_SECONDS,
            }
        )
        .select(*TITLE_MOMENTS_WEEKLY.column_names)
    )


def _leaves_enough(viewers: str) -> Column:
    """Whether those to whom it did not happen are enough people, too, or none."""
    others = F.col("_all_viewers") - F.col(viewers)
    return (others == 0) | (others >= SMALLEST_GROUP)


def _curves_that_leave_enough(in_stretches: DataFrame) -> DataFrame:
    """Of all stretches together: who has left nowhere has seen the title to its end."""
    of_curve = in_stretches.groupBy(*_CURVE, "_all_viewers").agg(F.count_distinct("profile_key").alias("_viewers"))
    return of_curve.where(_leaves_enough("_viewers"))


def _cut(happened: DataFrame) -> DataFrame:
    """One row a stretch: as many as a title has moments at most, however many people there are."""
    first = happened.groupBy(*_CURVE, "profile_key").agg(F.min("moment").alias("place"))
    places = first.groupBy(*_CURVE, "place").agg(F.count("*").alias("people"))
    return (
        places.groupBy(*_CURVE)
        .agg(F.array_sort(F.collect_list(F.struct("place", "people"))).alias("_places"))
        .select(*_CURVE, F.inline(stretches(F.col("_places"))))
    )
