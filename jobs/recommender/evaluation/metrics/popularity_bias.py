"""Popularity bias: how much better known the shown titles are than those that the viewer chooses."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def popularity_bias() -> Column:
    """Mean `known_share` of a list's titles, less that of the titles that the viewer had liked before.

    Reads `known_share` of each title of the list, and `usual_known_share` of the viewer. A list of titles that 40 % and
    20 % know, for a viewer whose titles 10 % know: 0.3 - 0.1 = 0.2. Source: average recommendation popularity (Yin et
    al., PVLDB 5(9), 2012), taken against the viewer's own as in Abdollahpouri et al., RecSys 2019 workshops.
    """
    return F.avg("known_share") - F.first("usual_known_share")
