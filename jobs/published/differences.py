"""What can be had by subtracting released rows from each other, and what is folded so that it is never a small group.

All tables of a week tell of the same plays. Whoever has two of them can take from a row of the one all rows of the
other that lie within it; or take a row from all rows of the other that have a part in it. So can, within one table
whose rows overlap, whoever has that. What is left is of at least `SMALLEST_GROUP` people, or of none.
"""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.published import DIFFERENCES
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.published.cells import SESSION, other

# More are of enough people: nobody has a thousand sessions in a week, and no title ten genres to count in.
_SURELY_ENOUGH_SESSIONS = 10 * 1000 * SMALLEST_GROUP
_PAIR = ("period_start_date", "table_name", "other_table_name", "other_labels")
_ROW = ("period_start_date", "table_name", "released")
_DIFFERENCE = (*_PAIR, "difference")
WITHIN, AROUND = "row - rows within it", "rows around it - row"


def differences(pairs: DataFrame, touching: DataFrame) -> DataFrame:
    """One row a difference that leaves anything: a row of `other_table_name` and the rows of `table_name`.

    `people` are those whose sessions are left; those of so many sessions that they are surely enough are not listed.
    """
    return _left_within(pairs, touching).unionByName(_left_around(pairs, touching))


def as_judged(found: DataFrame) -> DataFrame:
    """The differences as the gate is shown them."""
    return found.withColumn("other_row", F.concat_ws(" ", "other_labels")).select(*DIFFERENCES.column_names)


def fold_for_differences(cells: DataFrame, touching: DataFrame, small: DataFrame) -> DataFrame:
    """Folds one more row for each of the `small` differences: the smallest that is subtracted in it.

    Where those are all in `OTHER`, it is the row from which they are subtracted, or the smallest beside that, or beside
    them. Each turn leaves fewer rows, and one row alone differs from nothing.
    """
    sizes = cells.groupBy(*_ROW).agg(F.count_distinct("profile_key").alias("_people"))
    foldable = sizes.where(F.col("released") != other(F.col("released")))
    is_used = (F.col("difference") == AROUND) | F.col("is_within")
    subtracted = (
        touching.join(small, on=list(_PAIR), how="inner")
        .where(is_used)
        .select(*_DIFFERENCE, "released", F.col("table_name").alias("_table"), F.lit(0).alias("_turn"))
    )
    taken_from = small.join(
        foldable.select("period_start_date", F.col("table_name").alias("other_table_name"), "released"),
        on=["period_start_date", "other_table_name"],
        how="inner",
    ).select(
        *_DIFFERENCE,
        "released",
        F.col("other_table_name").alias("_table"),
        F.when(F.col("released") == F.col("other_labels"), 1).otherwise(2).alias("_turn"),
    )
    beside_them = small.join(
        foldable.select("period_start_date", "table_name", "released"),
        on=["period_start_date", "table_name"],
        how="inner",
    ).select(*_DIFFERENCE, "released", F.col("table_name").alias("_table"), F.lit(3).alias("_turn"))
    best_first = Window.partitionBy(*_DIFFERENCE).orderBy("_turn", "_people", "released")
    sized = foldable.withColumnRenamed("table_name", "_table")
    folded = (
        subtracted.unionByName(taken_from)
        .unionByName(beside_them)
        .join(sized, on=["period_start_date", "_table", "released"], how="inner")
        .withColumn("_place", F.row_number().over(best_first))
        .where(F.col("_place") == 1)
        .select("period_start_date", F.col("_table").alias("table_name"), "released", F.lit(True).alias("_is_folded"))
        .distinct()
    )
    named = F.when(F.col("_is_folded"), other(F.col("released"))).otherwise(F.col("released"))
    return cells.join(folded, on=list(_ROW), how="left").withColumn("released", named).drop("_is_folded")


def named_rows(cells: DataFrame) -> DataFrame:
    """One row a released row that is not `OTHER`."""
    return cells.where(F.col("released") != other(F.col("released"))).select(*_ROW).distinct()


def _rows(cells: DataFrame) -> DataFrame:
    """One row a session and released row that it counts in."""
    return cells.select(*SESSION, "table_name", "released").distinct()


def pairs_of_rows(cells: DataFrame) -> DataFrame:
    """One row a session, a row that it counts in, and another: of another table, of the same one, or the row itself."""
    others = _rows(cells).select(
        *SESSION, F.col("table_name").alias("other_table_name"), F.col("released").alias("other_labels")
    )
    return _rows(cells).join(others, on=list(SESSION), how="inner")


def rows_that_touch(pairs: DataFrame, cells: DataFrame) -> DataFrame:
    """One row a pair of rows with a session in common, and whether the first lies within the other and is not it."""
    sizes = _rows(cells).groupBy(*_ROW).agg(F.count("*").alias("_sessions"))
    is_itself = (F.col("table_name") == F.col("other_table_name")) & (F.col("released") == F.col("other_labels"))
    return (
        pairs.groupBy(*_PAIR, "released")
        .agg(F.count("*").alias("_common"))
        .join(sizes, on=list(_ROW), how="inner")
        .withColumn("is_within", (F.col("_common") == F.col("_sessions")) & ~is_itself)
    )


def _left_within(pairs: DataFrame, touching: DataFrame) -> DataFrame:
    return (
        pairs.join(touching.select(*_PAIR, "released", "is_within"), on=[*_PAIR, "released"], how="inner")
        .groupBy(*_PAIR, *SESSION[1:])
        .agg(F.bool_or("is_within").alias("_is_subtracted"))
        .where(~F.col("_is_subtracted"))
        .transform(_people_of, WITHIN)
    )


def _left_around(pairs: DataFrame, touching: DataFrame) -> DataFrame:
    sessions = touching.groupBy(*_PAIR).agg((F.sum("_sessions") - F.sum("_common")).alias("_left"))
    few = sessions.where((F.col("_left") > 0) & (F.col("_left") < _SURELY_ENOUGH_SESSIONS))
    in_both = pairs.drop("other_labels").distinct()
    return (
        touching.join(few, on=list(_PAIR), how="left_semi")
        .select(*_PAIR, "released")
        .join(in_both, on=[*_ROW, "other_table_name"], how="inner")
        .join(
            pairs.select(*_PAIR, *SESSION[1:]),
            on=[*_PAIR, *SESSION[1:]],
            how="left_anti",
        )
        .transform(_people_of, AROUND)
    )


def _people_of(left: DataFrame, difference: str) -> DataFrame:
    return (
        left.groupBy(*_PAIR)
        .agg(F.count_distinct("profile_key").alias("people"))
        .withColumn("difference", F.lit(difference))
    )
