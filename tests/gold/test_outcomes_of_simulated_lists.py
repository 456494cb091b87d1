"""What simulated viewers make of lists, estimated by gold, beside what the simulator was told to make of them."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
import zstandard
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.silver import TITLES
from jobs.gold.demand.recommendation_outcomes import recommendation_outcomes
from jobs.simulator import simulate
from jobs.simulator.traffic.page import PLACES
from jobs.simulator.world.catalogue import draw_catalogue
from jobs.simulator.world.itinerary import match
from jobs.simulator.world.plants import draw_plants
from jobs.simulator.world.viewers import draw_viewers
from tests.factories import make_rows

SEED, VIEWERS, DAYS, MONDAY = 7, 3000, 6, date(2026, 6, 1)
_READ = (
    "event_type string, event_time timestamp, profile_id string, title_id string, "
    "details struct<row string, rank bigint, model_version string, source string, is_autoplay boolean>, "
    "session_offset_ms bigint"
)


def lists_by_taste() -> pa.Table:
    """Of each viewer the films that fit the taste best, then those that fit it worst."""
    catalogue, viewers = draw_catalogue(SEED, draw_plants(SEED)), draw_viewers(SEED, VIEWERS)
    films = [str(row["title_id"]) for row in catalogue.rows if row["kind"] == "film"]
    first_film = catalogue.title_ids.index(films[0])
    works = catalogue.work_of_title[first_film : first_film + len(films)]
    by_taste = (-match(catalogue, viewers.taste)[:, works]).argsort(axis=1)
    listed = np.hstack([by_taste[:, : PLACES // 2], by_taste[:, -PLACES // 2 :]])
    return pa.table(
        {
            "profile_id": np.repeat(viewers.profile_ids, PLACES),
            "title_id": np.array(films)[listed.ravel()],
            "rank": np.tile(np.arange(1, PLACES + 1), VIEWERS),
            "source": ["personal"] * (VIEWERS * PLACES),
            "model_version": np.where(np.arange(VIEWERS) % 2 == 0, "1", "2").repeat(PLACES),
        }
    )


@pytest.fixture(scope="module")
def outcomes(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    folder = tmp_path_factory.mktemp("lists")
    traffic = simulate(DAYS, VIEWERS, SEED, folder, start_date=MONDAY, lists=lists_by_taste())
    for file in traffic.event_files:
        path = file.path.with_suffix("")
        path.write_bytes(zstandard.ZstdDecompressor().decompress(file.path.read_bytes()))
    events = spark.read.schema(_READ).json(str(folder / "events" / "*.ndjson"))
    events = events.withColumnRenamed("profile_id", "profile_key").withColumn("event_date", F.to_date("event_time"))
    shown = events.where("event_type = 'title_shown'").select(
        "*",
        F.col("details.row").alias("shown_row"),
        F.col("details.rank").alias("shown_rank"),
        F.col("details.model_version").alias("model_version"),
    )
    plays = events.where("event_type = 'play_requested'").select(
        "profile_key",
        "title_id",
        F.col("details.source").alias("play_source"),
        F.col("details.is_autoplay").alias("is_autoplay"),
        F.col("event_time").alias("started_at"),
        F.lit(60.0).alias("watched_seconds"),
        F.lit(False).alias("is_preview"),
    )
    # What begins before midnight UTC is in the week before.
    of_week = recommendation_outcomes(shown, plays, make_rows(spark, TITLES, [])).where(
        F.col("week_start_date") == F.lit(MONDAY)
    )
    return {row.shown_row: row for row in of_week.collect()}


def test_raw_rates_of_one_list_differ_by_its_order(outcomes: dict[str, Row]) -> None:
    assert outcomes["recommended"].play_rate_low > outcomes["recommended_shuffled"].play_rate_high


def test_estimates_of_one_list_agree_whatever_its_order(outcomes: dict[str, Row]) -> None:
    in_order, shuffled = outcomes["recommended"], outcomes["recommended_shuffled"]
    assert in_order.first_place_play_rate_low < shuffled.first_place_play_rate < in_order.first_place_play_rate_high


def test_titles_that_nobody_was_made_to_want_are_played_less(outcomes: dict[str, Row]) -> None:
    others = [row.play_rate_high for name, row in outcomes.items() if not name.startswith("recommended")]
    assert max(others) < outcomes["recommended"].play_rate_low
