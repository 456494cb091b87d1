"""What the simulator hides in its traffic is found again in gold: one small world, read without the pipeline."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import zstandard
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.gold import MOMENT_SECONDS, TITLE_PROGRESS
from jobs.contracts.silver import PLAYBACK_EVENTS, REPORTED_VIEWINGS, SEARCH_EVENTS, SUBSCRIPTIONS, TITLES
from jobs.contracts.table import Table
from jobs.gold.demand.genre_demand_daily import genre_demand_daily
from jobs.gold.sessions.plays import play_rows, ranges_of, traced_plays
from jobs.gold.sessions.viewing_sessions import viewing_sessions
from jobs.gold.subscribers.retention_monthly import ALL_PLANS, retention_monthly
from jobs.gold.titles.title_moments import exits_of, title_moments
from jobs.gold.titles.title_progress import title_progress
from jobs.simulator import planted_truths, simulate
from jobs.simulator.world.truths import PlantedTruths
from tests.factories import make_rows

SEED, VIEWERS, DAYS, FIRST_DAY = 7, 1200, 2, date(2026, 6, 1)
# The fields of an event that gold reads, and what silver calls them.
_READ = {
    **{name: f"{name} string" for name in ("event_id", "event_type", "session_id", "title_id")},
    "event_time": "event_time timestamp",
    "position_ms": "position_ms bigint",
    "profile_id": "profile_id string",
    "geo": "geo struct<country string, region string>",
    "details": "details struct<query string, result_count bigint, reason string, from_position_ms bigint>",
}


@dataclass(frozen=True)
class World:
    """What was hidden, and the rows in which it must be found."""

    truths: PlantedTruths
    ranges: DataFrame
    sessions: DataFrame
    searches: DataFrame
    titles: DataFrame
    subscriptions: DataFrame


@pytest.fixture(scope="module")
def world(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("planted")
    traffic = simulate(DAYS, VIEWERS, SEED, folder, start_date=FIRST_DAY)
    for number, file in enumerate(traffic.event_files):
        lines = zstandard.ZstdDecompressor().decompress(file.path.read_bytes())
        (folder / f"plain-{number}.ndjson").write_bytes(lines)
    events = spark.read.schema(", ".join(_READ.values())).json(str(folder / "plain-*.ndjson"))
    typed = events.select(
        "*",
        F.col("profile_id").alias("profile_key"),
        F.to_date("event_time").alias("event_date"),
        "geo.*",
        "details.*",
        F.col("details.reason").alias("stop_reason"),
    ).localCheckpoint()
    titles = rows_of(TITLES, spark.read.json(str(next(folder.rglob("titles*")))))
    plays = play_rows(rows_of(PLAYBACK_EVENTS, typed.where("position_ms IS NOT NULL")), titles).localCheckpoint()
    none = make_rows(spark, REPORTED_VIEWINGS, [])
    sessions = viewing_sessions(traced_plays(plays), none, titles).localCheckpoint()
    searches = rows_of(SEARCH_EVENTS, typed.where("query IS NOT NULL"))
    paid = spark.read.json(str(next(folder.rglob("subscriptions*")))).withColumnRenamed("account_id", "account_key")
    paid = paid.withColumn("key_epoch", F.lit(1))
    return World(
        planted_truths(SEED, VIEWERS), ranges_of(plays), sessions, searches, titles, rows_of(SUBSCRIPTIONS, paid)
    )


def rows_of(table: Table, rows: DataFrame) -> DataFrame:
    """The table's columns; those that the rows do not have are null."""
    return rows.select(
        *(
            (F.col(column.name) if column.name in rows.columns else F.lit(None)).cast(column.type).alias(column.name)
            for column in table.columns
        )
    )


def test_the_place_where_viewers_were_made_to_leave(world: World) -> None:
    dates = [FIRST_DAY + timedelta(days=day) for day in range(-1, DAYS + 1)]
    earlier = make_rows(world.titles.sparkSession, TITLE_PROGRESS, [])
    progress = title_progress(world.sessions, world.ranges, world.titles, earlier, dates)
    exits = exits_of(world.ranges, world.sessions, progress, world.titles)
    moments = title_moments(world.ranges, world.sessions, exits)
    # Whoever only samples a title leaves in its first two minutes.
    of_title = moments.where(F.col("title_id") == world.truths["leaving_title_id"]).where("moment_start_seconds >= 120")
    exits = of_title.groupBy("moment_start_seconds").agg(F.sum("exits").alias("exits"))
    most = exits.orderBy(F.desc("exits")).first()
    assert most is not None
    assert abs(1000 * most.moment_start_seconds - world.truths["leaving_position_ms"]) <= 2000 * MOMENT_SECONDS


def test_the_region_with_the_bad_network(world: World) -> None:
    stalled, watched = F.sum("stalled_seconds"), F.sum("watched_seconds")
    ratio = stalled / (stalled + watched)
    worst = world.sessions.groupBy("region").agg(ratio.alias("rebuffer_ratio")).orderBy(F.desc("rebuffer_ratio"))
    first, second = worst.take(2)
    assert first.region == world.truths["stalling_region"]
    assert first.rebuffer_ratio > 2 * second.rebuffer_ratio


def test_the_genre_that_is_asked_for_and_not_supplied(world: World) -> None:
    demand = genre_demand_daily(world.sessions, world.searches, world.titles).where("facet = 'genre'")
    in_vain = demand.groupBy("label").agg(F.sum("searches_without_result").alias("searches"))
    first, second = in_vain.orderBy(F.desc("searches")).take(2)
    assert first.label == world.truths["scarce_genre"]
    assert first.searches > 5 * max(second.searches, 1)


def test_the_plan_whose_subscribers_leave_sooner(world: World) -> None:
    after_half_a_year = retention_monthly(world.subscriptions, FIRST_DAY).where("months_since = 6")
    kept = F.sum(F.col("kept_share") * F.col("subscribers")) / F.sum("subscribers")
    of_plans = after_half_a_year.where(F.col("plan") != ALL_PLANS).groupBy("plan").agg(kept.alias("kept_share"))
    first, second = of_plans.orderBy("kept_share").take(2)
    assert first.plan == world.truths["churning_plan"]
    assert 1 - first.kept_share > 1.5 * (1 - second.kept_share)
