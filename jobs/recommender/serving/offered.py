"""What may be recommended where, and when."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.expressions.licences import LICENCE, is_licensed, is_licensed_in_country

OFFER = ("title_id", "kind", *LICENCE)


def is_offered() -> Column:
    """No trailer, licensed on `as_of_date`, and in the viewer's `country`, where that is known."""
    in_country = F.coalesce(is_licensed_in_country(), F.lit(True))
    return (F.col("kind") != "trailer") & is_licensed("as_of_date") & in_country
