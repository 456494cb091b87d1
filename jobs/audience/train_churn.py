"""Training of the forecast of leaving: a model against what is known without one, on weeks that it never saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib
from matplotlib.figure import Figure
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from jobs.audience.churn_examples import Weeks
from jobs.audience.churn_model import (
    IDLE_DAYS,
    REGULARISATION,
    SIGNS,
    Forecast,
    LeavingModel,
    calibrated,
    fit_leaving,
    share_that_left,
)
from jobs.audience.churn_quality import ForecastQuality, calibration_by_tenth, forecast_quality, log_loss_gain
from jobs.recommender.evaluation.estimate import Estimate
from jobs.storage import tracking
from jobs.wording import counted

matplotlib.use("Agg")

REGISTERED_MODEL = "playhead-churn"
CONSTANT, IDLE_ALONE, MODEL = "constant", "days since last play", "logistic regression"
# Of fewer, no model learns what those who leave have in common.
FEWEST_LEAVERS = 20


@dataclass(frozen=True)
class ChurnTraining:
    """What each forecast reached on the test, and the one that is used: the model, or the better of the others.

    `over_baseline` is by how much the model's log loss is less than the better one's.
    """

    qualities: Mapping[str, ForecastQuality]
    over_baseline: Estimate
    used: str
    forecast: Forecast
    version: str

    @property
    def is_champion(self) -> bool:
        return self.used == MODEL

    @property
    def model_version(self) -> str:
        """What the rows say: the version in the registry, or the name of the baseline."""
        return self.version if self.is_champion else self.used

    def __str__(self) -> str:
        losses = ", ".join(f"{quality.log_loss:.4f} for {name}" for name, quality in self.qualities.items())
        if self.is_champion:
            outcome = f"version {self.version} is the new champion: its gain is {self.over_baseline}"
        else:
            outcome = (
                f"version {self.version} is not the champion: its gain, {self.over_baseline}, may be none, and "
                f"probabilities are those of {self.used}"
            )
        return f"log loss on the test weeks {losses}; {outcome}."


@dataclass(frozen=True)
class NotTrained:
    """Why there is no forecast."""

    why: str

    def __str__(self) -> str:
        return f"no probability of leaving: {self.why}"


def train_churn(examples: DataFrame, weeks: Weeks, data: Mapping[str, object]) -> ChurnTraining | NotTrained:
    """Fits, calibrates, tests and registers a model: champion if its log loss is below both baselines' beyond chance.

    That is judged by a bootstrap over the accounts of the test, against the better baseline. All three learn from the
    weeks before the test and are judged on the same ones. What is registered is what was tested. The examples are read
    many times: compute them before. Raises `tracking.TrackingUnavailableError`.
    """
    learnt, held_out, test = (_of(examples, part) for part in weeks)
    training = _of(examples, [*weeks.learnt, *weeks.calibrated])
    leavers = learnt.where("leaves = 1").select("account_key").distinct().count()
    if leavers < FEWEST_LEAVERS:
        return NotTrained(
            f"{counted(leavers, 'account')} left in the weeks to learn from, {FEWEST_LEAVERS} are needed. "
            "It is tried again at every run."
        )
    parts = {f"weeks_{name}": f"{days[0]} to {days[-1]}" for name, days in weeks._asdict().items()}
    with tracking.tracked_run(f"churn, tested to {weeks.tested[-1]}", {**parts, "leavers": leavers}, data):
        baselines: dict[str, Forecast] = {
            CONSTANT: share_that_left(training),
            IDLE_ALONE: fit_leaving(training, [IDLE_DAYS]),
        }
        qualities = {name: _judged(name, forecast, test, data) for name, forecast in baselines.items()}
        better = min(qualities, key=lambda name: qualities[name].log_loss)
        model = calibrated(fit_leaving(learnt, SIGNS), held_out)
        qualities[MODEL], version = _judged_and_registered(model, test, data)
        over_baseline = _gain(model, baselines[better], test)
        told = {"": over_baseline.mean, "_low": over_baseline.low, "_high": over_baseline.high}
        tracking.log_metrics({f"log_loss_gain{end}": figure for end, figure in told.items()})
        tracking.log_figure(_comparison(qualities), "comparison.png")
    if over_baseline.low > 0:
        return ChurnTraining(qualities, over_baseline, MODEL, model, version)
    return ChurnTraining(qualities, over_baseline, better, baselines[better], version)


def _of(examples: DataFrame, weeks: Sequence[object]) -> DataFrame:
    return examples.where(F.col("as_of_date").isin(list(weeks)))


def _gain(model: Forecast, baseline: Forecast, test: DataFrame) -> Estimate:
    both = model.predict(baseline.predict(test).withColumnRenamed("leave_probability", "baseline_probability"))
    return log_loss_gain(both)


def _judged(name: str, forecast: Forecast, test: DataFrame, data: Mapping[str, object]) -> ForecastQuality:
    with tracking.tracked_run(name, {"model": name}, data):
        return _logged(forecast, test)


def _judged_and_registered(
    model: LeavingModel, test: DataFrame, data: Mapping[str, object]
) -> tuple[ForecastQuality, str]:
    told = {"model": MODEL, "signs": " ".join(SIGNS), "regularisation": REGULARISATION, "calibration": "Platt"}
    with tracking.tracked_run(MODEL, told, data):
        return _logged(model, test), tracking.register(model.model, REGISTERED_MODEL)


def _logged(forecast: Forecast, test: DataFrame) -> ForecastQuality:
    """Figures, calibration and its plot go to the current run."""
    forecasts = forecast.predict(test).select("leaves", "leave_probability").persist()
    quality, tenths = forecast_quality(forecasts), calibration_by_tenth(forecasts).collect()
    forecasts.unpersist()
    tracking.log_metrics(quality.metrics)
    tracking.log_table({name: [row[name] for row in tenths] for name in tenths[0].asDict()}, "calibration.json")
    tracking.log_figure(_calibration(tenths), "calibration.png")
    return quality


def _calibration(tenths: Sequence[Row]) -> Figure:
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    expected, observed = ([row[name] for row in tenths] for name in ("expected_share", "observed_share"))
    most = max(*expected, *observed, 0.01)
    axes.plot([0, most], [0, most], color="grey", linestyle="--", label="as expected")
    axes.plot(expected, observed, marker="o", label="a tenth of the accounts")
    axes.set_xlabel("expected share that leaves")
    axes.set_ylabel("share that left")
    axes.legend()
    return figure


def _comparison(qualities: Mapping[str, ForecastQuality]) -> Figure:
    figure = Figure(figsize=(9, 3.5), layout="constrained")
    figures = {"log_loss": "log loss", "brier_score": "Brier score", "roc_auc": "ROC AUC"}
    for axes, (name, title) in zip(figure.subplots(1, len(figures)), figures.items(), strict=True):
        bars = axes.bar(list(qualities), [getattr(quality, name) or 0.0 for quality in qualities.values()])
        axes.bar_label(bars, fmt="%.4f")
        axes.set_title(title)
        axes.tick_params(axis="x", labelrotation=15)
    return figure
