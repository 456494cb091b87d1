"""Runs intake in a process that dies by SIGKILL at a named point: `python killed_land.py HOME POINT`."""

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jobs.intake import land as intake
from jobs.intake import numbered_lines
from jobs.ledger.ledger import Ledger

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def die_after_first_chunk(chunks: Iterable[bytes], max_line_bytes: int) -> Iterator[Any]:
    yield next(numbered_lines.number_lines(chunks, max_line_bytes))
    die()


def main(home: Path, point: str) -> None:
    match point:
        case "while the lines are written":
            intake.number_lines = die_after_first_chunk  # type: ignore[assignment, attr-defined]
        case "before the ledger":
            Ledger.record_landed = die  # type: ignore[method-assign]
        case "before the original is moved":
            intake.move_original = die  # type: ignore[attr-defined]
    ledger = Ledger(f"sqlite:///{home / 'ledger.db'}")
    intake.land([], inbox=home / "inbox", landing=home / "landing", ledger=ledger, now=lambda: NOON)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
