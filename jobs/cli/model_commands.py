"""Commands that learn from the lake, and that put to use what was learnt."""

import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from jobs.cli.empty_lake import has_nothing_for
from jobs.cli.options import Json
from jobs.cli.panels import MODELS
from jobs.cli.terminal import emit, show_table
from jobs.cli.workspaces import workspace
from jobs.errors import WrongUsageError
from jobs.wording import counted

if TYPE_CHECKING:
    from jobs.config import Settings

logger = logging.getLogger(__name__)

commands = typer.Typer()
models = typer.Typer(help="The recommender's versions in MLflow.", no_args_is_help=True)
evaluations = typer.Typer(help="How good recommenders are, on data that they have not seen.", no_args_is_help=True)
commands.add_typer(models, name="model", rich_help_panel=MODELS)
commands.add_typer(evaluations, name="evaluate", rich_help_panel=MODELS)


@commands.command(rich_help_panel=MODELS)
def train() -> None:
    """Searches among recommenders, tests the best, registers it in MLflow, and makes it champion if it is better.

    Where there is too little to learn from it says so, and ends well.
    """
    from jobs.contracts.gold import INTERACTIONS

    work = workspace()
    if has_nothing_for("train", work.settings, INTERACTIONS):
        return
    from jobs.recommender.learning.recipe import EXPERIMENT
    from jobs.recommender.learning.season import NotEnoughDataError
    from jobs.recommender.learning.train import train as train_model
    from jobs.storage import tracking

    # Where MLflow does not answer, nobody waits for Spark to start.
    tracking.connect(work.settings, EXPERIMENT)
    try:
        logger.info("%s", train_model(work.lake, work.settings, work.now().date()))
    except NotEnoughDataError as error:
        logger.info("train: no model was made. %s", error)


@commands.command(rich_help_panel=MODELS)
def recommend() -> None:
    """Lists of viewers with new activity into gold.recommendations; of all, after another model became champion."""
    from jobs.contracts.gold import PROFILE_FEATURES

    work = workspace()
    if has_nothing_for("recommend", work.settings, PROFILE_FEATURES):
        return
    from jobs.run.pipeline import run_recommend

    logger.info("%s", run_recommend(work))


@commands.command(rich_help_panel=MODELS)
def audience() -> None:
    """Segments of who agreed to marketing, who may be about to leave, and what subscribers are worth."""
    from jobs.contracts.gold import VIEWING_SESSIONS

    work = workspace()
    if has_nothing_for("audience", work.settings, VIEWING_SESSIONS):
        return
    from jobs.run.pipeline import run_audience, run_value

    logger.info("%s", run_audience(work))
    logger.info("%s", run_value(work))


@models.command("compare")
def compare_models(
    versions: Annotated[
        list[str] | None, typer.Argument(help="Numbers or aliases; default: champion, challenger.")
    ] = None,
) -> None:
    """What versions were made of, what they reached on their tests, and what was played of them, side by side."""
    settings = settings_with_models()
    from jobs.cli.model_tables import versions_table
    from jobs.cli.version_outcomes import outcomes_of_versions
    from jobs.recommender.learning.registry import compared

    asked = versions or ["champion", "challenger"]
    found = compared(settings, asked)
    show_table(versions_table(asked, found | outcomes_of_versions(settings, found["version"])))


@models.command("promote")
def promote_model(version: Annotated[str, typer.Argument(help="A version's number, or an alias: challenger.")]) -> None:
    """Makes a version the champion; only one that could become it in training, too."""
    settings = settings_with_models()
    from jobs.recommender.learning.registry import promote

    logger.info("%s", promote(settings, version))


@models.command("rollback")
def roll_back_model() -> None:
    """Makes the champion before the champion again. The next `playhead recommend` makes all lists with it."""
    settings = settings_with_models()
    from jobs.recommender.learning.registry import roll_back

    logger.info("%s", roll_back(settings))


@evaluations.command("ratings")
def evaluate_ratings(
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file of user, item, rating, timestamp.")],
    item_column: Annotated[str | None, typer.Option(help="The item's column, if not item or movieId.")] = None,
    protocol: Annotated[
        Literal["stratified", "time", "users"],
        typer.Option(help="Learn from 75 % of each user's ratings, of all by time, or of the users."),
    ] = "stratified",
    as_json: Json = False,
) -> None:
    """All models on a file of ratings, side by side, each figure with its interval. Touches no lake."""
    from jobs.cli.model_tables import comparison_table
    from jobs.config import Settings
    from jobs.recommender.evaluation.comparison import comparison_rows
    from jobs.recommender.evaluation.evaluate_ratings import evaluate_ratings as evaluate
    from jobs.run.home import home_to_fill
    from jobs.storage.session import build_session

    found = evaluate(build_session(home_to_fill(Settings())), path, item_column, protocol)
    if as_json:
        emit({"models": comparison_rows(found.results, found.gains), "explicit_als": asdict(found.explicit)})
        return
    show_table(comparison_table(found.title, found.results, found.gains))
    ratings = counted(found.explicit.ratings, "rating")
    logger.info("Explicit ALS is off by %.3f (RMSE) on %s.", found.explicit.rmse, ratings)


def settings_with_models() -> "Settings":
    """The settings, of a home or a server in which models may be. Raises `WrongUsageError` where there is neither."""
    from jobs.config import Settings
    from jobs.run.home import home_to_read

    settings = home_to_read(Settings())
    if not settings.mlflow_tracking_uri and not settings.mlflow.is_dir():
        raise WrongUsageError(f"No model is in {settings.mlflow} yet. `playhead train` makes one.")
    return settings
