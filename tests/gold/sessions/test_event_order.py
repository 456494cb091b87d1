"""In which order a device's events happened, and how much time lies between them, whatever its clocks did."""

from datetime import timedelta
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.gold.sessions.event_order import ordered_events
from jobs.gold.sessions.media_clock import media_progress
from jobs.gold.sessions.play_facts import play_facts
from jobs.gold.sessions.play_ranges import play_ranges
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
    moments: list[Moment] = [(0, "playing", 0), (60, "stopped", 60), (30, "playing", 500, {"profile_key": "other"})]
    found = sessions_of([*moments, (50, "stopped", 520, {"profile_key": "other"})])
    assert sorted((one["profile_key"], one["watched_seconds"]) for one in found) == [("other", 20), ("p", 60)]


def test_another_title_under_the_same_id_is_another_play() -> None:
    moments: list[Moment] = [(0, "playing", 0), (60, "stopped", 60), (61, "playing", 0, {"title_id": "next"})]
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


def test_what_an_id_was_heard_of_on_other_dates_does_not_change_a_play() -> None:
    evening = [told_by(0, 0, 0), told_by(60, 60, 60), told_by(90, 90, 70)]
    days_later = 4 * 24 * HOUR
    # By the offsets of both, time would stand between them.
    reused = [told_by(days_later + s, days_later + s, s, session_offset_ms=90_000 + 1000 * s) for s in (0, 60)]
    assert plays_of(make_events([*evening, *reused]))[0] == plays_of(make_events(evening))[0]


def test_a_clock_that_was_set_by_days_leaves_each_date_its_play() -> None:
    set_forward = 3 * 24 * HOUR
    found = sessions_of([told_by(0, 0, 0), told_by(60, 60, 60), told_by(set_forward + 120, 120, 120)])
    assert [one["started_at_ms"] for one in found] == [
        1000 * at(second).timestamp() for second in (0, set_forward + 120)
    ]


def test_a_pause_that_only_offsets_tell_of_begins_no_second_play_on_a_date() -> None:
    moments = [told_by(0, 0, 0), told_by(60, 60, 60), told_by(120, 26 * HOUR, 60), told_by(180, 26 * HOUR + 60, 120)]
    (session,) = sessions_of(moments)
    assert session["event_count"] == 4


def test_a_play_begins_when_its_own_clock_says_whatever_offsets_told_before() -> None:
    day = 24 * HOUR
    told = ((0, 0), (day - 60, 60), (2 * day - 30, 25 * HOUR + 60))
    moments = [told_by(second, second, second, session_offset_ms=1000 * offset) for second, offset in told]
    assert [one["started_at_ms"] for one in sessions_of(moments)] == [
        1000 * at(0).timestamp(),
        1000 * at(2 * day - 30).timestamp(),
    ]


@pytest.mark.parametrize(("dates", "plays"), [(8, 1), (9, 9)])
def test_an_id_is_that_of_one_play_on_up_to_eight_dates_in_a_row(dates: int, plays: int) -> None:
    moments = [(second, "heartbeat", 0.0) for second in range(0, dates * 24 * HOUR, 12 * HOUR)][: 2 * dates - 1]
    assert len(sessions_of(moments)) == plays


