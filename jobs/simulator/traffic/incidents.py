"""What interrupts a play, laid out on its played clock: the media time that has progressed since its start.

Every interruption is a few events at one point of that clock. An event says how much wall time passed since the
event before it without progress, and how far the media clock jumped. Adding these up gives every event its offset
and its position, so both clocks are consistent by construction.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from jobs.simulator.arrays import Floats, Ints, row_offsets


class Kind(StrEnum):
    """The event types that happen inside a session."""

    PLAY_REQUESTED = "play_requested"
    PLAYING = "playing"
    PAUSED = "paused"
    SEEKED = "seeked"
    BUFFERING_STARTED = "buffering_started"
    BUFFERING_ENDED = "buffering_ended"
    QUALITY_CHANGED = "quality_changed"
    HEARTBEAT = "heartbeat"
    STOPPED = "stopped"
    FAILED = "failed"
    REACTION_SAMPLED = "reaction_sampled"


KINDS = tuple(Kind)
CODE = {kind: code for code, kind in enumerate(KINDS)}

# Bitrate and height steps as adaptive streaming services publish them.
QUALITY_LADDER = ((235, 240), (750, 360), (1750, 480), (3000, 720), (5800, 1080), (16000, 2160))
HEARTBEAT_MS, HEARTBEAT_SPREAD_MS = 60_000, 400
REACTION_MS = 45_000
PAUSES_PER_HOUR, QUALITY_CHANGES_PER_HOUR, ERRORS_PER_HOUR = 0.5, 1.5, 0.02
# Seeks only in plays of ten minutes and more, in their middle: so no jump leaves the title.
SHORTEST_PLAY_WITH_SEEKS_MS, SEEKS_PER_PLAY, MOST_SEEKS = 10 * 60_000, 0.6, 3
SEEK_BACK_SHARE = 0.6
SEEK_STALL_SHARE = 0.35
FROM_POSITION_KNOWN_SHARE = 0.8


@dataclass(frozen=True)
class Steps:
    """Events by position.

    `session`, `played_ms` (point on its played clock), `kind` (position in KINDS), `wall_ms` and `jump_ms` since the
    event before it, and `extra`, a number that the kind explains.
    """

    session: Ints
    played_ms: Ints
    kind: Ints
    wall_ms: Ints
    jump_ms: Ints
    extra: Ints


def steps_at(session: Ints, played_ms: Ints, *events: tuple[Kind, Ints | int, Ints | int, Ints | int]) -> Steps:
    """The same few events, each (kind, wall_ms, jump_ms, extra), at every one of these points."""
    n = len(session)
    columns = np.empty((4, n, len(events)), dtype=np.int64)
    for i, (kind, *values) in enumerate(events):
        columns[0, :, i] = CODE[kind]
        for column, value in zip(columns[1:], values, strict=True):
            column[:, i] = value
    kinds, wall, jump, extra = columns.reshape(4, -1)
    return Steps(np.repeat(session, len(events)), np.repeat(played_ms, len(events)), kinds, wall, jump, extra)


def points_by_rate(stream: np.random.Generator, played_ms: Ints, per_hour: Floats | float) -> tuple[Ints, Ints]:
    """(session, point) of things that happen at random moments, `per_hour` of progress."""
    counts = stream.poisson(played_ms / 3_600_000 * per_hour)
    session = np.repeat(np.arange(len(counts)), counts)
    return session, 1 + (stream.random(len(session)) * (played_ms[session] - 1)).astype(np.int64)


def draw_pauses(stream: np.random.Generator, played_ms: Ints) -> Steps:
    """Pauses: half of them longer than 90 s, none longer than 40 minutes."""
    session, point = points_by_rate(stream, played_ms, PAUSES_PER_HOUR)
    lasts = np.minimum(stream.lognormal(np.log(90_000), 1.2, len(session)), 40 * 60_000).astype(np.int64)
    return steps_at(session, point, (Kind.PAUSED, 0, 0, 0), (Kind.PLAYING, lasts, 0, 0))


def draw_stalls(stream: np.random.Generator, played_ms: Ints, per_hour: Floats) -> tuple[Ints, Ints, Ints]:
    """(session, point, how long in ms) of the stalls: half of them longer than 4 s."""
    session, point = points_by_rate(stream, played_ms, per_hour)
    return session, point, 200 + stream.lognormal(np.log(4_000), 0.9, len(session)).astype(np.int64)


def draw_quality_changes(stream: np.random.Generator, played_ms: Ints, per_hour: Floats) -> Steps:
    """Changes along the way: the more stalls a network makes, the more of them, and the lower."""
    session, point = points_by_rate(stream, played_ms, QUALITY_CHANGES_PER_HOUR + per_hour)
    return steps_at(session, point, (Kind.QUALITY_CHANGED, 0, 0, draw_rungs(stream, per_hour[session])))


def draw_rungs(stream: np.random.Generator, stalls_per_hour: Floats) -> Ints:
    """Steps of the quality ladder: good networks reach the top ones."""
    top = len(QUALITY_LADDER) - 1
    return np.clip(np.round(stream.normal(4.0 - 0.6 * stalls_per_hour, 0.8)), 0, top).astype(np.int64)


def draw_errors(stream: np.random.Generator, played_ms: Ints) -> Steps:
    """Errors that playback survives; `extra` 0 says: not fatal."""
    session, point = points_by_rate(stream, played_ms, ERRORS_PER_HOUR)
    return steps_at(session, point, (Kind.FAILED, 0, 0, 0))


def regular_points(played_ms: Ints, every_ms: Ints) -> tuple[Ints, Ints]:
    """(session, point) of what recurs after each `every_ms` of progress."""
    counts = np.maximum(played_ms - 1, 0) // every_ms
    session = np.repeat(np.arange(len(counts)), counts)
    return session, (row_offsets(counts) + 1) * every_ms[session]


def draw_heartbeats(stream: np.random.Generator, played_ms: Ints) -> Steps:
    """About one a minute; each device's timer is a little off in its own way."""
    every = HEARTBEAT_MS + stream.integers(-HEARTBEAT_SPREAD_MS, HEARTBEAT_SPREAD_MS, len(played_ms))
    return steps_at(*regular_points(played_ms, every), (Kind.HEARTBEAT, 0, 0, 0))


