"""Precision: how much of the list is liked."""

from jobs.recommender.evaluation.metrics import LIST_LENGTH
from jobs.recommender.evaluation.metrics.judged import Judged, Values


def precision(judged: Judged) -> Values:
    """hits / length of the list, which counts as full. Hits at ranks 1 and 3 of 10: 0.2."""
    return judged.hits / LIST_LENGTH
