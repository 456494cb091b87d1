"""Training: a search among models on a split by time; what is best in validation is tested, registered and compared."""

import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pyspark.sql import functions as F

from jobs.config import Settings
from jobs.contracts.gold import INTERACTIONS
from jobs.contracts.silver import CONSENTS, SEEN_PROFILES
from jobs.privacy.consenting_profiles import PERSONALISATION, consenting_profiles
from jobs.privacy.consents_of_profiles import consents_of_profiles
from jobs.recommender.evaluation.comparison import comparison_plot, comparison_rows
from jobs.recommender.evaluation.estimate import Estimate
from jobs.recommender.evaluation.measures import GAIN, MEMBERSHIP_AUC
from jobs.recommender.evaluation.model_quality import quality_gain
from jobs.recommender.evaluation.parameters import described, in_words
from jobs.recommender.evaluation.splits import split_date
from jobs.recommender.evaluation.trial import Result, Trial, best_in_validation, held, on_test
from jobs.recommender.learning.contenders import POPULARITY, Contender, contenders, made_by
from jobs.recommender.learning.learnable import learnable
from jobs.recommender.learning.preferences import preferences
from jobs.recommender.learning.recipe import (
    COMPARED_WITH_TAG,
    EXPERIMENT,
    GAIN_OVER_CHAMPION,
    RECIPE_TAG,
    REGISTERED_MODEL,
    Recipe,
)
from jobs.recommender.learning.registry import LOST, in_use
from jobs.recommender.learning.season import NotEnoughDataError, Season
from jobs.recommender.learning.standing import Comparison, standing
from jobs.recommender.learning.stored_model import save_model
from jobs.recommender.models.likings import engine, suited
from jobs.storage import tracking
from jobs.storage.lake import Lake

logger = logging.getLogger(__name__)

# How soon what was watched counts half; None is never. Searched before the models' own parameters.
HALF_LIVES = (None, 30)
# A day each to learn from, to choose by and to test on.
FEWEST_DAYS = 3


@dataclass(frozen=True)
class TrainingReport:
    """What each model reached on the test, which one was best in validation, and what became of it."""

    results: Sequence[Result]
    gains: Sequence[Estimate]
    best: str
    version: str | None
    is_champion: bool
    why: str

    def result_of(self, contender: str) -> Result:
        return next(result for result in self.results if result.contender == contender)

    def __str__(self) -> str:
        best, popular = self.result_of(self.best).quality.ndcg, self.result_of(POPULARITY).quality.ndcg
        return (
            f"train: on the test days, nDCG@10 {best:.3f} for {self.best}, {popular:.3f} for {POPULARITY}.\n"
            f"train: {self.why}"
        )


def train(lake: Lake, settings: Settings, today: date, of: Sequence[Contender] | None = None) -> TrainingReport:
    """Learns from `gold.interactions` of those who agreed to personalisation.

    The last fifth of the days is the test, the last fifth of the days before it the validation. Registered is the model
    that was best in validation, fitted on all days; `standing` says whether it becomes champion.

    Raises `NotEnoughDataError` and `tracking.TrackingUnavailableError`.
    """
    tracking.connect(settings, EXPERIMENT)
    lake.suit_queries(INTERACTIONS)
    published = lake.published()
    # Later ones are of a clock that is wrong.
    known = published.read(INTERACTIONS).where(F.col("session_date") <= F.lit(today))
    found = known.agg(F.min("session_date").alias("first"), F.max("session_date").alias("last")).head()
    if found is None or found.first is None or (found.last - found.first).days + 1 < FEWEST_DAYS:
        raise NotEnoughDataError(
            f"gold.interactions holds less than {FEWEST_DAYS} days. Run `playhead run` on more data first."
        )
    consents = lake.read(CONSENTS).transform(consents_of_profiles, lake.read(SEEN_PROFILES))
    agreed = consenting_profiles(consents, PERSONALISATION, found["last"])
    interactions = known.join(agreed, on="profile_key", how="left_semi").persist()
    if interactions.isEmpty():
        raise NotEnoughDataError("Nobody who watched anything agreed to personalisation. Land consents first.")
    test_from = split_date(found["first"], found["last"])
    validate_from = split_date(found["first"], test_from - timedelta(days=1))
    data = {
        INTERACTIONS.full_name: published.version(INTERACTIONS),
        CONSENTS.full_name: lake.version(CONSENTS),
        "first_date": found["first"],
        "validate_from": validate_from,
        "test_from": test_from,
        "last_date": found["last"],
    }
    season = Season(interactions, validate_from, test_from, data)
    up_to = f"learnt to {data['last_date']}"
    with tracking.tracked_run(up_to, {}, data):
        report = _compete(season, contenders() if of is None else of)
        tracking.rename_run(f"{up_to}: {report.best}" + (f", version {report.version}" if report.version else ""))
    interactions.unpersist()
    return report


