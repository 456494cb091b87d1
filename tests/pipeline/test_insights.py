"""Insights follow what gold publishes: late files and rebuilds of a date."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import (
    EXPERIENCE_DAILY,
    GENRE_DEMAND_DAILY,
    INSIGHTS,
    RECOMMENDATION_OUTCOMES,
    RETENTION_MONTHLY,
    TITLE_ENGAGEMENT_WEEKLY,
    TITLE_MOMENTS,
    TITLE_REACTIONS_WEEKLY,
    TITLE_VALUE_MONTHLY,
)
from jobs.contracts.silver import REACTIONS
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.contracts.table import Table
from jobs.run.pipeline import rebuild_gold, run_bronze, run_cycle, run_insights, run_intake, run_silver
from jobs.run.workspace import Workspace
from tests.factories import NOON, copied_workspace, make_line, make_workspace
from tests.pipeline.one_play import put_play

SHOWS_TITLES = (TITLE_ENGAGEMENT_WEEKLY, TITLE_MOMENTS)


def seen(work: Workspace) -> list[set[str]]:
    published = work.lake.published()
    return [{row.title_id for row in published.read(table).select("title_id").collect()} for table in SHOWS_TITLES]


def put_reactions(work: Workspace, viewers: Iterable[int]) -> None:
    """Files with nothing else in them: consents, and a reaction of each viewer in one moment of one title."""
    people = [f"viewer-{number}" for number in viewers]
    agreed = {"purpose": "reactions", "granted_at": "2026-01-01T00:00:00.000Z"}
    consents = [json.dumps({"profile_id": viewer, **agreed}).encode() for viewer in people]
    reaction = {"event_type": "reaction_sampled", "details": {"valence": 0.1, "arousal": 0.1}, "received_time": None}
    reactions = [make_line(profile_id=viewer, **reaction) for viewer in people]
    for feed, lines in (("consents", consents), ("events", reactions)):
        folder = work.settings.inbox / feed
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "of-viewers.ndjson").write_bytes(b"\n".join(lines) + b"\n")


def put_shown(work: Workspace, *titles: str) -> None:
    """Shown to the one who plays, a minute before noon."""
    at = "2026-06-01T11:59:00.000Z"
    shown = {"event_type": "title_shown", "event_time": at, "details": {"row": "new", "rank": 1}}
    lines = [make_line(**shown, title_id=title, session_id=None, position_ms=None) for title in titles]
    (work.settings.inbox / "events" / "shown.ndjson").write_bytes(b"\n".join(lines) + b"\n")


def people_who_reacted(work: Workspace) -> list[int]:
    return [row.viewers for row in work.lake.published().read(TITLE_REACTIONS_WEEKLY).collect()]


def attempts(work: Workspace) -> list[int]:
    return [row.attempts for row in work.lake.published().read(EXPERIENCE_DAILY).collect()]


@dataclass(frozen=True)
class Late:
    """A home after `run_insights`; the titles and attempts that were shown just before."""

    work: Workspace
    seen_before: list[set[str]]
    attempts_before: list[int]


@pytest.fixture(scope="module")
def in_gold(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = make_workspace(spark, tmp_path_factory.mktemp("in-gold") / "home")
    put_play(work, "first")
    put_reactions(work, range(SMALLEST_GROUP - 1))
    run_cycle(work)
    return work


@pytest.fixture(scope="module")
def shown(in_gold: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = copied_workspace(in_gold, tmp_path_factory.mktemp("shown") / "home")
    run_insights(work)
    return work


@pytest.fixture(scope="module")
def with_a_late_file(shown: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Late:
    work = copied_workspace(shown, tmp_path_factory.mktemp("late") / "home")
    put_play(work, "second")
    put_reactions(work, [SMALLEST_GROUP - 1])
    put_shown(work, "first", "second", "unseen")
    run_cycle(work)
    late = Late(work, seen(work), attempts(work))
    run_insights(work)
    return late


@pytest.fixture(scope="module")
def subscribed(with_a_late_file: Late, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = copied_workspace(with_a_late_file.work, tmp_path_factory.mktemp("subscribed") / "home")
    subscriptions = work.settings.inbox / "subscriptions"
    subscriptions.mkdir(parents=True, exist_ok=True)
    paid = {"account_id": "account", "plan": "basic", "price": 9.99, "currency": "EUR", "country": "FR"}
    (subscriptions / "new.ndjson").write_text(json.dumps(paid | {"started_at": "2026-03-10T12:00:00Z"}) + "\n")
    for stage in (run_intake, run_bronze, run_silver):
        stage(work)
    return work


@pytest.fixture(scope="module")
def licensed(subscribed: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = copied_workspace(subscribed, tmp_path_factory.mktemp("licensed") / "home")
    titles = work.settings.inbox / "titles"
    titles.mkdir(parents=True, exist_ok=True)
    unseen = {"title_id": "unseen", "name": "Unseen", "kind": "film", "runtime_seconds": 7200}
    priced = {"title_id": "first", "name": "First", "kind": "film", "licence_cost": 300.0, "licence_end": "2026-06-30"}
    lines = [json.dumps(unseen | {"licence_start": "2026-01-01"}), json.dumps(priced | {"licence_start": "2026-06-01"})]
    (titles / "new.ndjson").write_text("\n".join(lines) + "\n")
    run_cycle(work)
    run_insights(work)
    return work


def test_gold_leaves_its_dates_to_do(in_gold: Workspace) -> None:
    assert list(in_gold.ledger.dates_due()) == [date(2026, 6, 1)]


def test_they_are_shown_and_done_once_insights_have_run(shown: Workspace) -> None:
    assert (seen(shown), shown.ledger.dates_due()) == ([{"first"}] * 2, {})


def test_what_nine_people_felt_is_kept_and_not_shown(shown: Workspace) -> None:
    assert (shown.lake.read(REACTIONS).count(), people_who_reacted(shown)) == (SMALLEST_GROUP - 1, [])


def test_a_late_file_is_shown_once_gold_has_published_it(with_a_late_file: Late) -> None:
    late = with_a_late_file
    assert (late.seen_before, late.attempts_before) == ([{"first"}] * 2, [1])
    assert (seen(late.work), attempts(late.work)) == ([{"first", "second"}] * 2, [2])


def test_what_the_tenth_felt_in_a_late_file_shows_all_ten(with_a_late_file: Late) -> None:
    assert people_who_reacted(with_a_late_file.work) == [SMALLEST_GROUP]


def test_what_was_shown_is_held_against_what_was_played(with_a_late_file: Late) -> None:
    """The play of the first title came in another file, and earlier."""
    outcomes = with_a_late_file.work.lake.published().read(RECOMMENDATION_OUTCOMES).collect()
    assert [(row.shown_row, row.shown, row.played) for row in outcomes] == [("new", 3, 2)]


def test_without_anything_due_nothing_is_written(with_a_late_file: Late) -> None:
    work = with_a_late_file.work

    def versions(tables: tuple[Table, ...]) -> list[int]:
        return [work.lake.version(table) for table in tables]

    before = versions(INSIGHTS)
    assert run_insights(work).did_nothing
    assert versions(INSIGHTS) == before


def test_subscriptions_that_come_alone_make_the_newest_date_due(subscribed: Workspace) -> None:
    assert list(subscribed.ledger.dates_due()) == [NOON.date()]


def test_a_new_licence_counts_on_the_dates_that_it_covers(licensed: Workspace) -> None:
    """A title that nobody has played changes what was on offer."""
    demand = licensed.lake.published().read(GENRE_DEMAND_DAILY).where("facet = 'genre'").collect()
    assert {row.session_date: row.supply_hours for row in demand} == {NOON.date(): 2.0}


def test_a_licence_costs_what_those_of_its_days_cost_that_are_over(licensed: Workspace) -> None:
    """The data ends on its first day."""
    values = licensed.lake.published().read(TITLE_VALUE_MONTHLY).where("title_id = 'first'").collect()
    assert [(row.month_start_date, row.monthly_licence_cost) for row in values] == [(NOON.date(), 10.0)]


def test_who_subscribes_is_followed_to_the_end_of_the_last_full_month(licensed: Workspace) -> None:
    retention = licensed.lake.published().read(RETENTION_MONTHLY).where("plan = 'basic'").collect()
    assert {(row.months_since, row.as_of_date) for row in retention} == {(n, date(2026, 5, 31)) for n in range(3)}


def test_a_date_that_gold_computes_anew_is_due_again(licensed: Workspace, tmp_path: Path) -> None:
    work = copied_workspace(licensed, tmp_path / "home")
    rebuild_gold(work, [NOON.date()])
    assert list(work.ledger.dates_due()) == [NOON.date()]
