"""Models side by side, as tables for a person."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table as RichTable

from jobs.recommender.evaluation.estimate import Estimate
from jobs.recommender.evaluation.measures import GAIN, MEASURE_NAMES
from jobs.recommender.evaluation.parameters import described, in_words

if TYPE_CHECKING:
    # Whoever compares registered versions starts no Spark.
    from jobs.recommender.evaluation.trial import Result


def comparison_table(title: str, results: "Sequence[Result]", gains: Sequence[Estimate]) -> RichTable:
    """A row a model: each figure above its 95 % interval."""
    table = RichTable("model", *MEASURE_NAMES.values(), title=title, show_lines=True)
    for result, gain in zip(results, gains, strict=True):
        told = in_words(described(result.parameters))
        estimates = {**result.quality.estimates, GAIN: gain}
        table.add_row(f"{result.contender}\n{told}", *(_cell(estimates[name]) for name in MEASURE_NAMES))
    return table


def versions_table(versions: Sequence[str], compared: Mapping[str, Sequence[str]]) -> RichTable:
    """A column a version of the registry, under the name by which it was asked for."""
    table = RichTable(
        "", *versions, title="Held-out quality, each on its own test days: only the gains are of the same days"
    )
    for name, figures in compared.items():
        table.add_row(name, *figures)
    return table


def _cell(estimate: Estimate) -> str:
    return f"{estimate.mean:.3f}\n{estimate.low:.3f} to {estimate.high:.3f}"
