"""nDCG: hits count more, the higher they stand."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.recommender.evaluation.metrics import LIST_LENGTH


def ndcg() -> Column:
    """Discounted cumulative gain, as a share of that of a list that begins with all that is wanted.

    DCG = sum over hits of 1 / log2(rank + 1). Hits at ranks 1 and 3 of 4 titles that are wanted:
    (1 + 0.5) / (1 + 0.6309 + 0.5 + 0.4307) = 0.5855.
    Source: Järvelin and Kekäläinen, ACM TOIS 20(4), 2002, with gains of 0 and 1.
    """
    places = F.sequence(F.lit(1), F.least("wanted", F.lit(LIST_LENGTH)).cast("int"))
    return _dcg(F.col("hits")) / _dcg(places)


def _dcg(ranks: Column) -> Column:
    return F.aggregate(ranks, F.lit(0.0), lambda dcg, rank: dcg + 1 / F.log2(rank + 1))
