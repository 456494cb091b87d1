"""How many plays of its itinerary a profile makes on a day: irregular from day to day, steady over weeks."""

from datetime import date

import numpy as np

from jobs.simulator.arrays import Floats, Ints
from jobs.simulator.streams import Purpose, open_stream

# The first plays of every itinerary belong to this day, a Monday.
DEFAULT_START_DATE = date(2026, 6, 1)
# Monday first; the mean is 1. The weekend is the peak of television.
WEEKDAY_WEIGHTS: Floats = np.array([0.86, 0.84, 0.86, 0.90, 1.08, 1.26, 1.20])


def plays_of_day(seed: int, plays_per_day: Floats, day: date) -> tuple[Ints, Ints]:
    """The number of a profile's first play of the day, counted from the default start, and how many there are.

    A play belongs to the day whose mark it lies below, and a mark is drawn inside its day. So the count varies,
    days follow each other without a gap, and no day has to know the one before.
    """
    today, tomorrow = _marks(seed, plays_per_day, day.toordinal()), _marks(seed, plays_per_day, day.toordinal() + 1)
    return today, tomorrow - today


def _marks(seed: int, plays_per_day: Floats, ordinal: int) -> Ints:
    weeks, weekday = divmod(ordinal - DEFAULT_START_DATE.toordinal(), 7)
    before_today = weeks * WEEKDAY_WEIGHTS.sum() + WEEKDAY_WEIGHTS[:weekday].sum()
    stream = open_stream(seed, Purpose.PACE, len(plays_per_day), ordinal)
    within_today = stream.random(len(plays_per_day)) * WEEKDAY_WEIGHTS[weekday]
    marks: Ints = np.floor(plays_per_day * (before_today + within_today)).astype(np.int64)
    return marks
