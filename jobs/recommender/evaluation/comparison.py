"""Models side by side: rows for a file, and a plot."""

from collections.abc import Sequence

import matplotlib
from matplotlib.figure import Figure

from jobs.recommender.evaluation.estimate import Estimate
from jobs.recommender.evaluation.measures import GAIN, MEASURE_NAMES
from jobs.recommender.evaluation.parameters import described
from jobs.recommender.evaluation.trial import Result

matplotlib.use("Agg")


def comparison_rows(results: Sequence[Result], gains: Sequence[Estimate]) -> list[dict[str, object]]:
    """A row a model and measure, with its 95 % interval: for JSON, and for MLflow's table."""
    return [
        {
            "model": result.contender,
            "parameters": str(described(result.parameters)),
            "measure": name,
            "mean": estimate.mean,
            "low": estimate.low,
            "high": estimate.high,
        }
        for result, gain in zip(results, gains, strict=True)
        for name, estimate in {**result.quality.estimates, GAIN: gain}.items()
    ]


def comparison_plot(results: Sequence[Result]) -> Figure:
    """nDCG and coverage of each model, with intervals."""
    figure = Figure(figsize=(9, 1.2 + 0.5 * len(results)), layout="constrained")
    names = [result.contender for result in results]
    for axes, measure in zip(figure.subplots(1, 2, sharey=True), ("ndcg", "coverage"), strict=True):
        estimates = [result.quality.estimates[measure] for result in results]
        means = [estimate.mean for estimate in estimates]
        below = [estimate.mean - estimate.low for estimate in estimates]
        above = [estimate.high - estimate.mean for estimate in estimates]
        axes.errorbar(means, names, xerr=[below, above], fmt="o", capsize=4, color="#0072b2")
        for mean, name in zip(means, names, strict=True):
            axes.annotate(f"{mean:.3f}", (mean, name), (0, 6), textcoords="offset points", ha="center")
        axes.set_title(MEASURE_NAMES[measure])
        axes.set_xlim(left=0)
        axes.grid(axis="x", alpha=0.3)
        axes.margins(y=0.15)
    return figure