def _compete(season: Season, of: Sequence[Contender]) -> TrainingReport:
    validations = {half_life: held(season.validation(half_life)) for half_life in HALF_LIVES}
    half_life = _best_half_life(validations, of[-1])
    validation, test = validations[half_life], held(season.test(half_life))
    validated, results = [], []
    for contender in of:
        logger.info("train: %s, %d to choose from …", contender.name, len(contender.choices))
        chosen = best_in_validation(contender, validation, lambda result: _log_trial(result, validation, season.data))
        validated.append(chosen)
        with tracking.tracked_run(f"{contender.name}: test", _told(chosen, test), season.data):
            results.append(on_test(contender, chosen.parameters, test))
            tracking.log_metrics(_figures(results[-1]))
    popular = next(result for result in results if result.contender == POPULARITY)
    gains = [quality_gain(result.of_viewers, popular.of_viewers) for result in results]
    tracking.log_table(_by_column(comparison_rows(results, gains)), "comparison.json")
    tracking.log_figure(comparison_plot(results), "comparison.png")
    best = max(range(len(of)), key=lambda place: validated[place].quality.ndcg)
    tracking.log_metrics(_figures(results[best]) | _interval(GAIN, gains[best]))
    return _registered(season, of, results, gains, best, half_life)


def _best_half_life(validations: Mapping[int | None, Trial], contender: Contender) -> int | None:
    """By the nDCG in validation of one model with its first parameters."""
    logger.info("train: how soon what was watched counts half, by %s …", contender.name)
    first = Contender(contender.name, contender.choices[:1], contender.fit)
    reached = {
        half_life: best_in_validation(first, validation, lambda _: None).quality.ndcg
        for half_life, validation in validations.items()
    }
    return max(reached, key=lambda half_life: reached[half_life])


def _registered(
    season: Season,
    of: Sequence[Contender],
    results: Sequence[Result],
    gains: Sequence[Estimate],
    best: int,
    half_life: int | None,
) -> TrainingReport:
    if of[best].name == POPULARITY:
        return TrainingReport(results, gains, POPULARITY, None, False, "no model is better than popular titles.")
    result, gain = results[best], gains[best]
    recipe = Recipe(result.contender, described(result.parameters), half_life)
    now = in_use()
    if now.lost:
        logger.warning(
            "train: the champion, version %s, %s. Any model better than popular ones follows it.", now.lost, LOST
        )
    compared = _compared(now.champion, season, of, result, gain, recipe)
    figures = _figures(result) | _interval(GAIN, gain)
    if compared.over_champion:
        figures |= _interval(GAIN_OVER_CHAMPION, compared.over_champion)
    tags = {RECIPE_TAG: recipe.text, **{f"data.{name}": str(value) for name, value in season.data.items()}}
    if compared.champion:
        tags[COMPARED_WITH_TAG] = compared.champion
    version = _register(season, of[best], result, recipe, figures, tags)
    found = standing(compared)
    if found.is_champion:
        tracking.make_champion(REGISTERED_MODEL, version)
    why = f"version {version} {found.why}"
    return TrainingReport(results, gains, of[best].name, version, found.is_champion, why)


def _compared(
    champion: tracking.Registered | None,
    season: Season,
    of: Sequence[Contender],
    best: Result,
    gain: Estimate,
    recipe: Recipe,
) -> Comparison:
    if champion is None:
        return Comparison(gain)
    made = Recipe.of_text(champion.tags[RECIPE_TAG])
    if made == recipe:
        return Comparison(gain, champion.version, is_of_its_recipe=True)
    theirs = on_test(*made_by(made, of), held(season.test(made.half_life_days)))
    over = quality_gain(best.of_viewers, theirs.of_viewers)
    return Comparison(gain, champion.version, over_champion=over)


def _register(
    season: Season,
    contender: Contender,
    result: Result,
    recipe: Recipe,
    figures: Mapping[str, float],
    tags: Mapping[str, str],
) -> str:
    """What is registered has learnt from the test days too; its figures are those of its twin that had not."""
    learnt = suited(preferences(season.interactions, recipe.half_life_days).transform(learnable).localCheckpoint())
    ((_, model),) = contender.fit(learnt, [result.parameters])
    of_recipe = {**recipe.parameters, "preferences_half_life_days": recipe.half_life_days}
    told = {"model": contender.name, "engine": engine(learnt), **of_recipe}
    with (
        tempfile.TemporaryDirectory(prefix="playhead-model-") as folder,
        tracking.tracked_run(f"{contender.name}: registered", told, season.data),
    ):
        tracking.log_metrics(figures)
        save_model(model, Path(folder))
        return tracking.register_files(Path(folder), REGISTERED_MODEL, tags)


def _told(result: Result, trial: Trial) -> dict[str, object]:
    return {"model": result.contender, "engine": engine(trial.preferences), **described(result.parameters)}


def _log_trial(result: Result, trial: Trial, data: Mapping[str, object]) -> None:
    choice = described(result.parameters)
    name = f"{result.contender}: validation" + (f", {in_words(choice)}" if choice else "")
    with tracking.tracked_run(name, _told(result, trial), data):
        tracking.log_metrics(_figures(result))


def _figures(result: Result) -> dict[str, float]:
    """Each measure, and the ends of its interval; what the attack on it reached."""
    figures = {
        name: figure
        for measure, estimate in result.quality.estimates.items()
        for name, figure in _interval(measure, estimate).items()
    }
    if result.membership_auc is not None:
        figures[MEMBERSHIP_AUC] = result.membership_auc
    return figures


def _interval(name: str, estimate: Estimate) -> dict[str, float]:
    return {name: estimate.mean, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def _by_column(rows: Sequence[Mapping[str, object]]) -> dict[str, list[object]]:
    return {name: [row[name] for row in rows] for name in rows[0]}
