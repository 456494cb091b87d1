"""`playhead`: all its commands. Messages go to standard error; exit codes are 0, 1, 2 and 3 as in --help."""

import logging
import sys
from typing import Annotated

import typer

from jobs.cli import (
    key_commands,
    model_commands,
    pipeline_commands,
    reading_commands,
    release_commands,
    start_commands,
)
from jobs.cli.messages import messages_shown, wanted_format
from jobs.errors import GateFailedError, PlayheadError, WrongUsageError
from jobs.run.closed_home import write_for_owner_only

logger = logging.getLogger(__name__)

app = typer.Typer(
    help="Playhead: raw playback events to engagement figures and recommendations.\n\n"
    "Exit codes: 0 done; 1 a fault of ours or the machine's; 2 wrong usage; 3 a quality gate stopped it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
# In the order in which one uses them.
for part in (
    start_commands,
    pipeline_commands,
    model_commands,
    reading_commands,
    release_commands,
    key_commands,
):
    app.add_typer(part.commands)


def say_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        print(f"playhead {version('playhead')}")
        raise typer.Exit


@app.callback()
def playhead(
    version: Annotated[
        bool, typer.Option("--version", callback=say_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Runs the command line and shows what is logged; known faults end with one message and their exit code."""
    write_for_owner_only()
    with messages_shown(wanted_format()):
        _run_app()


def _run_app() -> None:
    try:
        app()
    except PlayheadError as error:
        _end(error.exit_code, str(error))
    except Exception as error:
        # Imported only where something failed: a command without Spark starts faster.
        from pydantic import ValidationError

        from jobs.cli.spark_failure import explained
        from jobs.config import wrong_setting

        if isinstance(error, ValidationError):
            _end(WrongUsageError.exit_code, wrong_setting(error))
        told = explained(error)
        if told is None:
            raise
        _end(PlayheadError.exit_code, told)


def _end(exit_code: int, message: str) -> None:
    heading = {WrongUsageError.exit_code: "Wrong usage", GateFailedError.exit_code: "Stopped by the quality gate"}
    logger.error("%s: %s", heading.get(exit_code, "Error"), message)
    sys.exit(exit_code)
