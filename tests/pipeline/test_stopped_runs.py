"""What the limit of bad lines and the gate stop, and what they let go on."""

import sys
from dataclasses import dataclass
from pathlib import Path

import great_expectations.expectations as gxe
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from expectations.suites import TABLE_EXPECTATIONS
from jobs.bronze.build_bronze import build_bronze
from jobs.cli import commands as cli
from jobs.contracts.all_tables import ALL_TABLES
from jobs.contracts.gold import BATCHES, QUALITY_RESULTS
from jobs.contracts.silver import PLAYBACK_EVENTS, QUARANTINE
from jobs.errors import GateFailedError, WrongUsageError
from jobs.privacy.keys import KeyMissingError, WrongKeyError, create_key
from jobs.run.audit import AuditFinding, audit_batches
from jobs.run.pipeline import run_bronze, run_cycle, run_intake, run_silver
from jobs.run.workspace import Workspace
from jobs.storage.lake import Lake
from tests.deaths import Died, die_at
from tests.factories import NOON, copied_workspace, make_line, make_workspace

BROKEN = b'{"event_id": '
NONE_AT_ZERO = gxe.ExpectColumnValuesToBeBetween(column="position_ms", min_value=1)


@dataclass(frozen=True)
class StoppedRun:
    """The home, how the command line ended, and the tables' versions before it."""

    work: Workspace
    exit_code: object
    said: str
    versions_before: dict[str, int]


def put_events(work: Workspace, name: str, lines: list[bytes]) -> None:
    folder = work.settings.inbox / "events"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"\n".join(lines) + b"\n")


def finding(work: Workspace, name: str) -> AuditFinding:
    (found,) = audit_batches(work, name)
    return found


