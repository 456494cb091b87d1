"""The events inside a session: what the player reports between the request and the stop."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from jobs.simulator.arrays import Flags, Ints
from jobs.simulator.traffic.incidents import (
    CODE,
    Kind,
    Steps,
    draw_errors,
    draw_heartbeats,
    draw_pauses,
    draw_quality_changes,
    draw_rungs,
    draw_seeks,
    draw_stalls,
    join_steps,
    sample_reactions,
    seek_steps,
    steps_at,
)
from jobs.simulator.traffic.sessions import Sessions

# A second and a quarter from request to picture, longer on bad networks.
MEDIAN_STARTUP_MS, STARTUP_SPREAD, STARTUP_MS_PER_STALL = 1250, 0.45, 700
# Plays that never begin: the viewer gives up, or the player fails.
GIVEN_UP_SHARE, FAILED_START_SHARE = 0.012, 0.008
FATAL_ERROR_SHARE = 0.004
# A stall of more than 8 s drives one viewer in five away.
LONG_STALL_MS, LEAVES_AT_LONG_STALL_SHARE = 8_000, 0.2
# Devices that are switched off never say that they stopped.
SILENT_END_SHARE = 0.08
# Some leave from the pause screen.
STOPPED_IN_PAUSE_SHARE = 0.1
# How a session ended, in `extra` of a stopped event: the place of the word in this list.
STOP_REASONS = ("ended", "exited", "next", "error")
ENDED, EXITED, NEXT, ERROR = range(4)


@dataclass(frozen=True)
class Playback:
    """Events by position, in order within their session; `extra` as in `incidents`.

    Of each session: `duration_ms` on the wall clock, and whether it `reached_end` of what was planned.
    """

    session: Ints
    kind: Ints
    offset_ms: Ints
    position_ms: Ints
    extra: Ints
    duration_ms: Ints
    reached_end: Flags

    def grouped_by_kind(self) -> Self:
        """The same events, those of a kind together: lines of a kind are written at once."""
        order = np.argsort(self.kind, kind="stable")
        columns = {
            name: getattr(self, name)[order] for name in ("session", "kind", "offset_ms", "position_ms", "extra")
        }
        return replace(self, **columns)


def play(sessions: Sessions, runtime_ms: Ints, stream: np.random.Generator) -> Playback:
    """All events of the sessions. `runtime_ms` is each session's title's."""
    n = len(sessions)
    startup = stream.lognormal(0.0, STARTUP_SPREAD, n) * (
        MEDIAN_STARTUP_MS + STARTUP_MS_PER_STALL * sessions.stalls_per_hour
    )
    fate = stream.random(n)
    gives_up = fate < GIVEN_UP_SHARE
    fails_at_start = ~gives_up & (fate < GIVEN_UP_SHARE + FAILED_START_SHARE * (1 + sessions.stalls_per_hour))
    starts = ~gives_up & ~fails_at_start

    span = sessions.to_ms - sessions.from_ms
    seek_session, jump = draw_seeks(stream, span)
    seek_play = span - np.bincount(seek_session, jump, n).astype(np.int64)
    planned = np.where(starts, seek_play, 0)
    seek_point = (stream.uniform(0.2, 0.8, len(jump)) * planned[seek_session]).astype(np.int64)
    stall_session, stall_point, stall_ms = draw_stalls(stream, planned, sessions.stalls_per_hour)
    played, is_fatal = _cut_short(stream, planned, stall_session, stall_point, stall_ms)

    startup_ms = startup.astype(np.int64)
    beginning = _beginning(stream, sessions, startup_ms, starts)
    parts = [
        draw_heartbeats(stream, played),
        sample_reactions(np.where(sessions.has_reactions, played, 0)),
        draw_quality_changes(stream, played, sessions.stalls_per_hour),
        draw_errors(stream, played),
        steps_at(stall_session, stall_point, (Kind.BUFFERING_STARTED, 0, 0, 0), (Kind.BUFFERING_ENDED, stall_ms, 0, 0)),
        seek_steps(stream, seek_session, seek_point, jump),
        draw_pauses(stream, played),
    ]
    middle = _before_end(join_steps(parts), played)
    at_runtime = starts & (played == planned) & (sessions.to_ms >= runtime_ms)
    end = _ending(stream, played, startup_ms, starts, gives_up, is_fatal, at_runtime)
    reached_end = starts & (played == planned)
    return _add_up(join_steps([beginning, middle, end]), sessions.from_ms, reached_end)


def _cut_short(
    stream: np.random.Generator, planned: Ints, stall_session: Ints, stall_point: Ints, stall_ms: Ints
) -> tuple[Ints, Flags]:
    """Progress in ms after long stalls and fatal errors have had their share, and which plays died of an error."""
    leaves = (stall_ms > LONG_STALL_MS) & (stream.random(len(stall_ms)) < LEAVES_AT_LONG_STALL_SHARE)
    played = planned.copy()
    # The last event is the stop, one ms after the stall.
    np.minimum.at(played, stall_session[leaves], stall_point[leaves] + 1)
    is_fatal = (planned > 1) & (played == planned) & (stream.random(len(planned)) < FATAL_ERROR_SHARE)
    died_at = 1 + (stream.random(len(planned)) * (planned - 1)).astype(np.int64)
    return np.where(is_fatal, died_at, played), is_fatal


def _beginning(stream: np.random.Generator, sessions: Sessions, startup: Ints, starts: Flags) -> Steps:
    everyone, begun = np.arange(len(sessions)), np.flatnonzero(starts)
    request = steps_at(everyone, np.zeros(len(sessions), dtype=np.int64), (Kind.PLAY_REQUESTED, 0, 0, 0))
    first_rung = draw_rungs(stream, sessions.stalls_per_hour[begun])
    picture = steps_at(
        begun,
        np.zeros(len(begun), dtype=np.int64),
        (Kind.PLAYING, startup[begun], 0, 0),
        (Kind.QUALITY_CHANGED, 0, 0, first_rung),
    )
    return join_steps([request, picture])


def _before_end(steps: Steps, played: Ints) -> Steps:
    """Drop what would have happened after the play was over, or in one that never began."""
    keep = steps.played_ms < played[steps.session]
    return Steps(*(column[keep] for column in vars(steps).values()))


def _ending(
    stream: np.random.Generator,
    played: Ints,
    startup: Ints,
    starts: Flags,
    gives_up: Flags,
    is_fatal: Flags,
    at_runtime: Flags,
) -> Steps:
    n = len(played)
    fails = ~starts & ~gives_up
    silent = starts & ~is_fatal & ~at_runtime & (stream.random(n) < SILENT_END_SHARE)
    exits = starts & ~is_fatal & ~at_runtime & ~silent
    in_pause = exits & (stream.random(n) < STOPPED_IN_PAUSE_SHARE)
    away = np.minimum(stream.lognormal(np.log(60_000), 1.0, n), 30 * 60_000).astype(np.int64)

    def at_end(which: Flags, *events: tuple[Kind, Ints | int, Ints | int, Ints | int]) -> Steps:
        return steps_at(np.flatnonzero(which), played[which], *events)

    return join_steps(
        [
            at_end(at_runtime & ~is_fatal, (Kind.STOPPED, 0, 0, ENDED)),
            at_end(exits & ~in_pause, (Kind.STOPPED, 0, 0, EXITED)),
            at_end(in_pause, (Kind.PAUSED, 0, 0, 0), (Kind.STOPPED, away[in_pause], 0, EXITED)),
            at_end(is_fatal, (Kind.FAILED, 0, 0, 1), (Kind.STOPPED, 20, 0, ERROR)),
            # Whoever gives up has waited several times as long as others need.
            at_end(gives_up, (Kind.STOPPED, 4 * startup[gives_up], 0, EXITED)),
            at_end(fails, (Kind.FAILED, startup[fails], 0, 1), (Kind.STOPPED, 20, 0, ERROR)),
        ]
    )


def _add_up(steps: Steps, from_ms: Ints, reached_end: Flags) -> Playback:
    """Sort the steps by session and point, and add up wall time and jumps to offsets and positions."""
    # No title lasts 2^32 ms (49 days), so both fit into one number.
    order = np.argsort((steps.session << 32) | steps.played_ms, kind="stable")
    session, kind, played = steps.session[order], steps.kind[order], steps.played_ms[order]
    firsts = np.searchsorted(session, np.arange(len(from_ms)))
    wall, jump = np.cumsum(steps.wall_ms[order]), np.cumsum(steps.jump_ms[order])
    wall -= wall[firsts][session]
    jump -= jump[firsts][session]
    offset, position = played + wall, from_ms[session] + played + jump
    lasts = np.append(firsts[1:], len(session)) - 1
    # Of a seek the number to keep is where it came from; -1 where the player does not know.
    is_seek = kind == CODE[Kind.SEEKED]
    extra = steps.extra[order]
    came_from = np.where(extra == 1, position - steps.jump_ms[order], -1)
    return Playback(
        session=session,
        kind=kind,
        offset_ms=offset,
        position_ms=position,
        extra=np.where(is_seek, came_from, extra),
        duration_ms=offset[lasts] if len(from_ms) else np.zeros(0, dtype=np.int64),
        reached_end=reached_end,
    )
