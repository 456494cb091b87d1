import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa

from jobs.ledger import loads
from jobs.ledger.ledger import INTAKE, Batch, Ledger, LineCounts, Load

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
Result = TypeVar("Result")


def make_batch(letter: str, **fields: object) -> Batch:
    plain = Batch(letter * 64, "events", f"{letter}.ndjson", size_bytes=10, line_count=2, landed_at=NOON)
    return replace(plain, **fields)  # type: ignore[arg-type]


def refused(batch: Batch) -> Batch:
    return replace(batch, line_count=0, blocked_at=NOON, blocked_stage=INTAKE, blocked_reason="cut off")


def at_once(action: Callable[[Ledger], Result], url: str) -> list[Result]:
    """What two threads get that have a ledger each and start together."""
    barrier = threading.Barrier(2)

    def run(ledger: Ledger) -> Result:
        barrier.wait()
        return action(ledger)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, [Ledger(url), Ledger(url)]))


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def ledger(url: str) -> Ledger:
    return Ledger(url)


def test_the_same_bytes_are_new_once_and_known_by_every_name(ledger: Ledger) -> None:
    batch = make_batch("a")
    assert [ledger.record_landed(batch), ledger.record_landed(replace(batch, source_name="again.ndjson"))] == [
        True,
        False,
    ]
    assert ledger.find("a.ndjson") == ledger.find("again.ndjson") == ledger.find("aaaa") == [batch]


def test_a_name_of_an_unknown_file_is_an_error(ledger: Ledger) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        ledger.record_source_name("f" * 64, "x.ndjson")


def test_times_come_back_as_the_same_moment_in_utc(ledger: Ledger) -> None:
    ledger.record_landed(make_batch("a", landed_at=datetime(2026, 6, 1, 14, tzinfo=timezone(timedelta(hours=2)))))
    found = ledger.known("a" * 64)
    assert found is not None
    assert (found.landed_at, found.landed_at.tzinfo) == (NOON, UTC)


def test_a_file_goes_through_the_stages_in_order(ledger: Ledger) -> None:
    ledger.record_landed(make_batch("a"))
    for stage in ("bronze", "silver", "published"):
        later = {"bronze": ("silver", "published"), "silver": ("published",), "published": ()}[stage]
        assert [ledger.open_load(name, NOON) for name in later] == [None] * len(later)
        load = ledger.open_load(stage, NOON)
        assert load is not None
        assert load.batch_ids == ["a" * 64]
        ledger.close_load(load, NOON)
        assert ledger.open_load(stage, NOON) is None


def test_oldest_files_come_first_and_equals_by_their_hash(ledger: Ledger) -> None:
    for batch in (make_batch("c"), make_batch("b"), make_batch("d", landed_at=NOON - timedelta(hours=1))):
        ledger.record_landed(batch)
    load = ledger.open_load("bronze", NOON)
    assert load is not None
    assert [name[0] for name in load.batch_ids] == [batch.batch_id[0] for batch in ledger.all_batches()]
    assert [name[0] for name in load.batch_ids] == ["d", "b", "c"]


def test_a_load_that_was_begun_is_taken_up_again_without_what_came_later(ledger: Ledger) -> None:
    ledger.record_landed(make_batch("a"))
    begun = ledger.open_load("bronze", NOON)
    ledger.record_landed(make_batch("b"))
    assert ledger.open_load("bronze", NOON) == begun


