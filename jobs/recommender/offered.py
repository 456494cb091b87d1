"""What may be watched where, and when."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def is_offered() -> Column:
    """No trailer, licensed on `as_of_date`, and in the viewer's `country`, where that is known."""
    everywhere = F.col("countries").isNull()
    in_country = F.coalesce(F.array_contains("countries", F.col("country")), F.lit(True))
    return (F.col("kind") != "trailer") & is_licensed() & (everywhere | in_country)


def is_licensed() -> Column:
    """On `as_of_date`; a title without a licence's dates always is."""
    begun = F.col("licence_start").isNull() | (F.col("licence_start") <= F.col("as_of_date"))
    goes_on = F.col("licence_end").isNull() | (F.col("licence_end") >= F.col("as_of_date"))
    return begun & goes_on


OFFER = ("title_id", "kind", "countries", "licence_start", "licence_end")
