"""When and where a title may be shown, by its licence."""

from pyspark.sql import Column
from pyspark.sql import functions as F

# What the functions below read of `silver.titles`.
LICENCE = ("countries", "licence_start", "licence_end")


def is_licensed(day: str, title: str = "") -> Column:
    """Whether the date in column `day` lies in the licence. A first or last day that is not told is no bound.

    `title` is what stands before the names of the licence's columns where a join has two of each.
    """
    start, end = F.col(f"{title}licence_start"), F.col(f"{title}licence_end")
    return (start.isNull() | (start <= F.col(day))) & (end.isNull() | (end >= F.col(day)))


def is_offered(day: str) -> Column:
    """Whether the title's hours count as offered on the date in column `day`: licensed, of known length, no trailer."""
    counts = (F.col("kind") != "trailer") & (F.col("runtime_seconds") > 0) & is_licensed(day)
    return F.coalesce(counts, F.lit(False))


def is_licensed_in_country() -> Column:
    """Whether the licence holds for `country`. One that names no countries holds everywhere."""
    return F.col("countries").isNull() | F.array_contains("countries", F.col("country"))
