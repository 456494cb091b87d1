"""Commands that bring in real data from elsewhere: one an importer."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli.workspaces import new_workspace

if TYPE_CHECKING:
    from jobs.run.workspace import Workspace

logger = logging.getLogger(__name__)

imports = typer.Typer(help="Real data into the inbox, as raw events and reference data.", no_args_is_help=True)
Mixed = Annotated[bool, typer.Option("--yes", help="Also into a lake that has invented people.")]


@imports.command("netflix-export")
def import_netflix_export(
    directory: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The unpacked export.")],
    account: Annotated[str | None, typer.Option(help="A name for the household, when you have several.")] = None,
    is_agreed: Mixed = False,
) -> None:
    """The export that Netflix gives to any subscriber, into the inbox. Nothing leaves this machine."""
    from jobs.importers.netflix_export import import_netflix_export as into_inbox

    work = home_of_real_people(is_agreed)
    for line in into_inbox(directory, work.settings.inbox, work.linkage_key, account).lines():
        logger.info("%s", line)


@imports.command("movielens")
def import_movielens(
    directory: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder with ratings.csv.")],
    is_agreed: Mixed = False,
) -> None:
    """MovieLens ratings and titles, into the inbox."""
    from jobs.importers.movielens import import_movielens as into_inbox

    for line in into_inbox(directory, home_of_real_people(is_agreed).settings.inbox).lines():
        logger.info("%s", line)


def home_of_real_people(is_agreed: bool) -> "Workspace":
    """A home without invented people. Raises `WrongUsageError` where it has some, unless `is_agreed`."""
    from jobs.cli.mixed_people import refuse_real_beside_invented

    work = new_workspace()
    if not is_agreed:
        refuse_real_beside_invented(work)
    return work
