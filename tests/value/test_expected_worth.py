"""What subscribers are worth: by hand, by known formulas, and against a service whose truth is known."""

import doctest

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from jobs.recommender.evaluation.estimate import Estimate
from jobs.value import expected_worth as module
from jobs.value.drawn import REPLICATES, Drawn
from jobs.value.expected_worth import Prospects, expected_worth, monthly_gain, worth_kernel
from jobs.value.life_table import LifeTable, remaining_months

# Worked by hand.


def sure(*values: float) -> Drawn:
    return Drawn(np.array(values), np.tile(values, (REPLICATES, 1)))


def of_one(price: float, share: float, remaining: Drawn, gain: Drawn | None, cost: float) -> dict[str, float | None]:
    found = expected_worth(np.array([price]), np.array([share]), remaining, gain, cost)
    return {name: None if values is None else float(values[0]) for name, values in found.items()}


def test_a_gain_is_worth_its_hundredths_for_each_who_gets_personal_lists() -> None:
    assert doctest.testmod(module).failed == 0


def test_the_sum_by_hand() -> None:
    """Ten months at 9.99, each costs 2; one in a hundred of what is learnt, which is worth 50 a month to all."""
    found = of_one(9.99, 0.01, sure(10.0), sure(50.0), 2.0)
    assert found == pytest.approx(
        {"remaining_months": 10.0, "serving_cost": 20.0}
        | {f"direct_value{end}": 99.9 for end in ("", "_low", "_high")}
        | {f"teaching_value{end}": 5.0 for end in ("", "_low", "_high")}
        | {f"value{end}": 84.9 for end in ("", "_low", "_high")}
    )


def test_without_a_measured_gain_the_sum_is_of_what_is_known() -> None:
    found = of_one(9.99, 0.01, sure(10.0), None, 2.0)
    assert found["teaching_value"] is None
    assert found["value"] == pytest.approx(79.9)


def test_who_pays_less_than_they_cost_is_worth_less_than_nothing() -> None:
    assert of_one(1.5, 0.0, sure(10.0), None, 2.0)["value"] == pytest.approx(-5.0)


def test_a_gain_below_zero_is_worth_nothing() -> None:
    found = monthly_gain(Estimate(-0.1, -0.2, -0.01), 100, 0.02)
    assert found is not None
    assert (found.expected.item(), found.ends()[1].item()) == (0.0, 0.0)


def test_the_interval_of_the_sum_is_not_the_sum_of_the_ends() -> None:
    """Months and gain are drawn apart: both at their worst is rarer than each."""
    stream = np.random.default_rng(1)
    remaining = Drawn(np.array([10.0]), 10 + stream.standard_normal((REPLICATES, 1)))
    gain = Drawn(np.array([50.0]), 50 + 10 * stream.standard_normal((REPLICATES, 1)))
    found = of_one(10.0, 0.1, remaining, gain, 2.0)
    parts = [found["direct_value_low"], found["teaching_value_low"]]
    assert found["value_low"] > parts[0] + parts[1] - 20.0  # type: ignore[operator]


@pytest.mark.parametrize("retention", [0.5, 0.9, 0.98])
def test_where_all_stay_alike_it_is_the_margin_multiple_of_gupta_and_lehmann(retention: float) -> None:
    """m × r / (1 + i - r), for ever: 600 months come near enough."""
    left = round(10_000 * (1 - retention))
    table = LifeTable(np.array([0, 0]), np.array([left, 0]), np.array([0, 10_000 - left]))
    monthly_rate = 1.1 ** (1 / 12) - 1
    found = of_one(12.0, 0.0, remaining_at(remaining_months(table, 600, 0.1), 0), None, 2.0)
    assert found["value"] == pytest.approx(10.0 * retention / (1 + monthly_rate - retention), rel=1e-4)


def test_the_residual_lifetime_of_fader_and_hardie_grows_with_each_renewal() -> None:
    """Chances not to renew that differ from person to person, by a beta distribution (1, 4): in month m, 1 / (m + 5).

    Who renewed often is one of those who stay, and is worth more than a new one.
    """
    survive = np.cumprod([1 - 1 / (month + 5) for month in range(60)])
    there = np.round(1e6 * np.concatenate([[1.0], survive])).astype(np.int64)
    nobody = np.zeros(60, dtype=np.int64)
    table = LifeTable(np.append(nobody, 0), np.append(-np.diff(there), 0), np.append(nobody, there[-1]))
    found = remaining_months(table, 12, 0.1).expected
    months = np.arange(1, 13)
    for renewed in (0, 6, 24):
        start = survive[renewed - 1] if renewed else 1.0
        expected = float((survive[renewed : renewed + 12] / start) @ 1.1 ** (-months / 12))
        assert found[renewed] == pytest.approx(expected, rel=1e-3)
    assert found[0] < found[6] < found[24]


def remaining_at(remaining: Drawn, month: int) -> Drawn:
    return Drawn(remaining.expected[month : month + 1], remaining.draws[:, month : month + 1])


# As Spark hands it over.


