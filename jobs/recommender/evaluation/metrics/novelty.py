"""Novelty: how little known the titles of a list are."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def novelty() -> Column:
    """Mean over a list's titles of -log2(share of viewers who know the title), in bits.

    Reads `known_share` of each title of the list. Titles that 1/2 and 1/8 of the viewers know: (1 + 3) / 2 = 2.
    Source: Zhou et al., PNAS 107(10), 2010.
    """
    return F.avg(-F.log2("known_share"))
