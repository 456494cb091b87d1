"""What a title costs in a month: its licence written off day by day, evenly or most of it at first."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.raw_reference import ACCELERATED
from jobs.expressions.countries import UNKNOWN_COUNTRY

# What the functions below read of `silver.titles`, besides `countries`.
LICENCE = ("licence_cost", "licence_currency", "licence_start", "licence_end", "licence_amortisation")


def licence_cost_of_month(newest: date) -> Column:
    """Of the days of `month_start_date` to `newest` that lie in the licence; null where there are none.

    It is null, too, where price or term is not known.
    """
    first = F.greatest("licence_start", "month_start_date")
    last = F.least("licence_end", F.last_day("month_start_date"), F.lit(newest))
    before, after, all_days = (
        F.date_diff(end, "licence_start").cast("double") + whole
        for end, whole in ((first, 0), (last, 1), (F.col("licence_end"), 1))
    )
    # `least` and `greatest` pass over a null, which here means that nobody knows how long it lasts.
    is_known = F.col("licence_start").isNotNull() & F.col("licence_end").isNotNull() & (last >= first)
    part = _written_off(after, all_days) - _written_off(before, all_days)
    return F.when(is_known, F.col("licence_cost").cast("double") * part)


def unplayed_titles(plays: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a month of `plays`, title with a price that nobody played in it, and country that its licence names.

    `_part_of_cost` is the country's, the same for each. A licence that names none has one row, of `UNKNOWN_COUNTRY`.
    """
    months = plays.select("month_start_date").distinct()
    everywhere = F.array(F.lit(UNKNOWN_COUNTRY))
    countries = F.array_distinct(F.when(F.size("countries") > 0, F.col("countries")).otherwise(everywhere))
    return (
        titles.where("licence_cost > 0")
        .select("title_id", countries.alias("_countries"))
        .crossJoin(F.broadcast(months))
        .join(
            plays.select("month_start_date", "title_id").distinct(),
            on=["month_start_date", "title_id"],
            how="left_anti",
        )
        .select(
            "month_start_date",
            "title_id",
            F.explode("_countries").alias("country"),
            (1 / F.size("_countries")).alias("_part_of_cost"),
        )
    )


def _written_off(days: Column, all_days: Column) -> Column:
    """The part of a licence that its first `days` cost.

    Accelerated is by the sum of digits: of n days the first costs n parts, the second n - 1, the last one, of 1 + 2 + …
    + n. Three quarters are gone by half of the time, and 96 % of five years in four; Netflix writes off "over 90 %"
    within four years (Form 10-K for 2023, note 1, content).
    """
    at_first = days * (2 * all_days - days + 1) / (all_days * (all_days + 1))
    return F.when(F.col("licence_amortisation") == ACCELERATED, at_first).otherwise(days / all_days)