@pytest.mark.parametrize(("limit", "most"), [("LOAD_LINE_LIMIT", 5), ("LOAD_FILE_LIMIT", 2)])
def test_a_load_ends_where_its_lines_or_files_are_enough(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(loads, limit, most)
    for letter in "abc":
        ledger.record_landed(make_batch(letter))
    load = ledger.open_load("bronze", NOON)
    assert load is not None
    assert [name[0] for name in load.batch_ids] == ["a", "b"]


def test_a_stopped_file_waits_and_the_others_go_on(ledger: Ledger) -> None:
    for letter in "ab":
        ledger.record_landed(make_batch(letter))
    ledger.block("a" * 64, "bronze", "too many bad lines", NOON)
    load = ledger.open_load("bronze", NOON)
    assert load is not None
    assert load.batch_ids == ["b" * 64]
    ledger.close_load(load, NOON)

    ledger.unblock("a" * 64)
    again = ledger.open_load("bronze", NOON)
    assert again is not None
    assert again.batch_ids == ["a" * 64]


def test_a_stopped_load_makes_way_for_what_came_later(ledger: Ledger) -> None:
    ledger.record_landed(make_batch("a"))
    stopped = ledger.open_load("bronze", NOON)
    assert stopped is not None
    ledger.block_load(stopped, "the gate said no", NOON)
    ledger.record_landed(make_batch("b"))
    load = ledger.open_load("bronze", NOON)
    assert load is not None
    assert load.batch_ids == ["b" * 64]


def test_what_intake_refused_is_not_let_through_by_unblock(ledger: Ledger) -> None:
    ledger.record_landed(refused(make_batch("a")))
    ledger.unblock("a" * 64)
    assert ledger.known("a" * 64) == refused(make_batch("a"))
    assert ledger.open_load("bronze", NOON) is None


def test_a_refused_file_that_is_sound_now_takes_its_place(ledger: Ledger) -> None:
    ledger.record_landed(refused(make_batch("a")))
    assert ledger.record_landed(make_batch("a"))
    assert ledger.known("a" * 64) == make_batch("a")
    assert ledger.open_load("bronze", NOON) is not None


def test_a_landed_file_is_never_turned_into_a_refused_one(ledger: Ledger) -> None:
    ledger.record_landed(make_batch("a"))
    assert not ledger.record_landed(refused(make_batch("a")))
    assert ledger.known("a" * 64) == make_batch("a")


def test_dates_of_a_file_are_added_up_and_those_of_many_are_joined(ledger: Ledger) -> None:
    for letter in "ab":
        ledger.record_landed(make_batch(letter))
    first, second, third = (date(2026, 6, day) for day in (1, 2, 3))
    ledger.record_dates("a" * 64, "t", [first])
    ledger.record_dates("a" * 64, "t", [])
    ledger.record_dates("a" * 64, "t", [second, first])
    ledger.record_dates("b" * 64, "t", [second])
    ledger.record_dates("b" * 64, "other", [third])
    assert ledger.dates_touched(["a" * 64, "b" * 64], "t") == [first, second]


def go_through(ledger: Ledger, stage: str) -> None:
    load = ledger.open_load(stage, NOON)
    assert load is not None
    ledger.close_load(load, NOON)


def replay_of_a_published_file(ledger: Ledger, quarantined: int) -> Load:
    in_silver(ledger, "a", quarantined=quarantined)
    go_through(ledger, "published")
    load = ledger.open_replay(NOON, NOON)
    assert load is not None
    return load


def in_silver(ledger: Ledger, *letters: str, quarantined: int = 0) -> None:
    for letter in letters:
        ledger.record_landed(make_batch(letter))
        for stage in ("bronze", "silver"):
            go_through(ledger, stage)
        ledger.record_counts(letter * 64, LineCounts(2 - quarantined, quarantined, 0, accepted_hash=10))


def test_a_load_of_one_feed_has_the_first_that_waits(ledger: Ledger) -> None:
    for letter, feed in (("a", "events"), ("b", "titles"), ("c", "titles")):
        ledger.record_landed(make_batch(letter, feed=feed))
    load = ledger.open_load("bronze", NOON, feed_order=("consents", "titles", "events"))
    assert load is not None
    assert (load.feed, [name[0] for name in load.batch_ids]) == ("titles", ["b", "c"])


def test_what_is_in_silver_and_not_published_is_told_but_for_the_load_at_hand(ledger: Ledger) -> None:
    in_silver(ledger, "a", "b")
    ledger.record_landed(make_batch("c"))
    assert ledger.unpublished(besides=["a" * 64]) == ["b" * 64]


def test_what_was_stopped_since_a_time_is_told_once_more_and_what_waits_is_not(ledger: Ledger) -> None:
    ledger.record_landed(refused(make_batch("a")))
    ledger.record_landed(replace(refused(make_batch("b")), blocked_at=NOON + timedelta(days=1)))
    in_silver(ledger, "c")
    assert [[batch.batch_id[0] for batch in ledger.stopped(since)] for since in (None, NOON + timedelta(hours=1))] == [
        ["a", "b"],
        ["b"],
    ]


def test_a_replay_tries_each_file_with_refused_lines_once(ledger: Ledger) -> None:
    in_silver(ledger, "a", quarantined=1)
    in_silver(ledger, "b")
    load = ledger.open_replay(NOON, NOON)
    assert load is not None
    assert load.batch_ids == ["a" * 64]
    ledger.close_replay(load, {}, NOON)
    assert ledger.open_replay(NOON, NOON) is None
    assert ledger.open_replay(NOON + timedelta(days=1), NOON) is not None


def test_what_a_replay_took_in_is_counted_as_accepted_and_waits_for_gold(ledger: Ledger) -> None:
    load = replay_of_a_published_file(ledger, quarantined=2)
    ledger.close_replay(load, {"a" * 64: LineCounts(1, 0, 1, accepted_hash=-3, duplicate_hash=4)}, NOON)
    found = ledger.known("a" * 64)
    assert found is not None
    assert (found.accepted_count, found.quarantined_count, found.duplicate_count) == (1, 0, 1)
    assert (found.accepted_hash, found.duplicate_hash) == ("7", "4")
    again = ledger.open_load("published", NOON)
    assert again is not None
    assert again.batch_ids == ["a" * 64]


def test_of_two_runs_that_do_the_same_replay_one_is_counted(ledger: Ledger) -> None:
    load = replay_of_a_published_file(ledger, quarantined=1)
    for _ in range(2):
        ledger.close_replay(load, {"a" * 64: LineCounts(1, 0, 0, accepted_hash=3)}, NOON)
    found = ledger.known("a" * 64)
    assert found is not None
    assert (found.accepted_count, found.quarantined_count, found.accepted_hash) == (2, 0, "13")


def test_a_load_that_somebody_closed_is_not_begun_again(ledger: Ledger) -> None:
    in_silver(ledger, "a")
    load = ledger.open_load("published", NOON)
    assert load is not None
    ledger.close_load(load, NOON)
    in_silver(ledger, "b")
    assert ledger.open_load("published", NOON) is not None
    assert ledger.begin(load) is None


def begun(ledger: Ledger, stage: str) -> Load:
    load = ledger.open_load(stage, NOON)
    assert load is not None
    attempt = ledger.begin(load)
    assert attempt is not None
    return attempt


def test_a_load_is_a_retry_when_it_or_a_file_of_it_was_begun_before(ledger: Ledger) -> None:
    ledger.record_landed(make_batch("a"))
    attempts = [begun(ledger, "bronze"), begun(ledger, "bronze")]
    ledger.block_load(attempts[0], "The gate said no.", NOON)
    ledger.unblock("a" * 64)
    attempts.append(begun(ledger, "bronze"))
    go_through(ledger, "bronze")
    attempts.append(begun(ledger, "silver"))
    assert [load.is_retry for load in attempts] == [False, True, True, False]


def test_who_began_a_load_after_somebody_that_opened_it_later_knows_of_that_attempt(ledger: Ledger) -> None:
    in_silver(ledger, "a")
    opened_first, opened_later = ledger.open_load("published", NOON), ledger.open_load("published", NOON)
    assert opened_first is not None
    assert opened_later is not None
    attempts = [ledger.begin(opened_later), ledger.begin(opened_first)]
    assert [attempt and attempt.is_retry for attempt in attempts] == [False, True]


@pytest.mark.parametrize(("duplicates", "waits"), [(1, True), (0, False)])
def test_after_a_replay_that_took_in_duplicates_alone_gold_has_the_counts_to_show(
    ledger: Ledger, duplicates: int, waits: bool
) -> None:
    load = replay_of_a_published_file(ledger, quarantined=1)
    ledger.close_replay(load, {"a" * 64: LineCounts(0, 0, duplicates)}, NOON)
    assert (ledger.open_load("published", NOON) is not None) == waits


def test_the_first_key_of_an_epoch_is_the_one_that_is_remembered(ledger: Ledger) -> None:
    for epoch, check_value in ((1, "a" * 16), (2, "b" * 16), (1, "c" * 16)):
        ledger.record_key(epoch, check_value, NOON)
    assert ledger.known_keys() == {1: "a" * 16, 2: "b" * 16}


def test_the_linkage_key_is_remembered_apart_from_the_epochs(ledger: Ledger) -> None:
    before = ledger.known_linkage_key()
    for check_value in ("c" * 16, "d" * 16):
        ledger.record_linkage_key(check_value, NOON)
    assert (before, ledger.known_linkage_key(), ledger.known_keys()) == (None, "c" * 16, {})


def test_a_load_has_begun_until_it_is_closed(ledger: Ledger) -> None:
    ledger.record_landed(make_batch("a"))
    before = ledger.has_begun("bronze")
    load = ledger.open_load("bronze", NOON)
    assert load is not None
    during = ledger.has_begun("bronze")
    ledger.close_load(load, NOON)
    assert (before, during, ledger.has_begun("bronze")) == (False, True, False)


def test_more_files_can_be_asked_for_than_one_statement_holds(ledger: Ledger) -> None:
    ledger.record_landed(make_batch("a"))
    many = [f"{number:064x}" for number in range(40_000)] + ["a" * 64]
    assert ledger.batches(many) == [make_batch("a")]
    assert ledger.dates_touched(many, "t") == []


def test_of_two_threads_that_land_the_same_bytes_one_is_first(ledger: Ledger, url: str) -> None:
    for letter in "abcdef":
        assert sorted(at_once(lambda one, x=letter: one.record_landed(make_batch(x)), url)) == [False, True]  # type: ignore[misc]


def test_two_threads_that_open_a_load_get_the_same_one(ledger: Ledger, url: str) -> None:
    for letter in "abcdef":
        ledger.record_landed(make_batch(letter))
        first, second = at_once(lambda one: one.open_load("bronze", NOON), url)
        assert first is not None
        assert first == second
        ledger.close_load(first, NOON)
