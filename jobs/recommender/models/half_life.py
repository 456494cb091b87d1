"""How much less counts what is older."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def half_life_weight(newest: Column, day: Column, half_life_days: int | None) -> Column:
    """1 on the newest date, 1/2 so many days before it, 1/4 twice as many; always 1 without a half-life."""
    if half_life_days is None:
        return F.lit(1.0)
    return F.pow(F.lit(0.5), F.date_diff(newest, day) / F.lit(float(half_life_days)))
