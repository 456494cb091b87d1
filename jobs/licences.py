"""When a title may be shown, by its licence."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def is_licensed() -> Column:
    """Whether `session_date` lies in the licence. A title that states no first day is not known to be on offer."""
    return (F.col("licence_start") <= F.col("session_date")) & (
        F.col("licence_end").isNull() | (F.col("licence_end") >= F.col("session_date"))
    )
