"""In which order a device's events happened, and how much time lies between them, whatever its clocks did."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from jobs.gold.sessions.event_order import ordered_events
from tests.factories import NOON
from tests.gold.sessions.playback import Moment, make_events, session_of, sessions_of

HOUR = 3600
NO_OFFSET: dict[str, Any] = {"session_offset_ms": None}


def at(second: float) -> Any:
    return NOON + timedelta(seconds=second)


def order_of(moments: list[Moment], **shared: Any) -> list[tuple[float, float]]:
    """Position and seconds since the first event, in order."""
    ordered = ordered_events(make_events(moments, **shared))
    rows = ordered.select(pl.col("position_ms") / 1000, (pl.col("at_ms") - pl.col("at_ms").first()) / 1000)
    return rows.rows()


def told_by(clock: float, truth: float, position: float, **others: Any) -> Moment:
    """A heartbeat whose device says one time, while it is another."""
    return (
        truth,
        "heartbeat",
        position,
        {"event_time": at(clock), "received_time": at(truth), "session_offset_ms": round(1000 * truth), **others},
    )


def test_the_monotonic_clock_tells_the_order_where_the_wall_clock_was_set_back() -> None:
    moments = [told_by(0, 0, 0), told_by(60, 60, 60), told_by(120 - HOUR, 120, 120), told_by(180 - HOUR, 180, 180)]
    assert order_of(moments) == [(0, 0), (60, 60), (120, 120), (180, 180)]


def test_and_where_it_was_set_forward() -> None:
    moments = [told_by(0, 0, 0), told_by(60 + HOUR, 60, 60)]
    assert order_of(moments) == [(0, 0), (60, 60)]


def test_a_device_that_slept_while_its_monotonic_clock_stood_has_slept() -> None:
    moments = [told_by(0, 0, 0), told_by(HOUR, HOUR, 1, session_offset_ms=1000)]
    assert order_of(moments) == [(0, 0), (1, HOUR)]


def test_an_offset_that_began_anew_tells_no_order() -> None:
    moments = [told_by(0, 0, 0), told_by(60, 60, 60), told_by(HOUR, HOUR, 61, session_offset_ms=0)]
    moments.append(told_by(HOUR + 30, HOUR + 30, 91, session_offset_ms=30_000))
    assert order_of(moments) == [(0, 0), (60, 60), (61, HOUR), (91, HOUR + 30)]


def test_an_offset_that_never_rises_tells_no_order() -> None:
    moments = [told_by(0, 0, 5, session_offset_ms=0), told_by(60, 60, 3, session_offset_ms=0)]
    assert order_of(moments) == [(5, 0), (3, 60)]


def test_without_offsets_a_clock_that_was_set_back_is_mended_by_the_collectors() -> None:
    moments = [told_by(0, 0, 0), told_by(60, 60, 60), told_by(120 - HOUR, 120, 120), told_by(180 - HOUR, 180, 180)]
    assert order_of(moments, **NO_OFFSET)[0][0] == 0
    assert order_of([without_offset(one) for one in moments]) == [(0, 0), (60, 60), (120, 120), (180, 180)]


def test_without_offsets_a_clock_that_was_set_forward_is_mended_too() -> None:
    moments = [told_by(0, 0, 0), told_by(60, 60, 60), told_by(120 + HOUR, 120, 120), told_by(180 + HOUR, 180, 180)]
    assert order_of([without_offset(one) for one in moments]) == [(0, 0), (60, 60), (120, 120), (180, 180)]


def test_an_event_that_is_sent_late_sets_no_clock() -> None:
    late = without_offset(told_by(60, 60, 60, received_time=at(600)))
    moments = [without_offset(told_by(second, second, second)) for second in (0, 120, 180)]
    assert order_of([*moments, late]) == [(0, 0), (60, 60), (120, 120), (180, 180)]


def test_what_was_watched_offline_is_sent_at_once_and_sets_no_clock() -> None:
    online = [without_offset(told_by(0, 0, 0))]
    offline = [without_offset(told_by(second, second, second, received_time=at(900))) for second in (60, 120)]
    assert order_of([*online, *offline]) == [(0, 0), (60, 60), (120, 120)]


def without_offset(moment: Moment) -> Moment:
    second, kind, position, *others = moment
    return (second, kind, position, {**(others[0] if others else {}), **NO_OFFSET})


def test_one_id_of_two_viewers_is_two_plays() -> None:
    moments = [(0, "playing", 0), (60, "stopped", 60), (30, "playing", 500, {"profile_key": "other"})]
    found = sessions_of([*moments, (50, "stopped", 520, {"profile_key": "other"})])
    assert sorted((one["profile_key"], one["watched_seconds"]) for one in found) == [("other", 20), ("p", 60)]


def test_another_title_under_the_same_id_is_another_play() -> None:
    moments = [(0, "playing", 0), (60, "stopped", 60), (61, "playing", 0, {"title_id": "next"})]
    found = sessions_of([*moments, (71, "stopped", 10, {"title_id": "next"})])
    assert sorted((one["title_id"], one["watched_seconds"]) for one in found) == [("next", 10), ("t", 60)]


@pytest.mark.parametrize(("hours", "plays"), [(23, 1), (25, 2)])
def test_a_play_ends_where_nothing_happens_for_a_day(hours: int, plays: int) -> None:
    pause = hours * HOUR
    moments = [(0, "playing", 0), (60, "paused", 60), (60 + pause, "playing", 60), (120 + pause, "stopped", 120)]
    assert [one["watched_seconds"] for one in sessions_of(moments)] == ([120] if plays == 1 else [60, 60])


def test_an_id_that_is_heard_of_for_nine_days_has_a_play_a_date() -> None:
    moments = [(day * 24 * HOUR, "heartbeat", 0.0) for day in range(10)]
    assert len(sessions_of(moments)) == 10


def test_a_device_that_pauses_does_not_move_the_clock_of_one_that_plays() -> None:
    phone, tv = {"device_key": "phone"}, {"device_key": "tv"}
    moments: list[Moment] = [(0, "playing", 0, phone), (60, "paused", 60, phone)]
    moments += [(61, "playing", 60, tv), *((61 + s, "heartbeat", 60 + s, tv) for s in (60, 120))]
    moments += [(100 + s, "heartbeat", 60, phone) for s in (0, 60)]
    assert session_of(sorted(moments, key=lambda moment: moment[0]))["watched_seconds"] == 180
