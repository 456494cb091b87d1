"""Refused lines tried again: reactions that came before the consent, and nothing twice."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.cli import commands as cli
from jobs.contracts.silver import QUARANTINE, REACTIONS
from jobs.run.audit import AuditFinding, audit_batches
from jobs.run.pipeline import ReplayReport, run_bronze, run_gold, run_intake, run_replay, run_silver
from jobs.run.refused_lines import refused_lines
from jobs.run.workspace import Workspace
from jobs.storage.lake import Lake
from tests.deaths import Died, die_at
from tests.factories import copied_workspace, make_line, make_workspace

FELT = {"event_type": "reaction_sampled", "details": {"valence": 0.5, "arousal": 0.5}}
LINES = [
    make_line(event_id="plain-event"),
    make_line(event_id="reaction-1", profile_id="agreed", **FELT),
    make_line(event_id="reaction-2", profile_id="agreed", **FELT),
    make_line(event_id="reaction-2", profile_id="agreed", **FELT),
    make_line(event_id="reaction-3", profile_id="never-asked", **FELT),
    make_line(event_id="reaction-4", profile_id="agreed-later", **FELT),
]
# A file of many sound lines, so that its refused ones do not stop it.
FILLING = [make_line() for _ in range(100)]


def put(work: Workspace, feed: str, name: str, lines: list[bytes]) -> None:
    folder = work.settings.inbox / feed
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"\n".join(lines) + b"\n")


def into_silver(work: Workspace) -> None:
    for stage in (run_intake, run_bronze, run_silver):
        stage(work)


def finding(work: Workspace, name: str) -> AuditFinding:
    (found,) = audit_batches(work, name)
    return found


def stored_reactions(work: Workspace) -> list[str]:
    """By the ids that their source gave them."""
    source_ids = {work.linkage_key.link("event", f"reaction-{n}"): f"reaction-{n}" for n in range(1, 6)}
    return sorted(source_ids[row.event_id] for row in work.lake.read(REACTIONS).select("event_id").collect())


def agree(work: Workspace, profile_id: str) -> None:
    consent = {"profile_id": profile_id, "purpose": "reactions", "granted_at": "2026-01-01T00:00:00.000Z"}
    put(work, "consents", f"{profile_id}.ndjson", [json.dumps(consent).encode()])
    into_silver(work)


def refuse_then_consent(work: Workspace) -> None:
    put(work, "events", "felt.ndjson", LINES + FILLING)
    into_silver(work)
    refused = refused_lines(work.settings)
    assert [(group.reason, group.lines) for group in refused.groups] == [("no_consent", 5)]
    assert refused.reasons == {"no_consent": 5}
    agree(work, "agreed")


@pytest.fixture(scope="module")
def refused(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = make_workspace(spark, tmp_path_factory.mktemp("refused") / "home")
    refuse_then_consent(work)
    return work


@dataclass(frozen=True)
class Replayed:
    """The home, and what the replay that came through said."""

    work: Workspace
    report: ReplayReport


@pytest.fixture(scope="module")
def replayed(refused: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """The first replay dies when the rows are in silver and noted in quarantine, before the ledger knows.

    When it is tried again, one more line is sound.
    """
    work = copied_workspace(refused, tmp_path_factory.mktemp("replayed") / "home")
    with pytest.MonkeyPatch.context() as patch:
        die_at(patch, work.ledger, "close_replay")
        with pytest.raises(Died):
            run_replay(work)
    agree(work, "agreed-later")
    return Replayed(work, run_replay(work))


def test_what_is_sound_now_is_taken_in_once(replayed: Replayed) -> None:
    assert replayed.report == ReplayReport(tried=5, accepted=3, duplicates=1)
    assert stored_reactions(replayed.work) == ["reaction-1", "reaction-2", "reaction-4"]


def test_the_audit_counts_it_as_accepted_and_still_adds_up(replayed: Replayed) -> None:
    found = finding(replayed.work, "felt.ndjson")
    assert (found.accepted, found.quarantined, found.duplicates, found.problem) == (104, 1, 1, None)


def test_quarantine_shows_what_is_still_refused_and_keeps_when_the_rest_was_taken(replayed: Replayed) -> None:
    assert [
        (group.reason, group.lines, group.first_line) for group in refused_lines(replayed.work.settings).groups
    ] == [("no_consent", 1, 5)]
    taken = replayed.work.lake.read(QUARANTINE).where(F.col("replayed_at").isNotNull())
    assert sorted(row.line_number for row in taken.collect()) == [2, 3, 4, 6]


def test_a_second_replay_takes_nothing_in(replayed: Replayed) -> None:
    assert run_replay(replayed.work) == ReplayReport(tried=1, accepted=0, duplicates=0)
    assert stored_reactions(replayed.work) == ["reaction-1", "reaction-2", "reaction-4"]


def test_from_the_command_line(
    replayed: Replayed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="jobs")
    monkeypatch.setenv("PLAYHEAD_HOME", str(replayed.work.settings.home))
    monkeypatch.setenv("PLAYHEAD_MASTER", replayed.work.settings.master)
    cli.app(["quarantine", "replay", "--batch", "felt.ndjson"], standalone_mode=False)
    assert caplog.messages[-1] == "replay: 0 taken in, 0 already there, 1 still refused."


def test_what_is_replayed_as_soon_as_gold_lets_go_is_computed_by_its_next_load(
    refused: Workspace, tmp_path: Path
) -> None:
    """A load that were closed after it let go would take the replayed file for done."""
    work = copied_workspace(refused, tmp_path / "home")
    publishing = Lake.publishing

    @contextmanager
    def replayed_afterwards(lake: Lake) -> Iterator[None]:
        with publishing(lake):
            yield
        patch.undo()
        assert run_replay(work).accepted == 2

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lake, "publishing", replayed_afterwards)
        report = run_gold(work)
    assert report.done == len(["felt.ndjson", "agreed.ndjson", "felt.ndjson again"])
