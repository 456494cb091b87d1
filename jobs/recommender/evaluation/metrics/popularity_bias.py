"""Popularity bias: how much better known the shown titles are than those that the viewer chooses."""

from jobs.recommender.evaluation.metrics.judged import Judged, Values, mean_of_list


def popularity_bias(judged: Judged) -> Values:
    """Mean share that knows a list's titles, less that of the titles that the viewer had liked before; NaN without.

    A list of titles that 40 % and 20 % know, for a viewer whose titles 10 % know: 0.3 - 0.1 = 0.2. Source: average
    recommendation popularity (Yin et al., PVLDB 5(9), 2012), taken against the viewer's own as in Abdollahpouri et al.,
    RecSys 2019 workshops.
    """
    return mean_of_list(judged.known_share) - judged.usual_known_share