def versions(work: Workspace) -> dict[str, int]:
    return {table.full_name: work.lake.version(table) for table in ALL_TABLES}


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One file just at the limit of 5 %, one above it and what was sent in its place, one that is all broken."""
    work = make_workspace(spark, tmp_path_factory.mktemp("stopped") / "home")
    put_events(work, "at-the-limit.ndjson", [make_line() for _ in range(19)] + [BROKEN])
    sound_lines = [make_line() for _ in range(18)]
    put_events(work, "above-the-limit.ndjson", sound_lines + [BROKEN] * 2)
    put_events(work, "sent-again.ndjson", sound_lines)
    put_events(work, "all-broken.ndjson", [BROKEN] * 3)
    run_cycle(work)
    return work


@pytest.fixture
def home(work: Workspace, tmp_path: Path) -> Workspace:
    return copied_workspace(work, tmp_path / "home")


def test_a_file_at_the_limit_goes_on_without_its_broken_line(work: Workspace) -> None:
    found = finding(work, "at-the-limit.ndjson")
    assert (found.state, found.accepted, found.quarantined, found.problem) == ("published", 19, 1, None)


@pytest.mark.parametrize(("name", "share"), [("above-the-limit.ndjson", "10.0%"), ("all-broken.ndjson", "100.0%")])
def test_a_file_above_the_limit_is_stopped_with_its_reason(work: Workspace, name: str, share: str) -> None:
    found = finding(work, name)
    said = f"{found.state}: {found.reason}"
    assert said.startswith(f"stopped in silver: {share} of its lines were refused (not_json × ")
    assert found.problem is None


def test_what_was_sent_in_the_place_of_a_stopped_file_is_no_duplicate_of_it(work: Workspace) -> None:
    found = finding(work, "sent-again.ndjson")
    assert (found.state, found.accepted, found.duplicates) == ("published", 18, 0)


def test_a_file_is_tried_again_only_at_the_stage_that_stopped_it(
    work: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYHEAD_HOME", str(work.settings.home))
    with pytest.raises(WrongUsageError, match=r"was stopped in silver, not here: 10\.0% of its lines"):
        cli.app(["gold", "--batch", "above-the-limit.ndjson"], standalone_mode=False)
    assert finding(work, "above-the-limit.ndjson").state == "stopped in silver"


def test_nothing_of_a_stopped_file_is_in_silver(work: Workspace) -> None:
    stopped = [finding(work, name).batch_id for name in ("above-the-limit.ndjson", "all-broken.ndjson")]
    for table in (PLAYBACK_EVENTS, QUARANTINE):
        assert work.lake.read(table).where(F.col("batch_id").isin(stopped)).count() == 0


@pytest.fixture(scope="module")
def stopped(work: Workspace, tmp_path_factory: pytest.TempPathFactory) -> StoppedRun:
    """A sound file, and a gate that expects of playback what cannot be."""
    work = copied_workspace(work, tmp_path_factory.mktemp("by-the-gate") / "home")
    put_events(work, "sound.ndjson", [make_line() for _ in range(7)])
    before = versions(work)
    said = tmp_path_factory.mktemp("said") / "stderr"
    with pytest.MonkeyPatch.context() as patch, said.open("w") as stderr:
        patch.setitem(TABLE_EXPECTATIONS, PLAYBACK_EVENTS.full_name, [NONE_AT_ZERO])
        patch.setenv("PLAYHEAD_HOME", str(work.settings.home))
        patch.setenv("PLAYHEAD_MASTER", work.settings.master)
        patch.setattr(sys, "argv", ["playhead", "run"])
        patch.setattr(sys, "stderr", stderr)
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return StoppedRun(work, ended.value.code, said.read_text(), before)


def test_the_command_line_ends_with_3(stopped: StoppedRun) -> None:
    assert stopped.exit_code == 3


def test_it_names_table_expectation_column_and_rows(stopped: StoppedRun) -> None:
    said = " ".join(stopped.said.split())
    assert "The gate stopped silver.playback_events" in said
    assert "expect_column_values_to_be_between on position_ms: 7 of 7 rows" in said
    assert "Nothing was written to it" in said


def test_nothing_downstream_was_written(stopped: StoppedRun) -> None:
    """Bronze has the lines, and the books say what was found and stopped; everything else is as it was."""
    changed = {name for name, version in versions(stopped.work).items() if version != stopped.versions_before[name]}
    assert changed == {"bronze.raw_events", QUALITY_RESULTS.full_name, BATCHES.full_name}


def test_the_verdict_is_kept(stopped: StoppedRun) -> None:
    failed = stopped.work.lake.read(QUALITY_RESULTS).where("outcome <> 'passed'").collect()
    assert [(row.table_name, row.column_name, row.outcome, row.unexpected_count) for row in failed] == [
        ("silver.playback_events", "position_ms", "failed", 7)
    ]


def test_the_file_waits_and_the_audit_says_why(stopped: StoppedRun) -> None:
    found = finding(stopped.work, "sound.ndjson")
    assert found.state == "stopped in silver"
    assert "position_ms" in (found.reason or "")


def test_later_files_go_on_and_a_retry_finishes(
    stopped: StoppedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = copied_workspace(stopped.work, tmp_path / "home")
    put_events(work, "later.ndjson", [make_line(event_time="2026-06-02T12:00:00Z", received_time=None)])
    for stage in (run_intake, run_bronze, run_silver):
        stage(work)
    assert finding(work, "later.ndjson").state == "silver"
    monkeypatch.setenv("PLAYHEAD_HOME", str(work.settings.home))
    monkeypatch.setenv("PLAYHEAD_MASTER", work.settings.master)
    cli.app(["silver", "--batch", finding(work, "sound.ndjson").batch_id[:12]], standalone_mode=False)
    assert (finding(work, "sound.ndjson").state, finding(work, "sound.ndjson").accepted) == ("silver", 7)


def test_a_full_disk_does_not_hide_that_the_gate_said_no(home: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow tries again what ended with another code than 3, and would find the file set aside and nothing to do."""

    def no_space_left(*_: object) -> None:
        raise OSError(28, "No space left on device")

    put_events(home, "on-a-full-disk.ndjson", [make_line(event_time="2026-06-03T12:00:00Z", received_time=None)])
    run_intake(home)
    run_bronze(home)
    monkeypatch.setitem(TABLE_EXPECTATIONS, PLAYBACK_EVENTS.full_name, [NONE_AT_ZERO])
    other = Workspace(home.settings)
    other.lake = home.lake
    monkeypatch.setattr(other.gate, "report", no_space_left)
    monkeypatch.setattr(Lake, "upsert", no_space_left)
    with pytest.raises(GateFailedError, match=r"silver\.playback_events"):
        run_silver(other)
    assert finding(home, "on-a-full-disk.ndjson").state == "stopped in silver"


def test_gold_is_told_of_titles_though_the_file_before_them_is_stopped(home: Workspace) -> None:
    titles = home.settings.inbox / "titles"
    titles.mkdir(parents=True, exist_ok=True)
    (titles / "a-broken.ndjson").write_bytes(BROKEN)
    (titles / "sound-titles.ndjson").write_bytes(
        b'{"title_id": "title-1", "name": "Film", "kind": "film", "runtime_seconds": 60}'
    )
    for stage in (run_intake, run_bronze, run_silver):
        stage(home)
    assert finding(home, "a-broken.ndjson").state == "stopped in silver"
    sound = finding(home, "sound-titles.ndjson").batch_id
    assert NOON.date() in home.ledger.dates_touched([sound], PLAYBACK_EVENTS.name)


