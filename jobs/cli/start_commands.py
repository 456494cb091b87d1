"""Where one begins: a demo, whether this machine is fit to run, and what an update asks for."""

from dataclasses import asdict
from typing import Annotated

import typer

from jobs.cli.options import Json
from jobs.cli.panels import START
from jobs.cli.terminal import emit, show_table
from jobs.cli.workspaces import new_workspace
from jobs.errors import PlayheadError

commands = typer.Typer()


@commands.command(rich_help_panel=START)
def doctor(as_json: Json = False) -> None:
    """Is this machine fit to run: Java, jars, versions, disk, memory, ports; says what to do."""
    from jobs.cli.doctor import check_machine, report_table
    from jobs.config import Settings

    checks = check_machine(Settings())
    emit([asdict(check) for check in checks]) if as_json else show_table(report_table(checks))
    if any(not check.is_fine for check in checks):
        raise PlayheadError("This machine is not ready; the table says what to do.")


@commands.command(rich_help_panel=START)
def demo(
    days: Annotated[int, typer.Option(min=2, max=90, help="Days to simulate.")] = 28,
    viewers: Annotated[int, typer.Option(min=10, help="People watching.")] = 300,
    is_agreed: Annotated[
        bool, typer.Option("--yes", help="Add invented people also to a lake that has files of others.")
    ] = False,
) -> None:
    """A whole lake from nothing, with models and lists, and a report of what may leave."""
    work = new_workspace()
    if not is_agreed:
        from jobs.cli.mixed_people import refuse_invented_beside_real

        refuse_invented_beside_real(work)
    from jobs.cli.demo import run_demo

    run_demo(work, days, viewers)


@commands.command(rich_help_panel=START)
def upgrade() -> None:
    """Gives a home of an earlier version what its ledger and its tables lack. Nothing is lost."""
    from jobs.config import Settings
    from jobs.run.upgrade import upgrade as upgrade_home

    upgrade_home(Settings())
