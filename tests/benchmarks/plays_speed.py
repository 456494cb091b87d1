"""Plays and their ranges from events in silver: the kernel beside the chain of windows that it took the place of.

    python -m tests.benchmarks.plays_speed FOLDER VIEWERS DAYS ROUNDS

Each round runs them one after the other, from the table, shuffle included: the kernel in Spark's tasks, the same in the
driver, and the windows. The first round only warms up. Prints a JSON object: how many events, seconds of each round by
name, and the hours and sessions that each found.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.config import Settings
from jobs.contracts.silver import PLAYBACK_EVENTS, TITLES
from jobs.gold.sessions.plays import READ, play_rows, play_rows_in_driver, ranges_of, traced_plays
from jobs.run.pipeline import run_bronze, run_intake, run_silver
from jobs.run.workspace import Workspace
from jobs.simulator import simulate
from jobs.storage.lake import Lake
from tests.benchmarks.windowed_plays import intervals, ordered, sessions
from tests.pipeline.two_days import put_into_inbox

Plays = tuple[DataFrame, DataFrame]


def in_tasks(lake: Lake, titles: DataFrame) -> Plays:
    rows = play_rows(lake.read(PLAYBACK_EVENTS), titles).localCheckpoint()
    return traced_plays(rows), ranges_of(rows)


def in_driver(lake: Lake, titles: DataFrame) -> Plays:
    dates = [row.event_date for row in lake.read(PLAYBACK_EVENTS).select("event_date").distinct().collect()]
    events = lake.arrow_of_dates(PLAYBACK_EVENTS, "event_date", dates, READ, most_rows=2_000_000)
    assert events is not None
    rows = play_rows_in_driver(lake.spark, events, titles).localCheckpoint()
    return traced_plays(rows), ranges_of(rows)


def by_windows(lake: Lake, _: DataFrame) -> Plays:
    in_order = ordered(lake.read(PLAYBACK_EVENTS).select(*READ)).localCheckpoint()
    played = intervals(in_order).localCheckpoint()
    return sessions(in_order, played).withColumn(
        "watched_seconds", F.col("watched_ms") / 1000
    ).localCheckpoint(), played


def timed(make: Callable[[Lake, DataFrame], Plays], lake: Lake, titles: DataFrame) -> tuple[float, Plays]:
    started = time.monotonic()
    found = make(lake, titles)
    return time.monotonic() - started, found


def main(folder: Path, viewers: int, days: int, rounds: int) -> None:
    traffic = simulate(days, viewers, seed=5, out=folder / "traffic")
    work = Workspace(Settings(home=folder / "home"))
    put_into_inbox(work, [*traffic.reference_files, *(file.path for file in traffic.event_files)])
    for stage in (run_intake, run_bronze, run_silver):
        stage(work)
    titles = work.lake.read(TITLES).localCheckpoint()
    ways = {"tasks": in_tasks, "driver": in_driver, "windows": by_windows}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    found = {}
    for _ in range(rounds + 1):
        for name, make in ways.items():
            taken, (plays, _ranges) = timed(make, work.lake, titles)
            seconds[name].append(taken)
            found[name] = plays.agg(F.count("*"), F.sum("watched_seconds") / 3600).collect()[0]
    print(
        json.dumps(
            {
                "events": work.lake.read(PLAYBACK_EVENTS).count(),
                "seconds": {name: times[1:] for name, times in seconds.items()},
                "sessions": {name: row[0] for name, row in found.items()},
                "hours": {name: row[1] for name, row in found.items()},
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
