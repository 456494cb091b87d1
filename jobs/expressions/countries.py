"""The country of a row of which none is known."""

from pyspark.sql import Column
from pyspark.sql import functions as F

# ISO 3166 keeps ZZ free for what has no country.
UNKNOWN_COUNTRY = "ZZ"


def known_country() -> Column:
    """`country`, or `UNKNOWN_COUNTRY`."""
    return F.coalesce("country", F.lit(UNKNOWN_COUNTRY))
