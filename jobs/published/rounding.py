"""How figures are told that do not add up: so that one person more or less changes nothing, or something by chance."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.smallest_group import SMALLEST_GROUP


def in_tens(count: Column) -> Column:
    """To the nearest ten, five up."""
    return F.round(count, -1).cast("bigint")


def two_digits(number: Column) -> Column:
    """With two significant digits: 1,234.5 is 1,200, and 0.0456 is 0.046."""
    return F.format_string("%.1e", number.cast("double")).try_cast("double")


def viewers_in_tens(rows: DataFrame) -> DataFrame:
    """`viewers` rounded down to tens: no two counts differ by one person."""
    return rows.withColumn("viewers", (F.floor(F.col("viewers") / SMALLEST_GROUP) * SMALLEST_GROUP).cast("bigint"))
