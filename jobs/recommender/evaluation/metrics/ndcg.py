"""nDCG: hits count more, the higher they stand."""

import numpy as np

from jobs.recommender.evaluation.metrics.judged import RANKS, Judged, Values

_DISCOUNTS = 1 / np.log2(RANKS + 1)


def ndcg(judged: Judged) -> Values:
    """Discounted cumulative gain, as a share of that of a list that begins with all that is wanted.

    DCG = sum over hits of 1 / log2(rank + 1). Hits at ranks 1 and 3 of 4 titles that are wanted:
    (1 + 0.5) / (1 + 0.6309 + 0.5 + 0.4307) = 0.5855.
    Source: Järvelin and Kekäläinen, ACM TOIS 20(4), 2002, with gains of 0 and 1.
    """
    best = _DISCOUNTS.cumsum()[judged.most_hits - 1]
    return np.asarray(judged.is_hit @ _DISCOUNTS / best)