def test_what_is_read_around_a_date_of_an_endless_id_does_not_change_its_play() -> None:
    events = make_events([(12 * HOUR * half, "heartbeat", 10.0 * half) for half in range(40)])
    day = events["event_time"].dt.date()
    on = NOON.date() + timedelta(days=9)
    around = events.filter(day.is_between(on - timedelta(days=8), on + timedelta(days=8)))

    def of_the_date(found: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        start = str(round(1000 * (NOON + timedelta(days=8, hours=12)).timestamp()))
        return [row for row in found if start in row]

    assert of_the_date(plays_of(events)) == of_the_date(plays_of(around))
    assert len(of_the_date(plays_of(events))) == 1


def test_offsets_that_began_anew_where_the_first_ones_were_lost_tell_no_order() -> None:
    moments = [told_by(60, 60, 60, session_offset_ms=60_000), told_by(120, 120, 120, session_offset_ms=120_000)]
    moments += [
        told_by(HOUR, HOUR, 120, session_offset_ms=0),
        told_by(HOUR + 30, HOUR + 30, 150, session_offset_ms=30_000),
    ]
    assert [position for position, _ in order_of(moments)] == [60, 120, 120, 150]


@pytest.mark.parametrize("others", [["d"], ["d", "e"]])
def test_an_event_without_a_device_is_of_the_only_one_or_of_none(others: list[str]) -> None:
    moments: list[Moment] = [(10 * n, "heartbeat", 10 * n, {"device_key": name}) for n, name in enumerate(others)]
    events = make_events([*moments, (30, "heartbeat", 30, {"device_key": None})])
    assert ordered_events(events)["chain"].n_unique() == (1 if len(others) == 1 else 3)
    assert plays_of(events) == plays_of(events.reverse())


EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "day": st.integers(0, 12),
            "second": st.sampled_from([0, 30, 60, 11 * HOUR, -11 * HOUR]),
            "event_type": st.sampled_from(["playing", "heartbeat", "paused", "seeked", "stopped"]),
            "position": st.integers(0, 3).map(lambda number: 40.0 * number),
            "offset": st.sampled_from([None, 0, 30, 60, 25 * HOUR]),
            "sent_late": st.sampled_from([0, 0, 60, 30 * HOUR]),
            "device_key": st.sampled_from([None, "d", "e"]),
            "title_id": st.sampled_from(["t", "t", "u"]),
        }
    ),
    min_size=1,
    max_size=12,
)


def events_on_days(drawn: list[dict[str, Any]]) -> pl.DataFrame:
    moments: list[Moment] = []
    for one in drawn:
        second = one["day"] * 24 * HOUR + one["second"]
        offset = None if one["offset"] is None else 1000 * one["offset"]
        others = {"session_offset_ms": offset, "received_time": at(second + one["sent_late"])}
        kept = {name: one[name] for name in ("device_key", "title_id")}
        moments.append((second, one["event_type"], one["position"], {**others, **kept}))
    return make_events(moments)


@settings(max_examples=60, deadline=None)
@given(EVENTS, st.randoms(use_true_random=False))
def test_plays_are_the_same_in_any_order_and_beside_whatever_other_dates(
    drawn: list[dict[str, Any]], random: Random
) -> None:
    events = events_on_days(drawn)
    apart = []
    for of_title in events.partition_by("title_id"):
        dated = of_title.with_columns(date=pl.col("event_time").dt.date()).sort("date")
        run = (pl.col("date").diff() > timedelta(days=1)).fill_null(False).cum_sum()
        apart += [plays_of(part) for part in dated.with_columns(run=run).drop("date").partition_by("run")]
    shuffled = events.sample(fraction=1, shuffle=True, seed=random.randrange(2**16))
    together = plays_of(shuffled)
    assert together == sorted(row for rows in apart for row in rows)


@settings(max_examples=150, deadline=None)
@given(EVENTS)
def test_a_play_begins_on_a_date_of_its_events_and_no_two_on_one(drawn: list[dict[str, Any]]) -> None:
    ordered = ordered_events(events_on_days(drawn)).with_columns(session_date=DATE)
    plays = ordered.group_by("play").agg(
        pl.col("title_id", "session_date").first(), dates=pl.col("event_time").dt.date().unique()
    )
    assert plays.select(pl.col("session_date").is_in(pl.col("dates")).all()).item()
    assert plays.select("title_id", "session_date").is_duplicated().sum() == 0


DATE = pl.from_epoch("started_at_ms", time_unit="ms").dt.date()


def plays_of(events: pl.DataFrame) -> list[tuple[str, ...]]:
    """What all plays came to, and their ranges, without the numbers that they have in one frame."""
    progress = media_progress(ordered_events(events))
    ranges = play_ranges(progress).sort("play", "what", "from_ms", "to_ms", "seconds").group_by("play").agg(pl.all())
    rows = play_facts(progress).join(ranges, on="play", how="left").drop("play")
    in_order = rows.select("title_id", "started_at_ms", pl.exclude("title_id", "started_at_ms"))
    return sorted(tuple(str(value) for value in row) for row in in_order.rows())
