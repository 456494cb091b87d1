"""Options that several commands have."""

from datetime import datetime
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
BatchOption = Annotated[
    str | None, typer.Option("--batch", help="Only this file: its name, or its SHA-256 or the start of it.")
]
Day = datetime | None
