"""When a title may be shown, by its licence."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def is_licensed(title: str = "") -> Column:
    """Whether `session_date` lies in the licence. A title that states no first day is not known to be on offer.

    `title` is what stands before the names of the licence's columns where a join has two of each.
    """
    start, end = F.col(f"{title}licence_start"), F.col(f"{title}licence_end")
    is_in_it = (start <= F.col("session_date")) & (end.isNull() | (end >= F.col("session_date")))
    return F.coalesce(is_in_it, F.lit(False))
