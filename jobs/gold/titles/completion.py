"""When a title counts as seen: of one play, or of all that a viewer played of it."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.contracts.gold import LARGEST_COMPLETION_RATIO

# Who saw so much has seen the title, and it ends there where nobody says where its credits begin.
COMPLETED_FROM_RATIO = 0.90
# Who comes to the end, and skipped no more than recap and credits are, has seen it too.
MOST_OF_IT_RATIO = 2 / 3
# What the functions below read of `silver.titles`.
LENGTH = ("title_id", "runtime_seconds", "credits_start_seconds")


def completion_ratio(seen_seconds: str) -> Column:
    """Seconds seen / `runtime_seconds`, at most 1.

    Null where `is_live`, where the runtime is not known, and where far more was played than that: it, or the title, is
    wrong then. Silver cannot judge a position by the runtime: the title may be described later than it is played.
    """
    ratio = F.col(seen_seconds) / F.col("runtime_seconds")
    is_judged = (ratio <= LARGEST_COMPLETION_RATIO) & ~F.coalesce("is_live", F.lit(False))
    return F.when(is_judged, F.least(ratio, F.lit(1.0)))


def is_completed() -> Column:
    """Nine tenths seen, or the end reached with most of it seen; from `completion_ratio` and `furthest_seconds`."""
    ratio = F.col("completion_ratio")
    has_come_to_the_end = F.coalesce(F.col("furthest_seconds") >= end_seconds(), F.lit(False))
    return (ratio >= COMPLETED_FROM_RATIO) | (has_come_to_the_end & (ratio >= MOST_OF_IT_RATIO))


def end_seconds() -> Column:
    """Where the credits begin, or else nine tenths of the runtime."""
    return F.coalesce("credits_start_seconds", COMPLETED_FROM_RATIO * F.col("runtime_seconds"))
