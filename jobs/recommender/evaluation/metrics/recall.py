"""Recall: how much of what is liked the list has."""

from jobs.recommender.evaluation.metrics.judged import Judged, Values


def recall(judged: Judged) -> Values:
    """hits / wanted. Hits at ranks 1 and 3 of 4 titles that are wanted: 0.5."""
    return judged.hits / judged.wanted
