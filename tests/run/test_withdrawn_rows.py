"""A story: of viewers who agreed one withdraws everything. What needed that is gone in the run that hears of it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.contracts.gold import AUDIENCE_SEGMENTS, PROFILE_SEGMENTS, RECOMMENDATIONS
from jobs.contracts.silver import CONSENTS, QUARANTINE, REACTIONS
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.run import pipeline, withdrawn_rows
from jobs.run.audit import audit_batches
from jobs.run.pipeline import run_bronze, run_cycle, run_intake, run_replay, run_silver
from jobs.run.publication import publish
from jobs.run.upgrade import upgrade
from jobs.run.workspace import Workspace
from tests.deaths import Died, die_after
from tests.factories import NOON, copied_workspace, make_event, make_rows, make_workspace

FELT = {"valence": 0.5, "arousal": 0.5}
PURPOSES = ("personalisation", "marketing", "reactions")
LEAVES, STAYS = "profile-leaves", "profile-stays"
# The first segment has one more than it must, the second has the fewest.
OTHERS = [f"profile-{number}" for number in range(2 * SMALLEST_GROUP - 1)]
IN_SECOND = OTHERS[SMALLEST_GROUP:]


def arrives(work: Workspace, feed: str, name: str, rows: list[dict[str, Any]]) -> None:
    folder = work.settings.inbox / feed
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))


def agreed(profile_id: str, withdrawn_at: str | None = None) -> list[dict[str, Any]]:
    consent: dict[str, Any] = {
        "account_id": "account-1",
        "profile_id": profile_id,
        "granted_at": "2026-05-01T00:00:00Z",
    }
    consent |= {"withdrawn_at": withdrawn_at}
    return [consent | {"purpose": purpose} for purpose in PURPOSES]


def listed(profile_key: str, source: str, rank: int = 1) -> dict[str, Any]:
    return {"profile_key": profile_key, "rank": rank, "title_id": f"film-{rank}", "source": source}


@pytest.fixture(scope="module")
def keys() -> dict[str, str]:
    """The pseudonym of each profile, once it is known."""
    return {}


@pytest.fixture(scope="module")
def before(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, keys: dict[str, str]) -> Workspace:
    """Reactions of two viewers, lists of four, and two segments that the one who will leave is in the second of."""
    work = make_workspace(spark, tmp_path_factory.mktemp("withdrawn") / "home")
    everybody = [LEAVES, STAYS, *OTHERS]
    arrives(work, "consents", "monday", [consent for profile_id in everybody for consent in agreed(profile_id)])
    arrives(
        work,
        "events",
        "monday",
        [make_event(profile_id=name, event_type="reaction_sampled", details=FELT) for name in everybody],
    )
    run_cycle(work)
    by_event = {row.line_number: row.profile_key for row in work.lake.read(REACTIONS).collect()}
    keys |= {name: by_event[number] for number, name in enumerate(everybody, 1)}
    lists = [
        *(listed(keys[LEAVES], source, rank) for rank, source in enumerate(("personal", "popular"), 1)),
        listed(keys[STAYS], "personal"),
        listed("never asked", "popular"),
    ]
    second = {LEAVES, *IN_SECOND}
    members = [{"profile_key": key, "segment_id": 2 if name in second else 1} for name, key in keys.items()]
    segments = [
        {"segment_id": number, "name": f"segment {number}", "profiles": size, "profile_share": size / len(members)}
        for number, size in ((1, len(members) - len(second)), (2, len(second)))
    ]
    shares = {"genre_shares": {}, "device_shares": {}, "daypart_shares": {}, "weekend_share": 0.5}
    for table, rows in (
        (RECOMMENDATIONS, lists),
        (PROFILE_SEGMENTS, members),
        (AUDIENCE_SEGMENTS, [segment | shares for segment in segments]),
    ):
        work.lake.append(table, make_rows(spark, table, rows), "load-1")
    publish(work.lake, [RECOMMENDATIONS, PROFILE_SEGMENTS, AUDIENCE_SEGMENTS], "load-1", NOON)
    work.ledger.clear_due(work.ledger.dates_due())
    arrives(work, "consents", "tuesday", agreed(LEAVES, withdrawn_at="2026-06-02T00:00:00Z"))
    run_intake(work)
    run_bronze(work)
    return work


@pytest.fixture(scope="module")
def after(before: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = copied_workspace(before, tmp_path_factory.mktemp("withdrawn-after") / "home")
    run_silver(work)
    return work


def with_reactions(work: Workspace) -> set[str]:
    return {row.profile_key for row in work.lake.read(REACTIONS).collect()}


def with_lists(work: Workspace) -> set[str]:
    return {row.profile_key for row in work.lake.published().read(RECOMMENDATIONS).collect()}


def consents_of(work: Workspace, profile_key: str) -> list[Row]:
    return work.lake.read(CONSENTS).where(f"profile_key = '{profile_key}'").collect()


def test_their_reactions_are_gone_and_nobody_elses(after: Workspace, keys: dict[str, str]) -> None:
    assert with_reactions(after) == set(keys.values()) - {keys[LEAVES]}


def test_the_days_of_their_reactions_are_computed_again(after: Workspace) -> None:
    assert set(after.ledger.dates_due()) == {NOON.date()}


def test_quarantine_says_that_a_reaction_was_there(after: Workspace) -> None:
    (row,) = after.lake.read(QUARANTINE).collect()
    assert (row.line_number, row.reason, row.field, row.source_name) == (1, "consent_withdrawn", None, "monday.ndjson")


def test_all_lines_are_accounted_for(after: Workspace) -> None:
    assert [found.problem for found in audit_batches(after, None)] == [None, None, None]


def test_a_replay_does_not_bring_it_back(after: Workspace, tmp_path: Path, keys: dict[str, str]) -> None:
    work = copied_workspace(after, tmp_path / "home")
    run_replay(work)
    assert keys[LEAVES] not in with_reactions(work)


def test_their_personal_list_is_gone_and_nobody_elses(after: Workspace, keys: dict[str, str]) -> None:
    assert with_lists(after) == {keys[STAYS], "never asked"}


def test_a_segment_that_is_too_small_without_them_is_gone_with_its_members(
    after: Workspace, keys: dict[str, str]
) -> None:
    gold = after.lake.published()
    members = {row.profile_key for row in gold.read(PROFILE_SEGMENTS).collect()}
    assert members == {keys[name] for name in keys if name not in (LEAVES, *IN_SECOND)}
    (segment,) = gold.read(AUDIENCE_SEGMENTS).collect()
    assert (segment.segment_id, segment.profiles, segment.profile_share) == (1, SMALLEST_GROUP + 1, 1.0)


def test_it_is_noted_when_the_withdrawal_was_applied(before: Workspace, after: Workspace, keys: dict[str, str]) -> None:
    assert {row.withdrawal_applied_at for row in consents_of(before, keys[LEAVES])} == {None}
    applied = [row.withdrawal_applied_at for row in consents_of(after, keys[LEAVES])]
    assert len(applied) == len(PURPOSES)
    assert all(at.astimezone(UTC) > datetime(2026, 6, 2, tzinfo=UTC) for at in applied)
    assert {row.withdrawal_applied_at for row in consents_of(after, keys[STAYS])} == {None}


def test_a_run_that_died_before_it_was_noted_is_finished_by_the_next(
    before: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: dict[str, str]
) -> None:
    work = copied_workspace(before, tmp_path / "home")
    with monkeypatch.context() as dying:
        die_after(dying, withdrawn_rows, "_take_out_reactions")
        with pytest.raises(Died):
            run_silver(work)
    assert keys[LEAVES] in with_lists(work)
    run_silver(work)
    assert with_lists(work) == {keys[STAYS], "never asked"}
    assert all(row.withdrawal_applied_at for row in consents_of(work, keys[LEAVES]))
    assert [found.problem for found in audit_batches(work, None)] == [None, None, None]


def test_a_withdrawal_of_before_is_applied_by_the_upgrade(
    before: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: dict[str, str]
) -> None:
    """An earlier version took nothing out; nobody has to send another file for it."""
    work = copied_workspace(before, tmp_path / "home")
    with monkeypatch.context() as earlier_version:
        earlier_version.setattr(pipeline, "take_out_after", lambda *_: None)
        run_silver(work)
    assert keys[LEAVES] in with_reactions(work) & with_lists(work)
    upgrade(work.settings)
    assert keys[LEAVES] not in with_reactions(work) | with_lists(work)
    assert all(row.withdrawal_applied_at for row in consents_of(work, keys[LEAVES]))
    assert set(work.ledger.dates_due()) == {NOON.date()}
