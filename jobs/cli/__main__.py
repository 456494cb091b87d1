"""`python -m jobs.cli` is `playhead`."""

from jobs.cli.commands import main

main()
