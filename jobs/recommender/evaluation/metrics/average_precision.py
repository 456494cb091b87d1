"""Average precision; its mean over viewers is MAP."""

import numpy as np

from jobs.recommender.evaluation.metrics.judged import RANKS, Judged, Values


def average_precision(judged: Judged) -> Values:
    """Sum over hits of the precision down to their rank / the most hits that a list can have.

    Hits at ranks 1 and 3 of 4 titles that are wanted: (1/1 + 2/3) / 4 = 0.4167.
    """
    precisions = judged.is_hit * judged.is_hit.cumsum(axis=1) / RANKS
    return np.asarray(precisions.sum(axis=1) / judged.most_hits)
