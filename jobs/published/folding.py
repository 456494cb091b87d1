"""Small groups are told together: a row of fewer than `SMALLEST_GROUP` people becomes a part of the row `OTHER`."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.published.cells import CELL, other

_TABLE = ("period_start_date", "table_name")


def fold_small(cells: DataFrame) -> DataFrame:
    """Adds `released`, the labels of the row that each cell ends in; a table and week with too few people has none.

    Where all small cells together are too few people still, the smallest of the others joins them.
    """
    people = cells.groupBy(*CELL).agg(F.count_distinct("profile_key").alias("_people"))
    counted = cells.join(people, on=list(CELL), how="inner")
    is_small = F.col("_people") < SMALLEST_GROUP
    in_small = (
        counted.where(is_small).groupBy(*_TABLE).agg(F.count_distinct("profile_key").alias("_people_in_small_cells"))
    )
    of_large = Window.partitionBy(*_TABLE, is_small).orderBy("_people", "labels")
    joins_them = (F.col("_people_in_small_cells") < SMALLEST_GROUP) & (F.row_number().over(of_large) == 1)
    folded = (
        people.join(in_small, on=list(_TABLE), how="left")
        .withColumn("_is_folded", is_small | F.coalesce(joins_them, F.lit(False)))
        .select(*CELL, "_is_folded")
    )
    released = F.when(F.col("_is_folded"), other(F.col("labels"))).otherwise(F.col("labels"))
    return (
        cells.join(folded, on=list(CELL), how="inner")
        .withColumn("released", released)
        .drop("_is_folded")
        .transform(_without_small)
    )


def _without_small(cells: DataFrame) -> DataFrame:
    """What is too small now is all that the table has of its week."""
    large_enough = (
        cells.groupBy(*_TABLE, "released")
        .agg(F.count_distinct("profile_key").alias("_people"))
        .where(F.col("_people") >= SMALLEST_GROUP)
    )
    return cells.join(large_enough, on=[*_TABLE, "released"], how="left_semi")
