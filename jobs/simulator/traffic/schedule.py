"""When sessions begin, and what led to them: from the page, from a search, or from the episode before."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from jobs.simulator.arrays import Flags, Ints
from jobs.simulator.moments import epoch_ms
from jobs.simulator.traffic.incidents import CODE, Kind
from jobs.simulator.traffic.playback import ENDED, NEXT, Playback
from jobs.simulator.traffic.sessions import RIGHT_AFTER, Sessions
from jobs.simulator.world.regions import REGIONS
from jobs.simulator.world.world import World

SOURCES = ("home", "search", "continue_watching", "autoplay_next", "other")
HOME, SEARCH, CONTINUE, AUTOPLAY, OTHER = range(5)
SEARCH_SHARE, OTHER_SHARE = 0.14, 0.06
# The countdown before the next episode, and the look around between two other plays.
COUNTDOWN_MS, SHORTEST_BREAK_MS, LONGEST_BREAK_MS = 5_000, 30_000, 10 * 60_000


@dataclass(frozen=True)
class Schedule:
    """Of each session: `start_ms` since 1970, UTC, its `source` (position in SOURCES) and its clock's offset."""

    start_ms: Ints
    source: Ints
    utc_offset_minutes: Ints


def schedule(
    world: World, day: date, sessions: Sessions, playback: Playback, stream: np.random.Generator
) -> tuple[Schedule, Playback]:
    """The schedule, and the playback with `next` as the reason where an episode led on to another."""
    is_same_viewer = np.zeros(len(sessions), dtype=bool)
    is_same_viewer[1:] = sessions.profile[1:] == sessions.profile[:-1]
    is_autoplay = is_same_viewer & _leads_on(world, sessions, playback) & ~sessions.begins_on_page
    break_ms = stream.integers(SHORTEST_BREAK_MS, LONGEST_BREAK_MS, len(sessions))
    break_ms[is_autoplay] = COUNTDOWN_MS
    wish = np.where(is_autoplay, RIGHT_AFTER, sessions.wish_ms)
    local_start = _follow(is_same_viewer, wish, break_ms, playback.duration_ms)

    offsets = np.array([region.utc_offset_minutes(day) for region in REGIONS])[sessions.region]
    source = np.where(
        sessions.begins_on_page, HOME, _draw_sources(stream, sessions.is_begun(world.catalogue), is_autoplay)
    )
    leads = np.append(is_autoplay[1:], False)
    is_next = (playback.kind == CODE[Kind.STOPPED]) & (playback.extra == ENDED) & leads[playback.session]
    return (
        Schedule(epoch_ms(day) + local_start - offsets * 60_000, source, offsets),
        replace(playback, extra=np.where(is_next, NEXT, playback.extra)),
    )


def _leads_on(world: World, sessions: Sessions, playback: Playback) -> Flags:
    """Sessions whose predecessor in the list was the episode before, seen to its last second."""
    catalogue = world.catalogue
    leads_on = np.zeros(len(sessions), dtype=bool)
    before, after = sessions.title[:-1], sessions.title[1:]
    is_next_episode = (after == before + 1) & (catalogue.work_of_title[after] == catalogue.work_of_title[before])
    saw_all = playback.reached_end[:-1] & (sessions.to_ms[:-1] >= catalogue.runtime_ms[before])
    leads_on[1:] = is_next_episode & saw_all
    return leads_on


def _follow(is_same_viewer: Flags, wish: Ints, break_ms: Ints, duration_ms: Ints) -> Ints:
    """Local starts in ms after midnight: as wished, but never before the viewer's last play and a break are over."""
    ordinal = _place_in_run(is_same_viewer)
    start = np.maximum(wish, 0)
    for place in range(1, int(ordinal.max(initial=0)) + 1):
        here = np.flatnonzero(ordinal == place)
        earliest = start[here - 1] + duration_ms[here - 1] + break_ms[here]
        start[here] = np.maximum(wish[here], earliest)
    return start


def _place_in_run(continues: Flags) -> Ints:
    """0 for the first of a run, then 1, 2, ...: [False, True, True, False] gives 0 1 2 0."""
    index = np.arange(len(continues))
    return index - np.maximum.accumulate(np.where(continues, 0, index))


def _draw_sources(stream: np.random.Generator, is_begun: Flags, is_autoplay: Flags) -> Ints:
    """The rest of a film, or a later episode, is mostly found in the row of what has been begun."""
    u = stream.random(len(is_begun))
    chosen = np.where(u < SEARCH_SHARE, SEARCH, np.where(u < SEARCH_SHARE + OTHER_SHARE, OTHER, HOME))
    chosen = np.where(is_begun & (chosen == HOME), CONTINUE, chosen)
    return np.where(is_autoplay, AUTOPLAY, chosen)
