"""Reciprocal rank; its mean over viewers is MRR."""

import numpy as np

from jobs.recommender.evaluation.metrics.judged import RANKS, Judged, Values


def reciprocal_rank(judged: Judged) -> Values:
    """1 / rank of the first hit, 0 without one. Hits at ranks 2 and 3: 0.5."""
    return np.asarray((judged.is_hit / RANKS).max(axis=1))
