"""Insights follow what gold publishes: late files, deaths and rebuilds of a date."""

import json
from collections.abc import Iterable
from datetime import date

import pytest
from pyspark.sql import SparkSession

from jobs.lake import Lake
from jobs.pipeline import rebuild_gold, run_bronze, run_cycle, run_insights, run_intake, run_silver
from jobs.tables.contract import Table
from jobs.tables.gold import (
    EXPERIENCE_DAILY,
    GENRE_DEMAND_DAILY,
    INSIGHTS,
    RETENTION_MONTHLY,
    SMALLEST_GROUP,
    TITLE_ENGAGEMENT_WEEKLY,
    TITLE_MOMENTS,
    TITLE_REACTIONS_WEEKLY,
    TITLE_VALUE_MONTHLY,
)
from jobs.tables.silver import REACTIONS
from jobs.workspace import Workspace
from tests.deaths import Died, die_after
from tests.factories import NOON, make_line, make_workspace
from tests.pipeline.one_play import put_play

JUNE_LICENCE = {"licence_currency": "EUR", "licence_start": "2026-06-01", "licence_end": "2026-06-30"}
SHOWS_TITLES = (TITLE_ENGAGEMENT_WEEKLY, TITLE_MOMENTS)


def seen(work: Workspace) -> list[set[str]]:
    published = work.lake.published()
    return [{row.title_id for row in published.read(table).select("title_id").collect()} for table in SHOWS_TITLES]


def put_title(work: Workspace, title_id: str, **fields: object) -> None:
    titles = work.settings.inbox / "titles"
    titles.mkdir(parents=True, exist_ok=True)
    title = {"title_id": title_id, "name": title_id, "kind": "film", **fields}
    (titles / f"{title_id}.ndjson").write_text(json.dumps(title) + "\n")


def put_consents(work: Workspace, viewers: Iterable[int]) -> None:
    consents = work.settings.inbox / "consents"
    consents.mkdir(parents=True, exist_ok=True)
    agreed = {"purpose": "reactions", "granted_at": "2026-01-01T00:00:00.000Z"}
    lines = [json.dumps({"profile_id": f"viewer-{viewer}", **agreed}) for viewer in viewers]
    (consents / "new.ndjson").write_text("\n".join(lines) + "\n")


def put_reactions(work: Workspace, viewers: Iterable[int], day: str) -> None:
    """A file with nothing else in it, of one moment of one title."""
    reaction = {"event_type": "reaction_sampled", "event_time": f"{day}T12:00:00.000Z", "received_time": None}
    felt = {"details": {"valence": 0.1, "arousal": 0.1}}
    lines = [make_line(profile_id=f"viewer-{viewer}", **reaction, **felt) for viewer in viewers]
    (work.settings.inbox / "events" / f"reactions-{day}.ndjson").write_bytes(b"\n".join(lines) + b"\n")


def viewers_who_reacted(work: Workspace) -> list[int]:
    return [row.viewers for row in work.lake.published().read(TITLE_REACTIONS_WEEKLY).collect()]


def costs(work: Workspace) -> dict[date, float | None]:
    values = work.lake.published().read(TITLE_VALUE_MONTHLY).where("title_id = 'first'").collect()
    return {row.month_start_date: row.monthly_licence_cost for row in values}


def attempts(work: Workspace) -> list[int]:
    return [row.attempts for row in work.lake.published().read(EXPERIENCE_DAILY).collect()]


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = make_workspace(spark, tmp_path_factory.mktemp("insights") / "home")
    put_play(work, "first")
    run_cycle(work, print)
    return work


def test_gold_leaves_its_dates_to_do(work: Workspace) -> None:
    assert list(work.ledger.dates_due()) == [date(2026, 6, 1)]


def test_a_run_that_dies_between_two_tables_shows_nothing_and_its_retry_everything(work: Workspace) -> None:
    with pytest.MonkeyPatch.context() as patch:
        die_after(patch, Lake, "replace_dates")
        with pytest.raises(Died):
            run_insights(work, print)
    assert seen(work) == [set(), set()]

    run_insights(work, print)
    assert seen(work) == [{"first"}] * 2
    assert work.ledger.dates_due() == {}


