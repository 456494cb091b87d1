"""Commands that bring files in and build bronze, silver and gold of them."""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli.empty_lake import has_nothing_for
from jobs.cli.import_commands import imports
from jobs.cli.options import BatchOption, Day, Json
from jobs.cli.panels import BRING_IN, BUILD
from jobs.cli.terminal import console, emit
from jobs.cli.workspaces import known_file, new_workspace, workspace
from jobs.errors import WrongUsageError
from jobs.wording import counted

if TYPE_CHECKING:
    import pyarrow as pa

    from jobs.run.workspace import Workspace

logger = logging.getLogger(__name__)

commands = typer.Typer()
commands.add_typer(imports, name="import", rich_help_panel=BRING_IN)


@commands.command(rich_help_panel=BRING_IN)
def simulate(
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder for the files; an inbox has this shape.")],
    days: Annotated[int, typer.Option(min=1, help="Days of traffic.")] = 1,
    viewers: Annotated[int, typer.Option(min=1, help="People watching.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same bytes, for the same lists.")] = 7,
    faults: Annotated[float, typer.Option(min=0.0, max=0.5, help="Share of events with an injected fault.")] = 0.0,
    start_date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; else 1 June 2026.")
    ] = None,
    recommended: Annotated[
        bool,
        typer.Option(help="Show viewers the lists of this lake; they play some of what they see. After its last day."),
    ] = False,
) -> None:
    """Event files and reference data of people who do not exist, with faults on request."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from jobs.simulator import DEFAULT_START_DATE, profile_ids
    from jobs.simulator import simulate as simulate_traffic

    first_day = start_date.date() if start_date else DEFAULT_START_DATE
    lists = lists_for(profile_ids(seed, viewers), first_day) if recommended else None
    columns = (TextColumn("simulating"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("days", total=days)
        report = simulate_traffic(
            days,
            viewers,
            seed,
            out,
            faults,
            first_day,
            on_day=lambda _: progress.advance(task),
            lists=lists,
        )
    files, lines = counted(len(report.event_files), "event file"), counted(report.lines, "line")
    logger.info("Wrote %s with %s to %s.", files, lines, out)


@commands.command(rich_help_panel=BRING_IN)
def land(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; default: the inbox.")] = None,
    feed: Annotated[str | None, typer.Option(help="What the files are, where their folder does not say it.")] = None,
    as_json: Json = False,
) -> None:
    """Intake: checks files, splits them into numbered lines, enters them in the ledger."""
    from jobs.run.pipeline import run_intake

    report = run_intake(new_workspace(), paths or [], feed)
    if as_json:
        emit([asdict(file) for file in report.files])


@commands.command(rich_help_panel=BUILD)
def run() -> None:
    """A whole cycle in one session: land → bronze → silver → gold and its insights."""
    from jobs.run.pipeline import run_cycle, run_insights

    work = new_workspace()
    reports = run_cycle(work)
    insights = run_insights(work)
    logger.info("%s", insights)
    if all(report.did_nothing for report in (*reports, insights)):
        logger.info(
            "Nothing new: no file was written. Put event files into the inbox, or `playhead simulate --out` there."
        )


@commands.command(rich_help_panel=BUILD)
def bronze(batch: BatchOption = None) -> None:
    """What was landed, into bronze, line for line."""
    from jobs.run.pipeline import run_bronze

    work = workspace()
    logger.info("%s", run_bronze(work, reopened(work, batch, "bronze")))


@commands.command(rich_help_panel=BUILD)
def silver(batch: BatchOption = None) -> None:
    """Bronze into silver: typed, judged, pseudonymised, deduplicated; refused lines into quarantine."""
    from jobs.run.pipeline import run_silver

    work = workspace()
    logger.info("%s", run_silver(work, reopened(work, batch, "silver")))


@commands.command(rich_help_panel=BUILD)
def gold(
    batch: BatchOption = None,
    from_date: Annotated[Day, typer.Option("--from", formats=["%Y-%m-%d"], help="First date to compute anew.")] = None,
    to_date: Annotated[Day, typer.Option("--to", formats=["%Y-%m-%d"], help="Last date to compute anew.")] = None,
) -> None:
    """Engagement, features and insights of the dates that new silver rows touch, or of the dates given."""
    from jobs.contracts.silver import PLAYBACK_EVENTS
    from jobs.run.pipeline import rebuild_gold, run_gold, run_insights

    if from_date is None and to_date is None:
        work = workspace()
        logger.info("%s", run_gold(work, reopened(work, batch, "published")))
        logger.info("%s", run_insights(work))
        return
    if batch:
        raise WrongUsageError("Give either --batch, or --from and --to.")
    dates = days_between(from_date, to_date)
    work = workspace()
    if has_nothing_for("gold", work.settings, PLAYBACK_EVENTS):
        return
    rebuild_gold(work, dates)
    logger.info("gold: %s computed anew.", counted(len(dates), "date"))
    logger.info("%s", run_insights(work))


def lists_for(profile_ids: Sequence[str], first_day: date) -> "pa.Table":
    """The lists that the lake has for these viewers. Raises `WrongUsageError` where it has none yet."""
    from jobs.config import Settings
    from jobs.contracts.gold import RECOMMENDATIONS
    from jobs.recommender.serving.served_lists import served_lists
    from jobs.run.home import home_to_read
    from jobs.run.workspace import Workspace
    from jobs.storage.stored_tables import open_published

    work = Workspace(home_to_read(Settings()))
    if open_published(work.settings, RECOMMENDATIONS) is None:
        raise WrongUsageError(f"No list is in {work.settings.lake_root} yet. `playhead recommend` makes them.")
    return served_lists(work.settings, work.stored_key, profile_ids, first_day, work.now().date())


def reopened(work: "Workspace", batch: str | None, stage: str) -> str | None:
    """The one file that `--batch` means, allowed to try the stage again where it was stopped."""
    if batch is None:
        return None
    found = known_file(work, batch)
    if found.blocked_at and found.blocked_stage != stage:
        raise WrongUsageError(
            f"{found.source_name} was stopped in {found.blocked_stage}, not here: {found.blocked_reason}"
        )
    work.ledger.unblock(found.batch_id)
    return found.batch_id


def days_between(first: datetime | None, last: datetime | None) -> list[date]:
    if first is None or last is None or first > last:
        raise WrongUsageError("Give both --from and --to, the earlier date first.")
    return [first.date() + timedelta(days=shift) for shift in range((last - first).days + 1)]
