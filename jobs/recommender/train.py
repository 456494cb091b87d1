"""Training: ALS against popularity on a split by time; only what beats the baseline becomes champion."""

from dataclasses import asdict, dataclass

import matplotlib
from matplotlib.figure import Figure
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs import tracking
from jobs.config import Settings
from jobs.errors import PlayheadError
from jobs.lake import Lake
from jobs.recommender.implicit_als import AlsParameters, FittedAls, fit_als
from jobs.recommender.popularity import popular_candidates, title_popularity
from jobs.recommender.ranking_gain import ranking_gain
from jobs.recommender.ranking_metrics import (
    LIST_LENGTH,
    RankingQuality,
    ranking_quality,
    viewer_quality,
)
from jobs.recommender.registered_als import EXPERIMENT, REGISTERED_MODEL, register_als
from jobs.recommender.top_lists import top_lists, without_seen
from jobs.recommender.training_data import preferences, relevant_titles, split_date
from jobs.tables.gold import INTERACTIONS

matplotlib.use("Agg")

# Candidates a viewer before the seen ones are taken out: more than most viewers have seen.
CANDIDATES_PER_VIEWER = 200

# Under this name are the figures of `RankingGain`: ALS less popularity.
GAIN = "ndcg_gain"


class NotEnoughDataError(PlayheadError):
    """There is nothing to learn from, or nothing to test on."""


@dataclass(frozen=True)
class TrainingReport:
    """What the models reached on the test, and which version was registered."""

    baseline: RankingQuality
    als: RankingQuality
    version: str
    is_champion: bool

    def __str__(self) -> str:
        crowned = "the new champion" if self.is_champion else "not the champion: it did not beat popularity"
        return (
            f"train: on the test days, nDCG@10 {self.als.ndcg_at_10:.3f} against {self.baseline.ndcg_at_10:.3f} for "
            f"popularity, recall@10 {self.als.recall_at_10:.3f} against {self.baseline.recall_at_10:.3f}.\n"
            f"train: version {self.version} is {crowned}."
        )


def train(lake: Lake, settings: Settings, parameters: AlsParameters) -> TrainingReport:
    """Fits, tests and registers a model from `gold.interactions`; crowns it if it beats popularity on nDCG@10.

    Raises `NotEnoughDataError` and `tracking.TrackingUnavailableError`.
    """
    tracking.connect(settings, EXPERIMENT)
    published = lake.published()
    interactions = published.read(INTERACTIONS).persist()
    days = interactions.agg(F.min("session_date").alias("first"), F.max("session_date").alias("last")).head()
    if days is None or days.first is None or days.first == days.last:
        raise NotEnoughDataError("gold.interactions holds less than two days. Run `playhead run` on more data first.")
    test_from = split_date(days["first"], days["last"])
    past = interactions.where(F.col("session_date") < test_from)
    relevant = relevant_titles(interactions.where(F.col("session_date") >= test_from), past).persist()
    liked = preferences(past).persist()
    catalogue_size = interactions.select("title_id").distinct().count()
    data = {
        "table": INTERACTIONS.full_name,
        "delta_version": published.version(INTERACTIONS),
        "first_date": days["first"],
        "test_from": test_from,
        "last_date": days["last"],
    }

    def lists_of(candidates: DataFrame) -> DataFrame:
        return candidates.transform(without_seen, past).transform(top_lists, LIST_LENGTH).persist()

    with tracking.tracked_run("popularity", {"model": "popularity"}, data):
        popular_lists = lists_of(popular_candidates(relevant, title_popularity(liked), CANDIDATES_PER_VIEWER))
        baseline = ranking_quality(popular_lists, relevant, catalogue_size)
        tracking.log_metrics(asdict(baseline))

    with tracking.tracked_run("implicit-als", {"model": "implicit ALS", **asdict(parameters)}, data):
        als_lists = lists_of(fit_als(liked, parameters).candidates(relevant, CANDIDATES_PER_VIEWER))
        als = ranking_quality(als_lists, relevant, catalogue_size)
        gain = ranking_gain(viewer_quality(als_lists, relevant), viewer_quality(popular_lists, relevant))
        tracking.log_metrics({**asdict(als), **_named(asdict(baseline), "baseline"), **_named(asdict(gain), GAIN)})
        tracking.log_figure(_comparison(baseline, als), "comparison.png")
        version = register_als(_fit_on_everything(interactions, parameters))
    is_champion = als.ndcg_at_10 > baseline.ndcg_at_10
    if is_champion:
        tracking.crown(REGISTERED_MODEL, version)
    for rows in (interactions, relevant, liked, popular_lists, als_lists):
        rows.unpersist()
    return TrainingReport(baseline, als, version, is_champion)


def _named(figures: dict[str, float], by: str) -> dict[str, float]:
    return {f"{by}_{name}": value for name, value in figures.items()}


def _fit_on_everything(interactions: DataFrame, parameters: AlsParameters) -> FittedAls:
    """What is registered has learnt from the test days too; its figures are those of its twin that had not."""
    return fit_als(preferences(interactions), parameters)


def _comparison(baseline: RankingQuality, als: RankingQuality) -> Figure:
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    names = list(asdict(baseline))
    for shift, (label, quality) in enumerate({"popularity": baseline, "implicit ALS": als}.items()):
        bars = axes.bar(
            [place + 0.4 * shift for place in range(len(names))],
            list(asdict(quality).values()),
            width=0.38,
            label=label,
            hatch="//" if shift else None,
            edgecolor="black",
        )
        axes.bar_label(bars, fmt="%.3f")
    axes.set_xticks([place + 0.2 for place in range(len(names))], names)
    axes.set_title("Held-out quality of the top 10, seen titles removed")
    axes.legend()
    return figure
