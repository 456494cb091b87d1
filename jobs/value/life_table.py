"""How long subscribers of a plan may go on: from how many left in each month of being subscribed, and at its end."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.value.drawn import REPLICATES, Drawn, Floats

Ints = NDArray[np.int64]
_SEED = 7
# Who leaves so near to a renewal did not renew: that of the 30th is on the 28th of February, two days earlier.
_NEAR_RENEWAL_MONTHS = 2.5 / 31


@dataclass(frozen=True)
class LifeTable:
    """Of one plan, by month of being subscribed, the first one is 0: how its subscribers ended in that month.

    Some `left` before it was over; some `not_renewed`, who left at its end, once it was paid for and over; of some it
    is not known yet: they are `censored`. All three arrays begin with month 0 and are equally long.
    """

    left: Ints
    not_renewed: Ints
    censored: Ints


def running_month(months: Column) -> Column:
    """Which month of being subscribed that is, from 0. At its very end it is the same one: the next is not paid yet."""
    return F.greatest(F.ceil(months).cast("int") - 1, F.lit(0))


def ends_by_month(of_accounts: DataFrame) -> DataFrame:
    """One row a plan and month of being subscribed: `left`, `not_renewed`, `censored`, from rows of `tenures`.

    With monthly billing most leave after 1, 2 or 3 whole months: of month 0, 1 or 2, at its end, give or take two
    days. As many rows as plans and months, however many accounts.
    """
    whole = F.round("months").cast("int")
    is_at_end = F.col("has_left") & (whole >= 1) & (F.abs(F.col("months") - whole) <= _NEAR_RENEWAL_MONTHS)
    month = F.when(is_at_end, whole - 1).otherwise(running_month(F.col("months")))
    return (
        of_accounts.withColumns({"month": month, "_is_at_end": is_at_end})
        .groupBy("plan", "month")
        .agg(
            F.count_if(F.col("has_left") & ~F.col("_is_at_end")).alias("left"),
            F.count_if("_is_at_end").alias("not_renewed"),
            F.count_if(~F.col("has_left")).alias("censored"),
        )
    )


def remaining_months(table: LifeTable, horizon_months: int, discount_rate: float) -> Drawn:
    """What is to be expected of the next `horizon_months` by running month, each discounted by `discount_rate` a year.

    The first of them is the one that is paid for next: it counts for who neither leaves the running month nor at its
    end. To leave before the end has the chance left / (at risk - censored / 2), the actuarial estimate; not to renew
    has not_renewed / those of whom it is known that they came to the end. Where nobody was followed, the chances are
    those of all months together. The draws are a bootstrap over subscribers: they differ in nothing but how
    they ended and when, so that to draw them again is to draw the table again.
    Source: Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, 2nd edition, section 1.4;
    Efron, Censored data and the bootstrap, JASA 1981.

    Of ten, three do not renew after the first month; all others are known to the middle of the second.

    >>> table = LifeTable(left=np.array([0, 0]), not_renewed=np.array([3, 0]), censored=np.array([0, 7]))
    >>> float(remaining_months(table, 1, 0.0).expected[0])
    0.7
    """
    counts = np.stack([table.left, table.not_renewed, table.censored])
    subscribers = int(counts.sum())
    draws = np.random.default_rng(_SEED).multinomial(subscribers, counts.ravel() / subscribers, REPLICATES)
    expected = _expected(counts[None], horizon_months, discount_rate)[0]
    return Drawn(expected, _expected(draws.reshape(REPLICATES, *counts.shape), horizon_months, discount_rate))


def _expected(counts: NDArray[np.int64], horizon_months: int, discount_rate: float) -> Floats:
    """Of each table (replicate, kind of end, month), the expectation by running month."""
    left, not_renewed, censored = (counts[:, kind].astype(float) for kind in range(3))
    at_risk = np.cumsum(counts.sum(axis=1)[:, ::-1], axis=1)[:, ::-1]
    in_month = _chances(left, at_risk - censored / 2)
    at_end = _chances(not_renewed, at_risk - left - censored)
    stays = (1 - in_month) * (1 - at_end)
    months = counts.shape[2]
    beyond = np.repeat(stays[:, months:], horizon_months, axis=1)
    stays = np.concatenate([stays[:, :months], beyond], axis=1)
    discount = (1 + discount_rate) ** (-np.arange(1, horizon_months + 1) / 12)
    return np.stack(
        [np.cumprod(stays[:, now : now + horizon_months], axis=1) @ discount for now in range(months + 1)], axis=1
    )


def _chances(ended: Floats, exposed: Floats) -> Floats:
    """By month, and as the last column that of all months together, which is also that of a month without anybody."""
    overall = (ended.sum(axis=1) / np.maximum(exposed.sum(axis=1), 1))[:, None]
    return np.concatenate([np.where(exposed > 0, ended / np.maximum(exposed, 0.5), overall), overall], axis=1)
