"""What goes wrong between players and files: duplicates, late and shuffled lines, broken ones, wrong clocks."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from jobs.simulator.arrays import Flags, Ints


class Fate(IntEnum):
    """What happens to one line; at most one thing."""

    NONE = 0
    DUPLICATED = 1
    DUPLICATED_NEXT_DAY = 2
    LATE = 3
    OUT_OF_ORDER = 4
    BROKEN = 5


# How the rate of faults is split. Broken lines stay below a half of it; the rest, 0.15, is clocks.
FATE_SHARES = {
    Fate.DUPLICATED: 0.15,
    Fate.DUPLICATED_NEXT_DAY: 0.10,
    Fate.LATE: 0.20,
    Fate.OUT_OF_ORDER: 0.20,
    Fate.BROKEN: 0.20,
}
SKEWED_SHARE = 0.15
MOST_DAYS_LATE = 3
# A wrong clock is two hours behind at most and two minutes ahead: odd, but no reason to refuse an event.
SLOWEST_CLOCK_MS, FASTEST_CLOCK_MS = -2 * 60 * 60_000, 2 * 60_000
CLOCK_IS_AHEAD_SHARE = 0.3


@dataclass(frozen=True)
class Fates:
    """Of each event: its Fate, and by how many days it is late where it is."""

    fate: Ints
    days_late: Ints


def draw_fates(stream: np.random.Generator, is_skewed: Flags, rate: float) -> Fates:
    """Fates by chance. A line with a wrong clock has had its share of bad luck."""
    chances = np.cumsum([rate * share for share in FATE_SHARES.values()])
    kinds = np.array([*FATE_SHARES, Fate.NONE], dtype=np.int64)
    fate = kinds[np.searchsorted(chances, stream.random(len(is_skewed)), side="right")]
    days = stream.integers(1, MOST_DAYS_LATE + 1, len(is_skewed))
    return Fates(np.where(is_skewed, int(Fate.NONE), fate), days)


def draw_clock_skews(stream: np.random.Generator, sessions: int, rate: float) -> Ints:
    """How far the device's clock is off in each session, in ms; mostly 0."""
    is_skewed = stream.random(sessions) < rate * SKEWED_SHARE
    ahead = stream.random(sessions) < CLOCK_IS_AHEAD_SHARE
    behind_ms = stream.integers(SLOWEST_CLOCK_MS, -60_000, sessions)
    ahead_ms = stream.integers(10_000, FASTEST_CLOCK_MS, sessions)
    return np.where(is_skewed, np.where(ahead, ahead_ms, behind_ms), 0)


def break_line(stream: np.random.Generator, line: bytes) -> bytes:
    """The line, broken in one of the ways that the event contract refuses for certain."""
    return _WAYS_TO_BREAK[int(stream.integers(len(_WAYS_TO_BREAK)))](stream, line)


def _cut(stream: np.random.Generator, line: bytes) -> bytes:
    """Truncated: without its closing brace no prefix of an object is JSON."""
    return line[: int(stream.integers(len(line) // 10, len(line) * 9 // 10))] + b"\n"


def _wrong_type(stream: np.random.Generator, line: bytes) -> bytes:
    return line.replace(b'"schema_version":1', b'"schema_version":"one"', 1)


def _missing_field(stream: np.random.Generator, line: bytes) -> bytes:
    field = (b"event_id", b"event_time", b"account_id", b"profile_id")[int(stream.integers(4))]
    return re.sub(rb'"' + field + rb'":"[^"]*",', b"", line, count=1)


def _impossible_value(stream: np.random.Generator, line: bytes) -> bytes:
    """No place on earth is 100 hours ahead."""
    return re.sub(rb'"utc_offset_minutes":-?\d+', b'"utc_offset_minutes":6000', line, count=1)


_WAYS_TO_BREAK: tuple[Callable[[np.random.Generator, bytes], bytes], ...] = (
    _cut,
    _wrong_type,
    _missing_field,
    _impossible_value,
)
