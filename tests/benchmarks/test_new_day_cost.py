"""What gold of one new day costs on a lake of 4 days and on one of 64, each in turn, in one session."""

import time
from datetime import date
from pathlib import Path
from statistics import median

import pytest
from pyspark.sql import SparkSession

from jobs.run.pipeline import run_bronze, run_cycle, run_gold, run_insights, run_intake, run_silver
from jobs.run.workspace import Workspace
from jobs.simulator import simulate
from tests.factories import make_workspace
from tests.pipeline.two_days import put_into_inbox
from tests.spark_as_users_have_it import spark_as_users_have_it

pytestmark = pytest.mark.timeout(3600)

SHORT, LONG, NEW_DAYS = 4, 64, 4
FIRST_DAY, VIEWERS = date(2026, 4, 1), 60


def seconds_of_gold(work: Workspace, file: Path) -> float:
    """Gold and its insights of the day in the file, which is in silver by then."""
    put_into_inbox(work, [file])
    for stage in (run_intake, run_bronze, run_silver):
        stage(work)
    started = time.monotonic()
    run_gold(work)
    run_insights(work)
    return time.monotonic() - started


def test_new_day_cost(spark: SparkSession, tmp_path: Path) -> None:
    traffic = simulate(LONG + NEW_DAYS, VIEWERS, seed=7, out=tmp_path / "traffic", start_date=FIRST_DAY)
    files = [file.path for file in traffic.event_files]
    homes = {days: make_workspace(spark, tmp_path / f"{days}-days") for days in (SHORT, LONG)}
    with spark_as_users_have_it(spark):
        for days, work in homes.items():
            put_into_inbox(work, [*traffic.reference_files, *files[LONG - days : LONG]])
            run_cycle(work)
            run_insights(work)
        warm_up, *new_days = files[LONG:]
        for work in homes.values():
            seconds_of_gold(work, warm_up)
        taken = [{days: seconds_of_gold(work, file) for days, work in homes.items()} for file in new_days]
    short, long = (median(of_file[days] for of_file in taken) for days in (SHORT, LONG))
    print(
        f"\ngold of a new day, the median of {len(new_days)}: "
        f"{short:.1f} s on {SHORT} days, {long:.1f} s on {LONG}, {long / short:.2f} times as long"
    )
    assert long / short < 1.1
