"""What may be recommended where, and when."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.expressions.age_classes import least_age
from jobs.expressions.licences import LICENCE, is_licensed, is_licensed_in_country

OFFER = ("title_id", "kind", "maturity", *LICENCE)


def is_offered() -> Column:
    """No trailer, licensed on `as_of_date`, and in the viewer's `country`, where that is known; within `AGE_LIMIT`."""
    in_country = F.coalesce(is_licensed_in_country(), F.lit(True))
    return (F.col("kind") != "trailer") & is_licensed("as_of_date") & in_country & is_old_enough()


def is_old_enough() -> Column:
    """Whether the viewer's `AGE_LIMIT` allows the title's `maturity`."""
    is_allowed = F.coalesce(least_age("maturity") <= F.col("highest_age"), F.col("takes_unrated"))
    return F.col("highest_age").isNull() | is_allowed
