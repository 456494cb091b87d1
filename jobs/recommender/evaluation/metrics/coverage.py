"""Coverage: how much of the catalogue any list shows."""

from collections.abc import Mapping

import numpy as np

from jobs.recommender.evaluation.estimate import REPLICATES, SEED, Estimate


def coverage(titles_in_lists: Mapping[int, int], catalogue_size: int) -> Estimate:
    """Titles shown / titles of the catalogue, from how many titles stand in 1, 2, 3, … lists.

    Five titles in a list each, and two in three lists, of a catalogue of 20: 7 / 20 = 0.35.

    The interval is that of a bootstrap over viewers in which each title is in as many lists as chance has it around
    what it is in now (Poisson). Viewers drawn again are fewer different ones and show fewer titles: the interval has
    the spread of what they show, around what was found.
    """
    if not catalogue_size:
        return Estimate(0.0, 0.0, 0.0)
    lists, titles = np.array([*titles_in_lists.items()], dtype=float).reshape(-1, 2).T
    is_shown = 1 - np.exp(-lists)
    # The sum of many titles that are shown or not is close to normal.
    spread = np.sqrt((titles * is_shown * (1 - is_shown)).sum())
    draws = np.random.default_rng(SEED).normal((titles * is_shown).sum(), spread, REPLICATES)
    return Estimate.centred(titles.sum() / catalogue_size, draws / catalogue_size)