def test_rows_go_by_their_plan_and_month_and_who_has_left_by_nothing() -> None:
    rows = pa.RecordBatch.from_pydict(
        {
            "plan": ["basic", "family", "family", "family"],
            "running_month": pa.array([0, 1, 9, 1], pa.int32()),
            "is_staying": [True, True, True, False],
            "price_value": [10.0, 20.0, 20.0, None],
            "training_share": [None, 0.5, None, 0.5],
        }
    )
    prospects = Prospects({"basic": sure(3.0, 4.0), "family": sure(5.0, 6.0)}, sure(8.0), 1.0)
    (found,) = worth_kernel(prospects)([rows])
    assert found["value"].to_pylist() == pytest.approx([3 * 9, 6 * (19 + 4), 6 * 19, 0])
    assert found["direct_value"].to_pylist() == pytest.approx([30.0, 120.0, 120.0, 0.0])


def test_without_a_gain_the_column_is_there_without_values() -> None:
    rows = {"plan": ["basic"], "running_month": pa.array([0], pa.int32()), "is_staying": [True]}
    rows |= {"price_value": [10.0], "training_share": pa.array([None], pa.float64())}
    (found,) = worth_kernel(Prospects({"basic": sure(3.0)}, None, 1.0))([pa.RecordBatch.from_pydict(rows)])
    assert found["teaching_value"].to_pylist() == [None]


# A service whose truth is known: monthly billing, a first renewal at which many leave, then few.

FIRST, LATER = 0.25, 0.06
PRICE, COST, QUALITY, LISTENERS, SHARE = 9.99, 2.0, 0.02, 400, 0.005
GAIN, GAIN_VARIES, VIEWERS = 0.05, 0.25, 300
HORIZON, RATE, SERVICES, MONTHS = 12, 0.1, 300, 24


def not_renewing(month: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(month == 0, FIRST, LATER)


def true_worth(renewed: int) -> float:
    stays = np.cumprod(1 - not_renewing(np.arange(renewed, renewed + HORIZON)))
    months = float(stays @ (1 + RATE) ** (-np.arange(1, HORIZON + 1) / 12))
    return months * (PRICE - COST + SHARE * LISTENERS * QUALITY * GAIN / 0.01)


def renewals(stream: np.random.Generator, people: int) -> NDArray[np.int64]:
    """How many each of them makes."""
    leaves = stream.random((people, 60)) < not_renewing(np.arange(60))
    return np.where(leaves.any(axis=1), leaves.argmax(axis=1), 60)


def observed(stream: np.random.Generator, people: int) -> LifeTable:
    """People who sign up at any time of `MONTHS`, as known at their end."""
    known_for = stream.uniform(0, MONTHS, people)
    made = renewals(stream, people)
    has_left = made + 1 <= known_for
    left_in = np.bincount(made[has_left], minlength=MONTHS + 1)
    seen_in = np.bincount(known_for[~has_left].astype(np.int64), minlength=MONTHS + 1)
    return LifeTable(np.zeros(MONTHS + 1, dtype=np.int64), left_in, seen_in)


def measured_gain(stream: np.random.Generator) -> Estimate:
    of_viewers = np.round(GAIN + GAIN_VARIES * stream.standard_normal(VIEWERS), 3)
    values, viewers = np.unique(of_viewers, return_counts=True)
    return Estimate.of_counted(values, viewers.astype(np.int64))


def test_the_intervals_hold_the_truth_at_their_rate() -> None:
    """Of 300 services, each with its own people: 95 %, give or take what 300 may differ by.

    For who is in the first month, has renewed once, and has renewed six times.
    """
    stream = np.random.default_rng(20)
    renewed = [0, 1, 6]
    truth = np.array([true_worth(times) for times in renewed])
    held, estimates = np.zeros(3), np.zeros(3)
    for _ in range(SERVICES):
        remaining = remaining_months(observed(stream, 600), HORIZON, RATE)
        gain = monthly_gain(measured_gain(stream), LISTENERS, QUALITY)
        of_three = Drawn(remaining.expected[renewed], remaining.draws[:, renewed])
        found = expected_worth(np.full(3, PRICE), np.full(3, SHARE), of_three, gain, COST)
        low, value, high = (np.array(found[f"value{end}"]) for end in ("_low", "", "_high"))
        held += (low <= truth) & (truth <= high)
        estimates += value
    assert (np.abs(held / SERVICES - 0.95) < 0.035).all()
    assert estimates / SERVICES == pytest.approx(truth, rel=0.02)


def test_what_is_expected_is_what_many_then_pay() -> None:
    """Of 200,000 who renewed once: what each pays in the next year, discounted, in the mean."""
    stream = np.random.default_rng(3)
    made = renewals(stream, 400_000)
    further = np.minimum(made[made >= 1] - 1, HORIZON)
    discounted = np.concatenate([[0.0], np.cumsum((1 + RATE) ** (-np.arange(1, HORIZON + 1) / 12))])
    paid = PRICE * discounted[further].mean()
    remaining = remaining_months(observed(stream, 50_000), HORIZON, RATE)
    assert of_one(PRICE, 0.0, remaining_at(remaining, 1), None, 0.0)["value"] == pytest.approx(paid, rel=0.02)
