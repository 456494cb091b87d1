"""Plays of any kind, held against a player that is simulated second by second."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gold.sessions.playback import OWN, Moment, sessions_of, sessions_side_by_side

HEARTBEAT_SECONDS = 30
# A wait so soon after a request or a seek is theirs.
SOON = 1


@dataclass
class Player:
    """A player and what a bystander with a stopwatch would write down, second by second."""

    says_where_a_seek_began: bool = True
    moments: list[Moment] = field(default_factory=list)
    second: int = 0
    position: int = 0
    jumped_to: int = 0
    jump: str = "play_requested"
    seen: list[int] = field(default_factory=list)
    spent: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("paused", "stalled", "seek", "start", "ad"), 0)
    )
    stalls: int = 0

    def tell(self, event_type: str, **others: Any) -> None:
        self.moments.append((self.second, event_type, self.position, others))

    def start(self, seconds: int) -> None:
        self.tell("play_requested")
        self.second += seconds
        self.tell("playing")

    def play(self, seconds: int) -> None:
        for passed in range(1, seconds + 1):
            self.seen.append(self.position)
            self.second, self.position = self.second + 1, self.position + 1
            if passed % HEARTBEAT_SECONDS == 0:
                self.tell("heartbeat")

    def pause(self, seconds: int) -> None:
        self.tell("paused")
        self._spend("paused", seconds)
        self.tell("playing")

    def stall(self, seconds: int) -> None:
        is_soon = 0 <= self.position - self.jumped_to <= SOON
        cause = {"play_requested": "start", "seeked": "seek"}[self.jump] if is_soon else "stalled"
        self.stalls += cause == "stalled"
        self.tell("buffering_started")
        self._spend(cause, seconds)
        self.tell("buffering_ended")

    def show_ad(self, seconds: int) -> None:
        self.tell("ad_break_started")
        self._spend("ad", seconds)
        self.tell("ad_break_ended")
        self.tell("playing")

    def seek(self, position: int) -> None:
        came_from = {"from_position_ms": 1000 * self.position} if self.says_where_a_seek_began else {}
        self.position = self.jumped_to = position
        self.jump = "seeked"
        self.tell("seeked", **came_from)

    def _spend(self, on: str, seconds: int) -> None:
        self.spent[on] += seconds
        self.second += seconds


ACTIONS = st.one_of(
    st.tuples(st.just("play"), st.integers(1, 200)),
    st.tuples(st.just("pause"), st.integers(1, 400)),
    st.tuples(st.just("stall"), st.integers(1, 100)),
    st.tuples(st.just("show_ad"), st.integers(1, 60)),
    st.tuples(st.just("seek"), st.integers(0, 1000)),
)


def played(actions: list[tuple[str, int]], **player: Any) -> Player:
    found = Player(**player)
    found.start(2)
    for name, amount in actions:
        # No two things happen in one moment.
        found.play(1)
        getattr(found, name)(amount)
    found.play(1)
    found.tell("stopped", stop_reason="exited")
    return found


# A run of the kernels costs the same for one play or five.
PLAYS_AT_ONCE = 5


def five_of(each: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(each, min_size=PLAYS_AT_ONCE, max_size=PLAYS_AT_ONCE)


@pytest.mark.parametrize("says_where_a_seek_began", [True, False])
@settings(max_examples=30, deadline=None)
@given(plays=five_of(st.lists(ACTIONS, max_size=12)))
def test_what_is_told_is_what_happened(plays: list[list[tuple[str, int]]], says_where_a_seek_began: bool) -> None:
    players = [played(actions, says_where_a_seek_began=says_where_a_seek_began) for actions in plays]
    sessions = sessions_side_by_side([player.moments for player in players])
    assert [
        {
            "watched": session["watched_seconds"],
            "unique": session["unique_watched_seconds"],
            "playing": session["playing_seconds"],
            "paused": session["paused_seconds"],
            "stalled": session["stalled_seconds"],
            "seek_stalled": session["seek_stalled_seconds"],
            "stalls": session["stall_count"],
            "ad": session["ad_seconds"],
        }
        for session in sessions
    ] == [
        {
            "watched": len(player.seen),
            "unique": len(set(player.seen)),
            "playing": len(player.seen),
            "paused": player.spent["paused"],
            "stalled": player.spent["stalled"],
            "seek_stalled": player.spent["seek"],
            "stalls": player.stalls,
            "ad": player.spent["ad"],
        }
        for player in players
    ]


WORDS = ("playing", "paused", "buffering_ended", "ad_break_ended")


@settings(max_examples=30, deadline=None)
@given(plays=five_of(st.tuples(st.lists(ACTIONS, max_size=12), st.sets(st.integers(0, 40)))))
def test_whatever_words_are_lost_the_clock_tells_what_was_watched(
    plays: list[tuple[list[tuple[str, int]], set[int]]],
) -> None:
    """But for stretches whose first or last position was lost with the word: those count for less, never for more."""
    players = [played(actions) for actions, _ in plays]
    told = [
        [one for number, one in enumerate(player.moments) if number not in lost or one[1] not in WORDS]
        for player, (_, lost) in zip(players, plays, strict=True)
    ]
    for player, moments, session in zip(players, told, sessions_side_by_side(told), strict=True):
        watched = session["watched_seconds"]
        assert watched <= len(player.seen)
        assert watched >= len(player.seen) - sum(1 for one in moments if one[1] != "heartbeat") * HEARTBEAT_SECONDS


@settings(max_examples=20, deadline=None)
@given(plays=five_of(st.lists(ACTIONS, max_size=8)), shuffled=st.randoms(use_true_random=False))
def test_the_order_in_which_events_arrive_changes_nothing(plays: list[list[tuple[str, int]]], shuffled: Any) -> None:
    moments: list[Moment] = [
        (second, kind, position, {"event_id": f"{play}-{number:06d}"} | dict.fromkeys(OWN, f"play {play}") | others[0])
        for play, actions in enumerate(plays)
        for number, (second, kind, position, *others) in enumerate(played(actions).moments)
    ]
    in_order = sessions_of(moments)
    shuffled.shuffle(moments)
    assert by_id(sessions_of(moments)) == by_id(in_order)


def by_id(sessions: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {session["session_id"]: session for session in sessions}
