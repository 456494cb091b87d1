"""What subscribers are worth: what they are expected to pay, less what serving them costs, and what their data adds."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pyarrow as pa

from jobs.recommender.evaluation.estimate import CONFIDENCE, Estimate
from jobs.value.drawn import REPLICATES, Drawn, Floats

# The unit in which quality is valued: a hundredth of nDCG.
_HUNDREDTH = 0.01
# So many standard errors to either side make the interval.
_STANDARD_ERRORS = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
_SEED = 11
# So many subscribers at a time: with all replicates they take some megabytes.
_AT_ONCE = 1_000
COLUMNS = (
    "remaining_months",
    *("direct_value", "direct_value_low", "direct_value_high"),
    "serving_cost",
    *("teaching_value", "teaching_value_low", "teaching_value_high"),
    *("value", "value_low", "value_high"),
)


@dataclass(frozen=True)
class Prospects:
    """What is the same for all: the months still to come by plan and running month, what they cost and add.

    `monthly_gain` is what personal lists are worth in a month, to all who get them together; null where no gain was
    measured. `serving_cost` is what it costs to serve a subscriber for a month.
    """

    remaining: Mapping[str, Drawn]
    monthly_gain: Drawn | None
    serving_cost: float


def monthly_gain(gain: Estimate | None, listeners: int, quality_value: float) -> Drawn | None:
    """A measured gain in nDCG × what a hundredth of it is worth × the `listeners` who get personal lists.

    The mean of many viewers is drawn as a normal one, as wide as its interval. A service that loses by personal lists
    would not show them: below zero they are worth nothing.

    >>> monthly_gain(Estimate(0.2, 0.2, 0.2), listeners=2, quality_value=0.02).expected
    array([0.8])
    """
    if gain is None:
        return None
    error = (gain.high - gain.low) / (2 * _STANDARD_ERRORS)
    draws = gain.mean + error * np.random.default_rng(_SEED).standard_normal((REPLICATES, 1))
    worth = listeners * quality_value / _HUNDREDTH
    return Drawn(np.maximum(np.array([gain.mean]), 0.0) * worth, np.maximum(draws, 0.0) * worth)


def expected_worth(
    price: Floats, training_share: Floats, remaining: Drawn, gain: Drawn | None, serving_cost: float
) -> dict[str, Floats | None]:
    """A value a subscriber for each of `COLUMNS`, all over the months that they are expected to stay.

    - `direct_value`: `price` of a month × months.
    - `serving_cost`: of a month × months.
    - `teaching_value`: share of what is learnt × `gain` of a month × months.
    - `value`: the first less the second and, where it is known, with the third. Its interval is of the sum.

    Source: Gupta, Lehmann and Stuart, Valuing Customers, 2004; Fader and Hardie, Customer-Base Valuation in a
    Contractual Setting, 2010, whose residual lifetime value begins after what was paid already.
    """
    pays = remaining * price
    value = remaining * (price - serving_cost)
    adds = remaining * gain * training_share if gain else None
    found = {"direct_value": pays, "teaching_value": adds, "value": value + adds if adds else value}
    parts: dict[str, Floats | None] = {
        "remaining_months": remaining.expected,
        "serving_cost": remaining.expected * serving_cost,
    }
    for name, part in found.items():
        low, high = part.ends() if part else (None, None)
        parts |= {name: part.expected if part else None, f"{name}_low": low, f"{name}_high": high}
    return parts


def worth_kernel(prospects: Prospects) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Adds `COLUMNS` to rows with `plan`, `running_month`, `is_staying`, `price_value` and `training_share`."""

    def kernel(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for start in range(0, batch.num_rows, _AT_ONCE):
                yield _with_worth(batch.slice(start, _AT_ONCE), prospects)

    return kernel


def _with_worth(batch: pa.RecordBatch, prospects: Prospects) -> pa.RecordBatch:
    rows = batch.num_rows
    stays = batch["is_staying"].to_numpy(zero_copy_only=False).astype(float)
    parts = expected_worth(
        _floats(batch["price_value"]),
        _floats(batch["training_share"]),
        _remaining(batch, prospects.remaining) * stays,
        prospects.monthly_gain,
        prospects.serving_cost,
    )
    arrays = [pa.nulls(rows, pa.float64()) if parts[name] is None else pa.array(parts[name]) for name in COLUMNS]
    return pa.RecordBatch.from_arrays([*batch.columns, *arrays], names=[*batch.schema.names, *COLUMNS])


def _remaining(batch: pa.RecordBatch, of_plans: Mapping[str, Drawn]) -> Drawn:
    """Of each row's plan and running month; who is there longer than anybody was followed is like the longest."""
    expected, draws = np.empty(batch.num_rows), np.empty((REPLICATES, batch.num_rows))
    plans = np.array(batch["plan"].to_pylist())
    months = batch["running_month"].to_numpy(zero_copy_only=False)
    for plan in np.unique(plans):
        of_plan = of_plans[str(plan)]
        (rows,) = np.nonzero(plans == plan)
        of_rows = np.minimum(months[rows], len(of_plan.expected) - 1)
        expected[rows], draws[:, rows] = of_plan.expected[of_rows], of_plan.draws[:, of_rows]
    return Drawn(expected, draws)


def _floats(column: pa.Array) -> Floats:
    return np.asarray(column.fill_null(0.0).to_numpy(zero_copy_only=False), dtype=float)
