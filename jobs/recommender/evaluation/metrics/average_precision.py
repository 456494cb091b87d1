"""Average precision; its mean over viewers is MAP."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.recommender.evaluation.metrics import LIST_LENGTH


def average_precision() -> Column:
    """Sum over hits of the precision down to their rank / the most hits that a list can have.

    Hits at ranks 1 and 3 of 4 titles that are wanted: (1/1 + 2/3) / 4 = 0.4167.
    """
    precisions = F.transform("hits", lambda rank, place: (place + 1) / rank)
    total = F.aggregate(precisions, F.lit(0.0), lambda total, at_hit: total + at_hit)
    return total / F.least("wanted", F.lit(LIST_LENGTH))
