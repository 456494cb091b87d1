"""What moved was played, whatever was said: as far as time and rate allow, and no further."""

import pytest

from jobs.contracts.event_types import Family, types_of_family
from tests.gold.sessions.playback import Moment, heartbeats, progress_of, ranges_of, session_of

REQUESTED: list[Moment] = [(0, "play_requested", 0), (2, "playing", 0)]


def watched(*moments: Moment, **shared: object) -> float:
    return float(session_of(moments, **shared)["watched_seconds"])


def test_a_clock_that_moves_was_played_though_nobody_said_playing() -> None:
    assert watched((0, "play_requested", 0), *heartbeats(62, 122, 60), (152, "stopped", 150)) == 150


def test_where_the_picture_begins_is_nobodys_progress() -> None:
    assert watched((0, "play_requested", 0), (2, "playing", 1800), (62, "stopped", 1860)) == 60


def test_what_comes_between_a_request_and_its_picture_is_no_progress_either() -> None:
    waits: list[Moment] = [(1, "buffering_started", 0), (3, "buffering_ended", 1800)]
    assert watched((0, "play_requested", 0), *waits, (4, "playing", 1800), (64, "stopped", 1860)) == 60


@pytest.mark.parametrize("name", [kind.name for kind in types_of_family(Family.PLAYBACK) if not kind.shows])
def test_no_word_that_may_come_before_a_picture_makes_where_it_begins_progress(name: str) -> None:
    assert watched((0, "play_requested", 0), (1, name, 0), (2, "playing", 1800), (62, "stopped", 1860)) == 60


@pytest.mark.parametrize("name", [kind.name for kind in types_of_family(Family.PLAYBACK) if kind.shows])
def test_what_comes_after_a_word_that_shows_is_progress(name: str) -> None:
    assert watched((0, "play_requested", 0), (1, name, 0), (31, "playing", 30), (61, "stopped", 60)) == 60


def test_another_request_is_no_progress() -> None:
    assert watched(*REQUESTED, (62, "stopped", 60), (600, "play_requested", 70), (601, "playing", 70)) == 60


def test_a_pause_that_moves_was_played() -> None:
    assert watched(*REQUESTED, (32, "paused", 30), *heartbeats(92, 152, 90), (162, "stopped", 160)) == 160


def test_a_stall_ends_where_the_clock_moves() -> None:
    moments = [*REQUESTED, (62, "buffering_started", 60), *heartbeats(126, 246, 120), (256, "stopped", 250)]
    session = session_of(moments)
    assert (session["watched_seconds"], session["stalled_seconds"], session["stall_count"]) == (250, 4, 1)


@pytest.mark.parametrize("rate", [1.25, 1.5, 2, 3, 4])
def test_a_rate_that_is_kept_up_needs_no_word(rate: float) -> None:
    assert watched(*REQUESTED, *heartbeats(62, 242, 60 * rate, rate), (272, "stopped", 270 * rate)) == 270 * rate


def test_a_rate_that_is_declared_is_believed_at_once() -> None:
    declared: Moment = (0, "playing", 0, {"playback_rate": 3.0})
    assert watched(declared, (20, "stopped", 60)) == 60


def test_no_rate_is_above_four() -> None:
    assert watched((0, "playing", 0, {"playback_rate": 16.0}), (20, "stopped", 320)) == 80


def test_a_rate_below_one_takes_its_time() -> None:
    session = session_of([(0, "playing", 0, {"playback_rate": 0.5}), (60, "heartbeat", 30), (120, "stopped", 60)])
    assert (session["watched_seconds"], session["playing_seconds"]) == (60, 120)


def test_playing_seconds_are_wall_clock() -> None:
    session = session_of([*REQUESTED, *heartbeats(62, 242, 120, 2), (272, "stopped", 540)])
    assert (session["watched_seconds"], session["playing_seconds"]) == (540, 270)


def test_a_clock_that_outran_the_wall_counts_as_far_as_time_allows() -> None:
    assert watched(*REQUESTED, (62, "heartbeat", 60), (72, "heartbeat", 700), (82, "stopped", 710)) == 80


def test_a_stretch_that_outran_the_wall_and_came_back_did_not_happen() -> None:
    away: list[Moment] = [(63, "heartbeat", 400), (64, "heartbeat", 700)]
    assert watched(*REQUESTED, (62, "heartbeat", 60), *away, (65, "heartbeat", 60), (125, "stopped", 120)) == 120


def test_a_clock_that_goes_back_without_a_seek_is_no_progress() -> None:
    assert watched(*REQUESTED, (62, "heartbeat", 60), (63, "heartbeat", 20), (73, "stopped", 30)) == 70


def test_a_seek_that_says_where_it_came_from() -> None:
    seek: Moment = (50, "seeked", 1000, {"from_position_ms": 48_000})
    assert ranges_of([*REQUESTED, seek, (60, "stopped", 1010)]) == [
        ("played", 0, 48, 48),
        ("played", 1000, 1010, 10),
        ("skipped", 48, 1000, 0),
    ]


