"""Novelty: how little known the titles of a list are."""

import numpy as np

from jobs.recommender.evaluation.metrics.judged import Judged, Values, mean_of_list


def novelty(judged: Judged) -> Values:
    """Mean over a list's titles of -log2(share of viewers who know the title), in bits; NaN without a list.

    Titles that 1/2 and 1/8 of the viewers know: (1 + 3) / 2 = 2. Source: Zhou et al., PNAS 107(10), 2010.
    """
    return mean_of_list(-np.log2(judged.known_share))
