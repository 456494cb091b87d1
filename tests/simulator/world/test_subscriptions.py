from collections import defaultdict
from typing import Any


def test_people_watch_only_while_they_subscribe(
    clean_events: list[dict[str, Any]], subscriptions: list[dict[str, Any]]
) -> None:
    periods = defaultdict(list)
    for row in subscriptions:
        periods[row["account_id"]].append((row["started_at"], row["ended_at"] or "9999"))
    unpaid = [
        event["event_id"]
        for event in clean_events
        if not any(start <= event["event_time"] < end for start, end in periods[event["account_id"]])
    ]
    assert unpaid == []


def test_nothing_from_after_the_last_day_is_known(subscriptions: list[dict[str, Any]]) -> None:
    latest = max(time for row in subscriptions for time in (row["started_at"], row["ended_at"]) if time)
    assert latest < "2026-06-04"


def test_an_end_always_has_a_reason(subscriptions: list[dict[str, Any]]) -> None:
    pairs = {(row["ended_at"] is None, row["end_reason"] is None) for row in subscriptions}
    assert pairs == {(True, True), (False, False)}
