"""Which rows a week's tables are released in."""

from typing import NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.published.differences import differences, fold_for_differences, named_rows, pairs_of_rows, rows_that_touch
from jobs.published.folding import fold_small


class Release(NamedTuple):
    """Each cell with the row that it is `released` in, and what those rows differ by."""

    cells: DataFrame
    differences: DataFrame


def release(cells: DataFrame) -> Release:
    """Folds cells until each row, and each difference of rows of two tables, is of enough people or of none.

    As many turns as it takes: each leaves fewer rows, and tables of one row each, of the same plays, differ in nothing.
    Two or three are usual.
    """
    released = fold_small(cells).localCheckpoint()
    while True:
        pairs = pairs_of_rows(released).localCheckpoint()
        touching = rows_that_touch(pairs, released).localCheckpoint()
        found = differences(pairs, touching).localCheckpoint()
        small = found.where(F.col("people") < SMALLEST_GROUP)
        if small.isEmpty():
            return Release(released, found)
        folded = fold_for_differences(released, touching, small).localCheckpoint()
        if named_rows(folded).count() == named_rows(released).count():
            raise AssertionError("each turn folds a row: what is left would not be safe to release")
        released = folded
