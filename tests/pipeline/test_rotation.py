"""What goes on when the key of the pseudonyms is replaced: all that is told by links."""

import json

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.silver import PLAYBACK_EVENTS, REPORTED_VIEWINGS, SUBSCRIPTIONS
from jobs.privacy.keys import create_key
from jobs.run.audit import audit_batches
from jobs.run.pipeline import run_bronze, run_intake, run_silver
from jobs.run.workspace import Workspace
from tests.factories import make_line, make_workspace

LINES = [make_line(event_id=f"event-{number:03}", position_ms=number) for number in range(30)]
WHEN = {"started_at": "2026-06-01T12:00:00Z"}
VIEWING = WHEN | {"viewing_id": "v", "account_id": "account-1", "profile_id": "p", "title_id": "t", "source": "s"}
PERIOD = WHEN | {"account_id": "account-1", "plan": "basic", "price": 9.99, "currency": "EUR"}


def take_in(work: Workspace, name: str, **feeds: list[bytes]) -> None:
    for feed, lines in feeds.items():
        folder = work.settings.inbox / feed
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.ndjson").write_bytes(b"\n".join(lines))
    for stage in (run_intake, run_bronze, run_silver):
        stage(work)


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A home in which all comes under one key, and again, in other files, under the next."""
    before = make_workspace(spark, tmp_path_factory.mktemp("rotation") / "home")
    rows = {
        "reported_viewings": [json.dumps(VIEWING | {"reported_seconds": 60}).encode()],
        "subscriptions": [json.dumps(PERIOD).encode()],
    }
    take_in(before, "before", events=LINES, **rows)
    create_key(before.settings.keys, epoch=2)
    after = Workspace(before.settings, now=before.now)
    after.lake = before.lake
    again = {feed: [*lines, lines[0]] for feed, lines in rows.items()}
    another = make_line(event_id="event-000", position_ms=9_999)
    take_in(after, "again", events=[*LINES[1:], another, make_line(event_id="another-event")], **again)
    return after


def test_an_event_that_comes_again_is_a_duplicate_and_one_that_says_another_thing_a_conflict(work: Workspace) -> None:
    (found,) = (finding for finding in audit_batches(work, "again.ndjson") if finding.feed == "events")
    assert (found.accepted, found.duplicates, found.quarantined) == (1, 29, 1)
    assert work.lake.read(PLAYBACK_EVENTS).count() == 31


def test_a_viewing_that_is_reported_again_is_one(work: Workspace) -> None:
    (row,) = work.lake.read(REPORTED_VIEWINGS).collect()
    assert row.key_epoch == 2


def test_a_subscription_has_two_pseudonyms_and_one_link(work: Workspace) -> None:
    rows = work.lake.read(SUBSCRIPTIONS).collect()
    assert len({row.account_key for row in rows}) == 2
    assert {row.account_link for row in rows} == {work.linkage_key.link("account", "account-1")}
