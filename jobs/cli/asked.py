"""What names a person is asked for: on a command line it would be in the shell's history and the list of processes."""

import sys

from jobs.cli.terminal import console
from jobs.errors import WrongUsageError


def asked(what: str) -> str:
    """The next line of standard input; who sits at a terminal is told what to type.

    Raises `WrongUsageError` where there is none.
    """
    if sys.stdin.isatty():
        console.print(f"The {what}'s id as the source has it, or its pseudonym:", end=" ")
    if line := sys.stdin.readline().strip():
        return line
    raise WrongUsageError(f"Which {what}? Give its id, or its pseudonym, as a line of standard input.")
