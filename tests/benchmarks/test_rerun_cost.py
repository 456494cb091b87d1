"""What a file that comes again, and a run that finds nothing, cost beside the run that took the file in."""

import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from pyspark.sql import SparkSession

from jobs.run.pipeline import run_cycle
from jobs.simulator import simulate
from tests.factories import make_workspace
from tests.spark_as_users_have_it import spark_as_users_have_it


def seconds(action: Callable[[], object]) -> float:
    started = time.monotonic()
    action()
    return time.monotonic() - started


def test_rerun_cost(spark: SparkSession, tmp_path: Path) -> None:
    work = make_workspace(spark, tmp_path / "home")
    traffic = simulate(2, 300, seed=7, out=tmp_path / "traffic", start_date=date(2026, 6, 1))
    first, second = (file.path for file in traffic.event_files)
    events = work.settings.inbox / "events"
    events.mkdir(parents=True)

    def bring(file: Path, name: str) -> None:
        shutil.copy(file, events / name)
        run_cycle(work)

    with spark_as_users_have_it(spark):
        bring(first, "warm-up.ndjson.zst")
        normal = seconds(lambda: bring(second, "new.ndjson.zst"))
        again = seconds(lambda: bring(second, "again.ndjson.zst"))
        empty = seconds(lambda: run_cycle(work))
    print(
        f"\n{traffic.event_files[1].counts.lines:,} lines: {normal:.1f} s the first time, {again:.3f} s again "
        f"(1/{normal / again:.0f}), {empty:.3f} s with nothing new (1/{normal / empty:.0f})"
    )
    assert (again < normal / 20, empty < normal / 20) == (True, True)