def sample_reactions(played_ms: Ints) -> Steps:
    """Reaction samples, for the plays whose `played_ms` is given as more than 0."""
    every = np.full(len(played_ms), REACTION_MS)
    return steps_at(*regular_points(played_ms, every), (Kind.REACTION_SAMPLED, 0, 0, 0))


def draw_seeks(stream: np.random.Generator, span_ms: Ints) -> tuple[Ints, Ints]:
    """(session, jump in ms): back by 10 to 30 s, on by 10 to 90 s, for plays that cover `span_ms` of the title."""
    counts = np.minimum(stream.poisson(SEEKS_PER_PLAY, len(span_ms)), MOST_SEEKS)
    counts = np.where(span_ms >= SHORTEST_PLAY_WITH_SEEKS_MS, counts, 0)
    session = np.repeat(np.arange(len(counts)), counts)
    back, on = -10_000 * stream.integers(1, 4, len(session)), 10_000 * stream.integers(1, 10, len(session))
    return session, np.where(stream.random(len(session)) < SEEK_BACK_SHARE, back, on)


def seek_steps(stream: np.random.Generator, session: Ints, point: Ints, jump: Ints) -> Steps:
    """A seek: paused, seeked, playing; sometimes a short stall after it. `extra` 1: the player knows where it was."""
    n = len(session)
    grab, drop = stream.integers(300, 1500, n), stream.integers(100, 900, n)
    known = (stream.random(n) < FROM_POSITION_KNOWN_SHARE).astype(np.int64)
    stalls = stream.random(n) < SEEK_STALL_SHARE
    smooth = steps_at(
        session, point, (Kind.PAUSED, 0, 0, 0), (Kind.SEEKED, grab, jump, known), (Kind.PLAYING, drop, 0, 0)
    )
    refill = stream.integers(250, 2500, int(stalls.sum()))
    stall = steps_at(
        session[stalls], point[stalls], (Kind.BUFFERING_STARTED, 40, 0, 0), (Kind.BUFFERING_ENDED, refill, 0, 0)
    )
    return join_steps([smooth, stall])


def join_steps(parts: list[Steps]) -> Steps:
    """All the events; where two lie at the same point, the order of the parts holds."""
    return Steps(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("session", "played_ms", "kind", "wall_ms", "jump_ms", "extra")
        )
    )
