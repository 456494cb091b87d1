"""Commands for what may leave: it is released, drawn, and written to files."""

import logging
from pathlib import Path
from typing import Annotated, Literal

import typer

from jobs.cli.empty_lake import has_nothing_for
from jobs.cli.panels import RELEASE
from jobs.cli.workspaces import workspace
from jobs.errors import WrongUsageError
from jobs.wording import counted

logger = logging.getLogger(__name__)

commands = typer.Typer()


@commands.command(rich_help_panel=RELEASE)
def publish() -> None:
    """What may leave: aggregates of the weeks that are over, at least ten people behind every row."""
    from jobs.contracts.gold import VIEWING_SESSIONS

    work = workspace()
    if has_nothing_for("publish", work.settings, VIEWING_SESSIONS):
        return
    from jobs.run.pipeline import run_publish

    logger.info("%s", run_publish(work))


@commands.command(rich_help_panel=RELEASE)
def report(
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="Default: report/playhead.html in the home.")] = None,
) -> None:
    """One page of what is published, as a file that any browser opens without a network."""
    from jobs.config import Settings
    from jobs.run.home import home_to_read

    settings = home_to_read(Settings())
    refuse_missing_folder(out)
    from jobs.report.build_report import build_report

    logger.info("The report is in %s. Open it in a browser.", build_report(settings, out))


@commands.command(rich_help_panel=RELEASE)
def export(
    name: Annotated[str, typer.Argument(help="A released table, as title_viewing_weekly.")],
    format_: Annotated[Literal["csv", "parquet"], typer.Option("--format", help="How the file is written.")] = "csv",
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="Default: the table's name, here.")] = None,
) -> None:
    """A released table as a file. Nothing else can leave this way."""
    from jobs.config import Settings
    from jobs.run.home import home_to_read

    settings = home_to_read(Settings())
    refuse_missing_folder(out)
    from jobs.cli.export import export as export_table

    path, rows = export_table(settings, name, format_, out)
    logger.info("export: %s in %s.", counted(rows, "row"), path)


def refuse_missing_folder(out: Path | None) -> None:
    """A folder that is not there is most often mistyped: none is made."""
    if out is not None and not out.expanduser().absolute().parent.is_dir():
        raise WrongUsageError(f"There is no folder {out.parent}. Make it first, or give another place with --out.")
