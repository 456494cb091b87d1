"""Land → bronze → silver beside what a user would write instead, in one process and one sitting.

    python -m tests.benchmarks.silver_speed FOLDER LINES ROUNDS

Each round runs all of them one after the other; the first round only warms up. Prints a JSON object: seconds of each
round, by name.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import zstandard

from jobs.config import Settings
from jobs.run.pipeline import run_bronze, run_intake, run_silver
from jobs.run.workspace import Workspace
from jobs.simulator import simulate
from jobs.storage.lake import Lake

LINES_A_VIEWER_AND_DAY = 46
DAYS = 3


def traffic(folder: Path, lines: int) -> tuple[Path, Path, int]:
    """Simulated events as files and as plain text, and how many lines there are."""
    made = simulate(DAYS, max(50, lines // DAYS // LINES_A_VIEWER_AND_DAY), seed=5, out=folder, faults=0.01)
    plain = folder / "plain"
    plain.mkdir()
    for file in made.event_files:
        text = zstandard.ZstdDecompressor().stream_reader(file.path.open("rb")).read()
        (plain / file.path.name.removesuffix(".zst")).write_bytes(text)
    return folder / "events", plain, sum(file.counts.lines for file in made.event_files)


def playhead(first: Workspace, home: Path, events: Path) -> float:
    """Seconds from an inbox to silver, in a home of its own; the session is shared."""
    work = Workspace(Settings(home=home))
    work.lake = Lake(first.lake.spark, work.settings.lake_root, work.settings.locks)
    work.gate = first.gate
    shutil.copytree(events, work.settings.inbox / "events")
    return seconds(lambda: [stage(work) for stage in (run_intake, run_bronze, run_silver)])


def another(name: str, source: Path, out: Path) -> float:
    """Seconds that it counts itself, in a process of its own."""
    command = [sys.executable, "-m", f"tests.benchmarks.{name}_silver", str(source), str(out)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])


def seconds(action: Callable[[], object]) -> float:
    started = time.monotonic()
    action()
    return time.monotonic() - started


def main(folder: Path, lines: int, rounds: int) -> None:
    events, plain, count = traffic(folder / "traffic", lines)
    first = Workspace(Settings(home=folder / "first"))
    found: dict[str, list[float]] = {"playhead": [], "duckdb": [], "naive": []}
    for number in range(rounds + 1):
        found["playhead"].append(playhead(first, folder / f"home-{number}", events))
        found["duckdb"].append(another("duckdb", events, folder / f"duckdb-{number}"))
        for path in (f"home-{number}", f"duckdb-{number}"):
            shutil.rmtree(folder / path, ignore_errors=True)
    # In its session nothing of ours is set, so it comes when ours has ended; its second run is the warm one.
    first.lake.spark.stop()
    found["naive"] = [0.0, another("naive", plain, folder / "naive")]
    print(json.dumps({"lines": count, "cores": os.cpu_count(), **{name: times[1:] for name, times in found.items()}}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
