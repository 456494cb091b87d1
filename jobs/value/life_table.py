"""How long subscribers of a plan may go on: from how many left in each month of being subscribed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.gold.subscribers.retention_monthly import CONFIDENCE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
REPLICATES = 500
_SEED = 7


@dataclass(frozen=True)
class LifeTable:
    """Of one plan, by whole months since signing up: how many `left` in that month, how many were followed no further.

    Both arrays begin with month 0 and are equally long.
    """

    left: Ints
    censored: Ints


@dataclass(frozen=True)
class RemainingMonths:
    """Expected months still to come, discounted, by whole months subscribed so far; with the ends of the interval."""

    expected: Floats
    low: Floats
    high: Floats


def ends_by_month(of_accounts: DataFrame) -> DataFrame:
    """One row a plan and whole month since signing up: `left`, `censored`. `of_accounts` are rows of `tenures`.

    As many rows as plans and months, however many accounts.
    """
    return of_accounts.groupBy("plan", F.floor("months").cast("int").alias("month")).agg(
        F.count_if("has_left").alias("left"), F.count_if(~F.col("has_left")).alias("censored")
    )


def remaining_months(table: LifeTable, horizon_months: int, discount_rate: float) -> RemainingMonths:
    """What is to be expected of the next `horizon_months`, each discounted by `discount_rate` a year.

    The chance to leave in a month is left / (at risk - censored / 2), the actuarial estimate; beyond the last month
    that anybody was followed it is that of all months together. The interval comes from a bootstrap over subscribers:
    they differ in nothing but when they left or were last seen, so that to draw them again is to draw the table again.
    Source: Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, 2nd edition, section 1.4;
    Efron, Censored data and the bootstrap, JASA 1981.

    >>> table = LifeTable(left=np.array([0, 5]), censored=np.array([0, 5]))
    >>> float(remaining_months(table, 1, 0.0).expected[0])
    1.0
    """
    counts = np.stack([table.left, table.censored])
    subscribers = int(counts.sum())
    draws = np.random.default_rng(_SEED).multinomial(subscribers, counts.ravel() / subscribers, REPLICATES)
    replicates = _expected(draws.reshape(REPLICATES, *counts.shape), horizon_months, discount_rate)
    low, high = np.quantile(replicates, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    expected = _expected(counts[None], horizon_months, discount_rate)[0]
    # The same sum of many rows and of one differs in its last digit.
    return RemainingMonths(expected, np.minimum(low, expected), np.maximum(high, expected))


def _expected(counts: NDArray[np.int64], horizon_months: int, discount_rate: float) -> Floats:
    """Of each table (replicate, left or censored, month), the expectation by months subscribed so far."""
    left, censored = counts[:, 0].astype(float), counts[:, 1].astype(float)
    at_risk = np.cumsum((left + censored)[:, ::-1], axis=1)[:, ::-1]
    exposed = at_risk - censored / 2
    overall = left.sum(axis=1) / np.maximum(exposed.sum(axis=1), 1)
    leaves = np.where(exposed > 0, left / np.maximum(exposed, 0.5), overall[:, None])
    months = counts.shape[2]
    beyond = np.repeat(overall[:, None], horizon_months, axis=1)
    stays = 1 - np.concatenate([leaves, beyond], axis=1)
    discount = (1 + discount_rate) ** (-np.arange(1, horizon_months + 1) / 12)
    return np.stack(
        [np.cumprod(stays[:, now : now + horizon_months], axis=1) @ discount for now in range(months + 1)], axis=1
    )
