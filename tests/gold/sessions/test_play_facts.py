"""What one play came to, beside what the media clock says."""

from typing import Any

import pytest

from tests.gold.sessions.playback import Moment, session_of

PLAYED: list[Moment] = [(2, "playing", 0), (302, "stopped", 300)]


def requested(second: float, **details: Any) -> Moment:
    return (second, "play_requested", 0, details)


def startup(*moments: Moment) -> float | None:
    found: float | None = session_of(moments)["startup_seconds"]
    return found


def test_a_start_takes_from_the_last_request_to_the_first_picture() -> None:
    assert startup(requested(0), requested(240), (241.2, "playing", 0), (300, "stopped", 58)) == 1.2


def test_a_pause_is_no_part_of_a_start() -> None:
    assert startup(requested(0), (1, "paused", 0), (31, "buffering_started", 0), (33, "playing", 0)) == 1
    assert startup(requested(0), (1, "paused", 0), (31, "playing", 0)) == 1


def test_an_ad_is_no_part_of_a_start() -> None:
    ads: list[Moment] = [(1.4, "ad_break_started", 0), (31.4, "ad_break_ended", 0)]
    assert startup(requested(0), *ads, (31.5, "playing", 0), (61, "stopped", 29)) == 1.5


@pytest.mark.parametrize(("second", "expected"), [(300, 300), (301, None)])
def test_a_start_of_more_than_five_minutes_was_given_up(second: float, expected: float | None) -> None:
    assert startup(requested(0), (second, "playing", 0)) == expected


def test_where_the_first_picture_was_not_told_nobody_knows_how_long_it_took() -> None:
    moments: list[Moment] = [(62, "heartbeat", 60), (70, "paused", 68), (80, "playing", 68)]
    assert startup(requested(0), *moments) is None


def test_a_play_without_a_request_has_no_start() -> None:
    assert startup(*PLAYED) is None


def test_the_last_of_several_words_about_the_end_counts() -> None:
    ends: list[Moment] = [
        (100, "stopped", 98, {"stop_reason": "exited"}),
        (160, "heartbeat", 158),
        (170, "stopped", 168, {"stop_reason": "ended"}),
    ]
    session = session_of([requested(0), (2, "playing", 0), *ends])
    assert (session["stop_reason"], session["watched_seconds"]) == ("ended", 168)


@pytest.mark.parametrize(
    ("source", "is_autoplay", "second", "expected"),
    [
        pytest.param("home", True, 14, True, id="plays by itself on a page"),
        pytest.param(None, True, 14, True, id="by itself, nobody says where"),
        pytest.param("preview", False, 14, True, id="a preview"),
        pytest.param("browse", None, 14, True, id="while somebody browses"),
        pytest.param("home", True, 122, False, id="watched for two minutes"),
        pytest.param("home", False, 14, False, id="asked for"),
        pytest.param("home", None, 14, False, id="nobody says that it played by itself"),
        pytest.param("autoplay_next", True, 14, False, id="goes on with the next"),
    ],
)
def test_what_plays_by_itself_while_somebody_browses_is_a_preview(
    source: str | None, is_autoplay: bool | None, second: float, expected: bool
) -> None:
    request = requested(0, play_source=source, is_autoplay=is_autoplay)
    session = session_of([request, (2, "playing", 0), (second, "stopped", second - 2)])
    assert session["is_preview"] is expected


def test_what_began_by_itself_and_was_then_asked_for_is_no_preview() -> None:
    requests = [requested(0, is_autoplay=True, play_source="home"), requested(5, is_autoplay=False)]
    assert session_of([*requests, (6, "playing", 0), (16, "stopped", 10)])["is_preview"] is False


def test_what_was_watched_twice_is_unique_once() -> None:
    back: Moment = (62, "seeked", 30, {"from_position_ms": 60_000})
    session = session_of([(2, "playing", 0), back, (102, "stopped", 70)])
    assert (session["watched_seconds"], session["unique_watched_seconds"]) == (100, 70)


def test_of_watched_seconds_those_before_the_first_stall() -> None:
    stall: list[Moment] = [(62, "buffering_started", 60), (64, "buffering_ended", 60)]
    session = session_of([(2, "playing", 0), *stall, (74, "stopped", 70)])
    assert (session["watched_before_stall_seconds"], session["watched_seconds"]) == (60, 70)


def test_a_play_that_never_stalled_has_no_seconds_before_a_stall() -> None:
    assert session_of(PLAYED)["watched_before_stall_seconds"] is None


def test_pauses_count_until_the_clock_runs_again() -> None:
    assert (
        session_of([(2, "playing", 0), (62, "paused", 60), (92, "playing", 60), (95, "stopped", 63)])["paused_seconds"]
        == 30
    )


@pytest.mark.parametrize(
    ("last", "is_failed"),
    [
        ({"event_type": "failed", "is_fatal": True}, True),
        ({"event_type": "failed", "is_fatal": False}, False),
        ({"event_type": "stopped", "stop_reason": "error"}, True),
        ({"event_type": "stopped", "stop_reason": "ended"}, False),
    ],
)
def test_an_error_that_ends_a_play_fails_it(last: dict[str, Any], is_failed: bool) -> None:
    assert session_of([(2, "playing", 0), (5, "", 3, last)])["is_failed"] is is_failed


def test_seeks_are_counted_by_their_direction() -> None:
    seeks: list[Moment] = [(10, "seeked", 100, {"from_position_ms": 8000}), (20, "seeked", 50), (30, "seeked", 90)]
    session = session_of([(2, "playing", 0), *seeks])
    assert (session["seek_forward_count"], session["seek_back_count"]) == (2, 1)


def test_facts_are_those_first_said() -> None:
    said: list[Moment] = [(3, "heartbeat", 1, {"country": "DE"}), (4, "heartbeat", 2, {"country": "FR"})]
    assert session_of([(2, "playing", 0), *said])["country"] == "DE"
