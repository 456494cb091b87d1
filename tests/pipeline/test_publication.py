"""Readers see a file in all of gold or in none of it."""

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.lake import Lake
from jobs.pipeline import rebuild_gold, run_bronze, run_cycle, run_gold, run_intake, run_silver
from jobs.tables.contract import Table
from jobs.tables.gold import INTERACTIONS, PUBLISHED_TOGETHER, TITLE_ENGAGEMENT_DAILY, VIEWING_SESSIONS
from jobs.workspace import Workspace
from tests.deaths import Died, die_after
from tests.factories import NOON, make_workspace
from tests.pipeline.one_play import put_play


def into_silver(work: Workspace) -> None:
    for stage in (run_intake, run_bronze, run_silver):
        stage(work, print)


def titles_seen(work: Workspace, table: Table) -> set[str]:
    return {row.title_id for row in work.lake.published().read(table).select("title_id").collect()}


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = make_workspace(spark, tmp_path_factory.mktemp("publication") / "home")
    put_play(work, "first")
    run_cycle(work, print)
    return work


TABLES = (VIEWING_SESSIONS, TITLE_ENGAGEMENT_DAILY, INTERACTIONS)


def seen(work: Workspace) -> list[set[str]]:
    return [titles_seen(work, table) for table in TABLES]


def test_a_run_that_dies_between_two_tables_shows_nothing_and_its_retry_everything(work: Workspace) -> None:
    put_play(work, "second")
    into_silver(work)
    with pytest.MonkeyPatch.context() as patch:
        die_after(patch, Lake, "replace_dates")
        with pytest.raises(Died):
            run_gold(work, print)
    assert work.lake.read(VIEWING_SESSIONS).where(F.col("title_id") == "second").count() == 1
    assert seen(work) == [{"first"}] * 3

    # A file that is only in silver so far stays out of a date that is computed anew.
    rebuild_gold(work, [NOON.date()])
    assert seen(work) == [{"first"}] * 3

    run_gold(work, print)
    assert seen(work) == [{"first", "second"}] * 3


def test_what_is_published_is_what_was_written_last(work: Workspace) -> None:
    published = work.lake.published()
    assert {table.full_name: published.version(table) for table in PUBLISHED_TOGETHER} == {
        table.full_name: work.lake.version(table) for table in PUBLISHED_TOGETHER
    }
