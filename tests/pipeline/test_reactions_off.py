"""A day of traffic with reactions, and heart rates in other events, brought into a home that does not take them."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import zstandard
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.contracts.bronze import RAW_EVENTS
from jobs.contracts.gold import BATCHES
from jobs.contracts.silver import QUARANTINE, REACTIONS
from jobs.run.audit import audit_batches
from jobs.run.pipeline import run_cycle
from jobs.run.workspace import Workspace
from jobs.simulator import simulate
from tests.factories import make_line, make_workspace

OF_A_REACTION = r"valence|arousal|heart_rate_bpm"
# Of a player that sends with each heartbeat what a watch told it.
HEARTBEATS = [
    make_line(event_id=f"heartbeat-{number}", event_type="heartbeat", details={"heart_rate_bpm": 72})
    for number in range(2)
]


@dataclass(frozen=True)
class Run:
    """The home, and how many event lines and reactions among them came."""

    work: Workspace
    lines: int
    reactions: int


@pytest.fixture(scope="module")
def run(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("reactions-off")
    traffic = simulate(1, 60, seed=11, out=folder / "traffic")
    work = make_workspace(spark, folder / "home", reactions=False)
    shutil.copytree(folder / "traffic", work.settings.inbox, dirs_exist_ok=True)
    (work.settings.inbox / "events" / "heartbeats.ndjson").write_bytes(b"\n".join(HEARTBEATS))
    run_cycle(work)
    (file,) = traffic.event_files
    return Run(work, file.counts.lines, unpacked(file.path).count(b'"event_type":"reaction_sampled"'))


def unpacked(path: Path) -> bytes:
    content = path.read_bytes()
    return zstandard.ZstdDecompressor().decompress(content) if path.suffix == ".zst" else content


def test_so_many_reactions_came_that_they_would_stop_a_file_if_they_were_bad_lines(run: Run) -> None:
    assert run.reactions > run.work.settings.bad_line_limit * run.lines


def test_each_is_quarantined_with_its_reason(run: Run) -> None:
    refused = run.work.lake.read(QUARANTINE).groupBy("reason").count().collect()
    assert {row.reason: row["count"] for row in refused} == {
        "reactions_off": run.reactions,
        "reaction_elsewhere": len(HEARTBEATS),
    }


def test_none_is_in_silver(run: Run) -> None:
    assert run.work.lake.read(REACTIONS).count() == 0


def test_the_file_is_published_and_every_line_accounted_for(run: Run) -> None:
    findings = audit_batches(run.work, None)
    assert [finding for finding in findings if finding.problem or finding.state != "published"] == []


def test_gold_says_how_many_were_withheld(run: Run) -> None:
    events = run.work.lake.read(BATCHES).where("feed = 'events'").collect()
    assert sorted(row.withheld_count for row in events) == sorted([run.reactions, len(HEARTBEATS)])


def test_nothing_of_a_reaction_is_in_bronze(run: Run) -> None:
    lines = run.work.lake.read(RAW_EVENTS).where(F.col("line").cast("string").rlike(OF_A_REACTION))
    assert lines.count() == 0


def test_nothing_of_a_reaction_is_in_landing(run: Run) -> None:
    landed = [
        line
        for path in run.work.settings.landing.glob("*.parquet")
        for line in pq.read_table(path, columns=["line"])["line"].to_pylist()
    ]
    assert len(landed) > run.reactions
    assert [line for line in landed if re.search(OF_A_REACTION.encode(), line)] == []


def test_nothing_of_a_reaction_is_in_a_kept_original(run: Run) -> None:
    originals = list((run.work.settings.landing / "originals").iterdir())
    assert len(originals) == 4, "titles, subscriptions, consents and profiles"
    assert [path.name for path in originals if re.search(OF_A_REACTION.encode(), unpacked(path))] == []
