"""A story: a consent names a profile and no account, and a second account turns out to have a profile of that id."""

import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import RECOMMENDATIONS
from jobs.contracts.silver import QUARANTINE, REACTIONS
from jobs.run import pipeline
from jobs.run.audit import audit_batches
from jobs.run.consents_that_ended import has_void_consents
from jobs.run.pipeline import run_bronze, run_cycle, run_intake, run_silver
from jobs.run.publication import publish
from jobs.run.workspace import Workspace
from tests.deaths import Died, die_at
from tests.factories import NOON, copied_workspace, make_event, make_rows, make_workspace

FELT = {"valence": 0.5, "arousal": 0.5}
SHARED, OTHER = "1", "2"


def arrives(work: Workspace, feed: str, name: str, rows: list[dict[str, Any]]) -> None:
    folder = work.settings.inbox / feed
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))


def with_reactions(work: Workspace) -> set[str]:
    return {row.profile_key for row in work.lake.read(REACTIONS).collect()}


def with_lists(work: Workspace) -> set[str]:
    return {row.profile_key for row in work.lake.published().read(RECOMMENDATIONS).collect()}


@pytest.fixture(scope="module")
def keys() -> dict[str, str]:
    """The pseudonym of each profile of the first account, once it is known."""
    return {}


@pytest.fixture(scope="module")
def before(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, keys: dict[str, str]) -> Workspace:
    """Two profiles of one account agreed, and have reactions and lists; a play of another account waits."""
    work = make_workspace(spark, tmp_path_factory.mktemp("void") / "home")
    agreed = [
        {"profile_id": profile_id, "granted_at": "2026-05-01T00:00:00Z", "purpose": purpose}
        for profile_id in (SHARED, OTHER)
        for purpose in ("personalisation", "reactions")
    ]
    felt = [
        make_event(account_id="a", profile_id=profile_id, event_type="reaction_sampled", details=FELT)
        for profile_id in (SHARED, OTHER)
    ]
    arrives(work, "consents", "monday", agreed)
    arrives(work, "events", "monday", felt)
    run_cycle(work)
    keys |= {(SHARED, OTHER)[row.line_number - 1]: row.profile_key for row in work.lake.read(REACTIONS).collect()}
    lists = [{"profile_key": key, "rank": 1, "title_id": "film-1", "source": "personal"} for key in keys.values()]
    work.lake.append(RECOMMENDATIONS, make_rows(spark, RECOMMENDATIONS, lists), "load-1")
    publish(work.lake, [RECOMMENDATIONS], "load-1", NOON)
    work.ledger.clear_due(work.ledger.dates_due())
    arrives(work, "events", "tuesday", [make_event(account_id="b", profile_id=SHARED)])
    run_intake(work)
    run_bronze(work)
    return work


def test_a_consent_of_one_profile_counts(before: Workspace, keys: dict[str, str]) -> None:
    assert with_reactions(before) == with_lists(before) == set(keys.values())
    assert len(keys) == 2
    assert not has_void_consents(before.settings)


def test_what_rested_on_it_is_gone_once_a_second_profile_has_its_id(
    before: Workspace, tmp_path: Path, keys: dict[str, str]
) -> None:
    work = copied_workspace(before, tmp_path / "home")
    run_silver(work)
    assert has_void_consents(work.settings)
    assert with_reactions(work) == with_lists(work) == {keys[OTHER]}
    (row,) = work.lake.read(QUARANTINE).collect()
    assert (row.line_number, row.reason) == (1, "consent_withdrawn")
    assert set(work.ledger.dates_due()) == {NOON.date()}
    assert [found.problem for found in audit_batches(work, None)] == [None, None, None]


def test_a_run_that_died_before_it_was_taken_out_is_finished_by_the_next(
    before: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: dict[str, str]
) -> None:
    work = copied_workspace(before, tmp_path / "home")
    with monkeypatch.context() as dying:
        die_at(dying, pipeline, "take_out_after")
        with pytest.raises(Died):
            run_silver(work)
    run_silver(work)
    assert with_reactions(work) == with_lists(work) == {keys[OTHER]}
