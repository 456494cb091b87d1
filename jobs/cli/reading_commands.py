"""Commands that look into the lake. They make and change nothing, and start no Spark; a replay does both."""

import logging
from dataclasses import asdict
from typing import Annotated

import typer

from jobs.cli.asked import asked
from jobs.cli.options import BatchOption, Json
from jobs.cli.panels import LOOK
from jobs.cli.terminal import emit, show_table, show_text
from jobs.cli.workspaces import known_file, workspace, workspace_to_read
from jobs.errors import PlayheadError, WrongUsageError

logger = logging.getLogger(__name__)

commands = typer.Typer()
quarantined = typer.Typer(invoke_without_command=True)


@commands.command(rich_help_panel=LOOK)
def tables(
    table: Annotated[str | None, typer.Argument(help="layer.table; default: all.")] = None,
) -> None:
    """The catalogue, from the contracts."""
    from jobs.cli.catalogue import catalogue, table_page

    show_table(table_page(table) if table else catalogue())


@commands.command(rich_help_panel=LOOK)
def show(
    table: Annotated[str, typer.Argument(help="layer.table")],
    rows: Annotated[int, typer.Option("--limit", "--rows", min=1, max=1000, help="How many.")] = 10,
    columns: Annotated[
        str | None, typer.Option(help="Only these, in this order, with commas between; default: all.")
    ] = None,
) -> None:
    """A few rows of a table."""
    from jobs.cli.shown_rows import asked_columns, first_rows
    from jobs.config import Settings
    from jobs.run.home import home_to_read

    asked, wanted = asked_columns(table, columns.split(",") if columns else None)
    show_table(first_rows(home_to_read(Settings()), asked, wanted, rows))


@commands.command(rich_help_panel=LOOK)
def audit(
    file: Annotated[str | None, typer.Argument(help="A file's name, or its SHA-256 or the start of it.")] = None,
    as_json: Json = False,
) -> None:
    """Where did my rows go: lines in = accepted + quarantined + duplicates, file by file, held against the tables."""
    work = workspace_to_read()
    from jobs.cli.audit_page import audit_remarks, audit_summary, audit_table
    from jobs.run.audit import audit_batches

    findings = audit_batches(work, file)
    if as_json:
        emit([asdict(finding) for finding in findings])
    else:
        logger.info("%s", audit_summary(findings, work.settings.root))
        for remark in audit_remarks(findings):
            logger.info("%s", remark)
        if findings:
            show_table(audit_table(findings))
    broken = [finding for finding in findings if finding.problem]
    if broken:
        raise PlayheadError("; ".join(f"{finding.source_name}: {finding.problem}" for finding in broken))


@quarantined.callback()
def quarantine(context: typer.Context, as_json: Json = False) -> None:
    """What is refused and why, by file and reason; `replay` tries it again."""
    if context.invoked_subcommand:
        return
    settings = workspace_to_read().settings
    from jobs.cli.quarantine_page import quarantine_table, quarantine_total
    from jobs.run.refused_lines import MOST_GROUPS, refused_lines

    refused = refused_lines(settings)
    if as_json:
        emit([asdict(group) for group in refused.groups])
        return
    logger.info("%s", quarantine_total(refused.reasons, settings.lake_root))
    if len(refused.groups) == MOST_GROUPS:
        logger.info(
            "Only the %s most frequent are shown. `playhead show silver.quarantine` has the lines.", f"{MOST_GROUPS:,}"
        )
    if refused.groups:
        show_table(quarantine_table(refused.groups))


@quarantined.command("replay")
def replay_quarantine(batch: BatchOption = None) -> None:
    """Tries refused lines again, after a fix: what is sound now goes into silver, once, and waits for gold."""
    from jobs.run.pipeline import run_replay

    work = workspace()
    logger.info("%s", run_replay(work, known_file(work, batch).batch_id if batch else None))


commands.add_typer(quarantined, name="quarantine", rich_help_panel=LOOK)


@commands.command(rich_help_panel=LOOK)
def worth() -> None:
    """What the subscriber behind a profile is worth, part by part, as estimated for the latest month.

    Asks for the profile, or reads it from standard input: its id as the source has it, or its pseudonym.
    """
    from jobs.config import Settings
    from jobs.contracts.gold import SUBSCRIBER_VALUE_MONTHLY
    from jobs.run.home import home_to_read
    from jobs.run.workspace import Workspace
    from jobs.storage.stored_tables import has_rows

    work = Workspace(home_to_read(Settings()))
    if not has_rows(work.settings, SUBSCRIBER_VALUE_MONTHLY):
        raise WrongUsageError(
            f"No subscriber was valued yet in {work.settings.lake_root}. `playhead audience` does it, where gold has "
            "sessions and silver subscriptions."
        )
    profile = asked("profile")
    from jobs.value.worth import worth as worth_of

    show_text(worth_of(work.settings, work.stored_key, profile))