def test_a_late_file_is_shown_once_gold_has_published_it(work: Workspace) -> None:
    put_play(work, "second")
    run_cycle(work, print)
    assert (seen(work), attempts(work)) == ([{"first"}] * 2, [1])
    run_insights(work, print)
    assert (seen(work), attempts(work)) == ([{"first", "second"}] * 2, [2])


def test_without_anything_due_nothing_is_written(work: Workspace) -> None:
    def versions(tables: tuple[Table, ...]) -> list[int]:
        return [work.lake.version(table) for table in tables]

    before = versions(INSIGHTS)
    assert run_insights(work, print).did_nothing
    assert versions(INSIGHTS) == before


def test_subscriptions_that_come_alone_make_the_newest_date_due(work: Workspace) -> None:
    subscriptions = work.settings.inbox / "subscriptions"
    subscriptions.mkdir(parents=True, exist_ok=True)
    paid = {"account_id": "account", "plan": "basic", "price": 9.99, "currency": "EUR", "country": "FR"}
    (subscriptions / "new.ndjson").write_text(json.dumps(paid | {"started_at": "2026-03-10T12:00:00Z"}) + "\n")
    for stage in (run_intake, run_bronze, run_silver):
        stage(work, print)
    assert list(work.ledger.dates_due()) == [NOON.date()]


def test_a_new_licence_counts_on_the_dates_that_it_covers(work: Workspace) -> None:
    """A title that nobody has played changes what was on offer."""
    put_title(work, "unseen", runtime_seconds=7200, licence_start="2026-01-01")
    put_title(work, "first", licence_cost=300.0, **JUNE_LICENCE)
    run_cycle(work, print)
    run_insights(work, print)
    demand = work.lake.published().read(GENRE_DEMAND_DAILY).where("facet = 'genre'").collect()
    assert {row.session_date: row.supply_hours for row in demand} == {NOON.date(): 2.0}


def test_who_subscribes_is_followed_to_the_end_of_the_last_full_month(work: Workspace) -> None:
    retention = work.lake.published().read(RETENTION_MONTHLY).where("plan = 'basic'").collect()
    assert {(row.months_since, row.as_of_date) for row in retention} == {(n, date(2026, 5, 31)) for n in range(3)}


def test_a_date_that_gold_computes_anew_is_due_again(work: Workspace) -> None:
    rebuild_gold(work, [NOON.date()])
    assert list(work.ledger.dates_due()) == [NOON.date()]


def test_a_licence_that_costs_something_else_does_so_in_the_months_in_which_the_title_was_played(
    work: Workspace,
) -> None:
    """Of June, one day is over."""
    put_consents(work, range(SMALLEST_GROUP))
    put_reactions(work, range(SMALLEST_GROUP - 1), "2026-06-01")
    put_title(work, "first", licence_cost=600.0, **JUNE_LICENCE)
    before = costs(work)
    run_cycle(work, print)
    run_insights(work, print)
    assert (before, costs(work)) == ({date(2026, 6, 1): 10.0}, {date(2026, 6, 1): 20.0})


def test_what_nine_people_felt_is_not_shown(work: Workspace) -> None:
    assert (work.lake.read(REACTIONS).count(), viewers_who_reacted(work)) == (9, [])


def test_once_a_later_month_has_begun_the_whole_month_has_its_cost(work: Workspace) -> None:
    put_play(work, "second", day="2026-08-03")
    put_reactions(work, [SMALLEST_GROUP - 1], "2026-06-02")
    run_cycle(work, print)
    run_insights(work, print)
    assert costs(work) == {date(2026, 6, 1): 600.0}


def test_what_the_tenth_felt_on_another_day_of_the_week_shows_all_ten(work: Workspace) -> None:
    assert viewers_who_reacted(work) == [SMALLEST_GROUP]