def with_limit(work: Workspace, bad_line_limit: float) -> Workspace:
    other = Workspace(work.settings.model_copy(update={"bad_line_limit": bad_line_limit}))
    other.lake = work.lake
    return other


def die_before_the_ledger_is_told(work: Workspace) -> None:
    with pytest.MonkeyPatch.context() as patch:
        die_at(patch, work.ledger, "close_load")
        with pytest.raises(Died):
            run_silver(work)


def audited(work: Workspace, name: str) -> tuple[str, int, int, str | None]:
    found = finding(work, name)
    return (found.state, found.accepted, found.quarantined, found.problem)


def put_sound_and_broken(work: Workspace, prefix: str, day: str) -> tuple[Workspace, Workspace]:
    """A file with a fifth of broken lines beside a sound one; the home with a limit below that, and with one above."""
    lines = [make_line(event_time=day, received_time=None) for _ in range(11)]
    put_events(work, f"{prefix}-sound.ndjson", lines[8:])
    put_events(work, f"{prefix}-broken.ndjson", lines[:8] + [BROKEN] * 2)
    run_intake(work)
    run_bronze(work)
    return with_limit(work, 0.05), with_limit(work, 0.5)


def test_a_file_that_a_dead_load_stopped_is_written_when_the_limit_is_raised(home: Workspace) -> None:
    strict, lenient = put_sound_and_broken(home, "raised", "2026-06-04T12:00:00Z")
    die_before_the_ledger_is_told(strict)
    run_silver(lenient)
    assert audited(home, "raised-sound.ndjson") == ("silver", 3, 0, None)
    assert audited(home, "raised-broken.ndjson") == ("silver", 8, 2, None)


def test_a_file_that_a_dead_load_wrote_is_not_stopped_when_the_limit_is_lowered(home: Workspace) -> None:
    """Else its rows stay hidden for good, and a corrected file would be full of duplicates of them."""
    strict, lenient = put_sound_and_broken(home, "lowered", "2026-06-05T12:00:00Z")
    die_before_the_ledger_is_told(lenient)
    run_silver(strict)
    assert audited(home, "lowered-broken.ndjson") == ("silver", 8, 2, None)


def test_titles_that_a_dead_load_wrote_are_not_stopped_either(home: Workspace) -> None:
    titles = home.settings.inbox / "titles"
    titles.mkdir(parents=True, exist_ok=True)
    lines = [b'{"title_id": "lowered-%d", "name": "Film", "kind": "film"}' % number for number in range(8)]
    (titles / "lowered-titles.ndjson").write_bytes(b"\n".join([*lines, BROKEN, BROKEN]))
    run_intake(home)
    run_bronze(home)
    die_before_the_ledger_is_told(with_limit(home, 0.5))
    run_silver(with_limit(home, 0.05))
    assert audited(home, "lowered-titles.ndjson") == ("silver", 8, 2, None)


def test_a_file_that_bronze_has_is_not_appended_by_another_load(home: Workspace) -> None:
    put_events(home, "stopped-after-its-write.ndjson", [make_line() for _ in range(4)])
    run_intake(home)
    load = home.ledger.open_load("bronze", NOON)
    assert load is not None
    build_bronze(home.lake, home.settings.landing, load, home.gate)
    home.ledger.block_load(load, "The gate gave no answer.", NOON)
    home.ledger.unblock(load.batch_ids[0])
    for stage in (run_bronze, run_silver):
        stage(home)
    assert audited(home, "stopped-after-its-write.ndjson") == ("silver", 4, 0, None)


def test_a_lost_key_stops_silver_before_anything_is_written(home: Workspace, tmp_path: Path) -> None:
    """A new key would cut what is stored off from what comes."""
    other = Workspace(home.settings)
    other.lake = home.lake
    (key,) = home.settings.keys.glob("pseudonym-*")
    kept = key.rename(tmp_path / key.name)
    try:
        with pytest.raises(KeyMissingError):
            _ = other.key
        assert not key.exists()
    finally:
        kept.rename(key)


def test_a_swapped_key_stops_silver_before_anything_is_written(home: Workspace, tmp_path: Path) -> None:
    put_events(home, "under-another-key.ndjson", [make_line() for _ in range(3)])
    other = Workspace(home.settings)
    other.lake = home.lake
    (key,) = home.settings.keys.glob("pseudonym-*")
    kept = key.rename(tmp_path / key.name)
    create_key(home.settings.keys, epoch=1)
    before = versions(home)
    try:
        run_intake(other)
        run_bronze(other)
        with pytest.raises(WrongKeyError, match="is not the one that made this lake's pseudonyms"):
            run_silver(other)
    finally:
        kept.replace(key)
    changed = {name for name, version in versions(home).items() if version != before[name]}
    assert changed == {"bronze.raw_events", QUALITY_RESULTS.full_name}
