"""Reciprocal rank; its mean over viewers is MRR."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def reciprocal_rank() -> Column:
    """1 / rank of the first hit, 0 without one. Hits at ranks 2 and 3: 0.5."""
    return F.coalesce(1 / F.get("hits", F.lit(0)), F.lit(0.0))