def test_a_seek_that_does_not_began_where_the_clock_had_got_to() -> None:
    assert ranges_of([*REQUESTED, (50, "seeked", 1000), (60, "stopped", 1010)]) == [
        ("played", 0, 48, 48),
        ("played", 1000, 1010, 10),
        ("skipped", 48, 1000, 0),
    ]


def test_a_seek_while_paused_began_where_the_clock_stood() -> None:
    moments = [*REQUESTED, (50, "paused", 48), (80, "seeked", 20), (81, "playing", 20), (91, "stopped", 30)]
    assert ranges_of(moments) == [
        ("played", 0, 48, 48),
        ("played", 20, 30, 10),
        ("rewatched", 20, 30, 0),
        ("rewound", 20, 48, 0),
    ]


BREAK: list[Moment] = [(62, "ad_break_started", 60), (92, "ad_break_ended", 60)]


class TestAds:
    def test_an_ad_is_its_own_measure(self) -> None:
        session = session_of([*REQUESTED, *BREAK, *heartbeats(152, 212, 120), (212.5, "stopped", 180.5)])
        assert (session["watched_seconds"], session["ad_seconds"], session["stalled_seconds"]) == (180.5, 30, 0)

    def test_waiting_for_an_ad_is_no_stall(self) -> None:
        waits: list[Moment] = [(70, "buffering_started", 60), (75, "buffering_ended", 60)]
        session = session_of([*REQUESTED, BREAK[0], *waits, BREAK[1], (102, "stopped", 70)])
        assert (session["ad_seconds"], session["stalled_seconds"], session["buffering_seconds"]) == (30, 0, 0)

    def test_the_clock_of_an_ad_is_not_that_of_the_title(self) -> None:
        assert watched(*REQUESTED, BREAK[0], (72, "heartbeat", 10), BREAK[1], (102, "stopped", 70)) == 70

    def test_a_break_whose_end_was_lost_ends_where_the_clock_moves(self) -> None:
        moments = [*REQUESTED, BREAK[0], *heartbeats(152, 212, 120), (222, "stopped", 190)]
        session = session_of(moments)
        assert (session["watched_seconds"], session["ad_seconds"]) == (190, 30)

    def test_single_ads_count_where_no_break_is_told(self) -> None:
        ads: list[Moment] = [(62, "ad_started", 60), (77, "ad_completed", 60)]
        assert session_of([*REQUESTED, *ads, (87, "stopped", 70)])["ad_seconds"] == 15

    def test_between_two_ads_of_a_break_it_goes_on(self) -> None:
        ads: list[Moment] = [(63, "ad_started", 60), (70, "ad_completed", 60), (75, "ad_started", 60)]
        moments = [*REQUESTED, BREAK[0], *ads, (91, "ad_skipped", 60), BREAK[1], (102, "stopped", 70)]
        assert session_of(moments)["ad_seconds"] == 30


class TestLive:
    @pytest.mark.parametrize("position", [0, -12, 1_794_148_200], ids=["still", "behind the edge", "a date"])
    def test_wall_time_while_playing_counts(self, position: float) -> None:
        moments: list[Moment] = [(0, "play_requested", position), (2, "playing", position)]
        moments += [(62, "paused", position), (72, "playing", position), (132, "stopped", position)]
        assert session_of(moments, runtime_seconds=None)["watched_seconds"] == 120

    def test_a_live_title_is_judged_by_the_wall_whatever_its_clock_says(self) -> None:
        moments = [*REQUESTED, *heartbeats(62, 122, 60)]
        assert watched(*moments, (132, "stopped", 0), title_kind="live", runtime_seconds=None) == 130

    def test_a_clock_that_stands_where_a_runtime_is_known_shows_nothing(self) -> None:
        assert watched(*REQUESTED, *heartbeats(62, 122, 0, 0), (132, "stopped", 0)) == 0

    def test_its_ranges_have_no_positions(self) -> None:
        assert ranges_of([*REQUESTED, (132, "stopped", 0)], runtime_seconds=None) == [("played", None, None, 130)]


def test_a_wait_after_a_seek_is_the_seeks() -> None:
    seek: Moment = (32, "seeked", 500, {"from_position_ms": 30_000})
    waits: list[Moment] = [(32, "buffering_started", 500), (36, "buffering_ended", 500)]
    session = session_of([*REQUESTED, seek, *waits, (46, "stopped", 510)])
    assert (session["seek_stalled_seconds"], session["stalled_seconds"], session["stall_count"]) == (4, 0, 0)


def test_a_device_that_sleeps_while_it_waits_waits_five_minutes() -> None:
    waits: list[Moment] = [(32, "buffering_started", 30), (8000, "buffering_ended", 30)]
    assert session_of([*REQUESTED, *waits, (8010, "stopped", 40)])["stalled_seconds"] == 300


def test_nothing_is_left_of_a_play_of_one_event() -> None:
    assert progress_of([(0, "stopped", 70)])["played_ms"].to_list() == [0]
