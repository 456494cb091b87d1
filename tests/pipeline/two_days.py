"""The same two days of traffic with faults, brought in twice: a day at a time; and at once, shuffled and split anew.

At once, Spark is as users have it, and in no other test: both ways must end with the same rows.
"""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import zstandard
from pyspark.sql import SparkSession

from jobs.run.pipeline import run_cycle, run_insights
from jobs.run.workspace import Workspace
from jobs.simulator import SimulationReport, simulate
from tests.factories import make_workspace
from tests.spark_as_users_have_it import spark_as_users_have_it

FIRST_DAY, SECOND_DAY = date(2026, 6, 1), date(2026, 6, 2)


@dataclass(frozen=True)
class Runs:
    """The traffic, and the two homes that it was brought into."""

    traffic: SimulationReport
    day_by_day: Workspace
    at_once: Workspace

    @property
    def files(self) -> list[Path]:
        return [*self.traffic.reference_files, *(file.path for file in self.traffic.event_files)]


def bring_in_twice(spark: SparkSession, folder: Path) -> Runs:
    """Day by day, the titles come last: what the first day showed of them must be computed again."""
    traffic = simulate(2, 40, seed=11, out=folder / "traffic", faults=0.05, start_date=FIRST_DAY)
    titles, *people = traffic.reference_files
    first, second = (file.path for file in traffic.event_files)

    day_by_day = make_workspace(spark, folder / "day-by-day")
    day_by_day.keys  # noqa: B018 - makes them
    at_once = with_key_of(day_by_day, make_workspace(spark, folder / "at-once"))
    for delivery in ([*people, first], [second, titles]):
        put_into_inbox(day_by_day, delivery)
        run_cycle(day_by_day)
        run_insights(day_by_day)
    shuffled_files = shuffled([first, second], folder / "shuffled" / "events")
    put_into_inbox(at_once, [titles, *people, *shuffled_files])
    with spark_as_users_have_it(spark):
        run_cycle(at_once)
        run_insights(at_once)
    return Runs(traffic, day_by_day, at_once)


def with_key_of(one: Workspace, other: Workspace) -> Workspace:
    """Else two homes never agree on a pseudonym."""
    shutil.copytree(one.settings.keys, other.settings.keys)
    return other


def shuffled(files: list[Path], folder: Path) -> list[Path]:
    """The lines of these files in another order, in other files."""
    lines = [line for file in files for line in zstandard.ZstdDecompressor().decompress(file.read_bytes()).splitlines()]
    Random(11).shuffle(lines)
    folder.mkdir(parents=True)
    parts = [folder / f"part-{number}.ndjson" for number in range(3)]
    for number, part in enumerate(parts):
        part.write_bytes(b"\n".join(lines[number :: len(parts)]) + b"\n")
    return parts


def put_into_inbox(work: Workspace, files: list[Path], prefix: str = "") -> None:
    for file in files:
        feed = work.settings.inbox / file.parent.name
        feed.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, feed / f"{prefix}{file.name}")
