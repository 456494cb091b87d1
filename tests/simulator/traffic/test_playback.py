from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

import pytest

from jobs.contracts.event_types import EVENT_TYPE_NAMES
from jobs.simulator.traffic.incidents import Kind
from jobs.simulator.traffic.other_events import OtherKind

Event = dict[str, Any]


@pytest.fixture(scope="module")
def sessions(clean_events: list[Event]) -> list[list[Event]]:
    """The events of each session, in the order of the device's clock."""
    inside = [event for event in clean_events if "session_id" in event]
    inside.sort(key=lambda e: (e["session_id"], int(e["event_id"].rsplit("-", 1)[1])))
    by_session = [list(events) for _, events in groupby(inside, key=lambda e: e["session_id"])]
    # Event numbers follow the kinds; the device's clock gives the order, and the sort is stable at equal times.
    return [sorted(events, key=lambda e: (e["session_offset_ms"], e["position_ms"])) for events in by_session]


def test_a_session_begins_with_the_request(sessions: list[list[Event]]) -> None:
    assert {events[0]["event_type"] for events in sessions} == {"play_requested"}


def test_the_media_clock_stays_inside_the_title(sessions: list[list[Event]], titles: dict[str, Event]) -> None:
    outside = [
        event["event_id"]
        for events in sessions
        for event in events
        if not 0 <= event["position_ms"] <= titles[event["title_id"]]["runtime_seconds"] * 1000
    ]
    assert outside == []


def test_the_media_clock_never_runs_faster_than_the_device(sessions: list[list[Event]]) -> None:
    too_fast = [
        after["event_id"]
        for events in sessions
        for before, after in pairwise(events)
        if after["event_type"] != "seeked" and not _has_seek_at(events, after["session_offset_ms"])
        if after["position_ms"] - before["position_ms"] > after["session_offset_ms"] - before["session_offset_ms"]
    ]
    assert too_fast == []


def _has_seek_at(events: list[Event], offset_ms: int) -> bool:
    return any(event["event_type"] == "seeked" and event["session_offset_ms"] == offset_ms for event in events)


def test_nothing_progresses_while_paused_or_stalled(sessions: list[list[Event]]) -> None:
    until = {"paused": ("playing", "stopped"), "buffering_started": ("buffering_ended", "stopped")}
    moved = [
        after["event_id"]
        for events in sessions
        for before, after in pairwise(events)
        if after["event_type"] in until.get(before["event_type"], ())
        # A viewer who leaves at a stall is gone one ms after it.
        if after["position_ms"] - before["position_ms"] > 1
    ]
    assert moved == []


def test_a_known_seek_origin_is_where_the_pause_was(sessions: list[list[Event]]) -> None:
    origins = [
        (before["position_ms"], after["details"]["from_position_ms"])
        for events in sessions
        for before, after in pairwise(events)
        if before["event_type"] == "paused" and "from_position_ms" in after.get("details", {})
    ]
    assert origins
    assert [pair for pair in origins if pair[0] != pair[1]] == []


def test_event_time_is_the_session_start_plus_the_offset(sessions: list[list[Event]]) -> None:
    starts_per_session = [
        {
            datetime.fromisoformat(event["event_time"]) - timedelta(milliseconds=event["session_offset_ms"])
            for event in events
        }
        for events in sessions
    ]
    assert {len(starts) for starts in starts_per_session} == {1}


def test_some_sessions_end_without_a_word(sessions: list[list[Event]]) -> None:
    silent = sum(events[-1]["event_type"] != "stopped" for events in sessions) / len(sessions)
    assert 0.01 < silent < 0.10


def test_an_episode_that_leads_on_is_followed_by_the_next(
    sessions: list[list[Event]], titles: dict[str, Event]
) -> None:
    by_id = {events[0]["session_id"]: events for events in sessions}
    followers = []
    for session_id, events in by_id.items():
        if events[-1].get("details", {}).get("reason") == "next":
            head, number = session_id.rsplit("-", 1)
            followers.append((events[0]["title_id"], by_id[f"{head}-{int(number) + 1}"][0]))
    assert followers
    for title_id, request in followers:
        assert request["details"] == {"is_autoplay": True, "source": "autoplay_next"}
        assert titles[request["title_id"]]["series_id"] == titles[title_id]["series_id"]


def test_every_kind_of_event_is_one_that_the_contract_knows() -> None:
    assert {*Kind, *OtherKind} <= set(EVENT_TYPE_NAMES)
