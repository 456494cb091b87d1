"""The types of events, one entry each: what it needs, where it ends, and what it does to a play."""

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """Events that share fields, and end in one silver table."""

    PLAYBACK = "playback"
    SEARCH = "search"
    BROWSE = "browse"
    FEEDBACK = "feedback"
    REACTION = "reaction"


@dataclass(frozen=True)
class EventType:
    """One type of event, and how the play stands after it.

    `needs`: the fields that an event of this type cannot be without, beside those that every event has.
    `is_playing`, `is_paused`, `is_stalled`: from here on the media clock runs, is paused, waits; null: as before.
    `is_ad`: from here on an ad is shown, or none; null: as before.
    `jumps`: it puts the media clock somewhere else.
    `shows`: where a player tells of it, there is a picture; the others may be told before there is one.
    """

    name: str
    family: Family
    needs: frozenset[str]
    is_playing: bool | None = None
    is_paused: bool | None = None
    is_stalled: bool | None = None
    is_ad: bool | None = None
    jumps: bool = False
    shows: bool = False


_OF_A_PLAY = frozenset({"session_id", "title_id", "position_ms"})
_OF_A_TITLE = frozenset({"title_id"})
_OF_A_QUERY = frozenset({"details.query"})
_OF_A_REACTION = frozenset({"details.valence", "details.arousal"})


def _playback(
    name: str,
    is_playing: bool | None = None,
    is_paused: bool | None = None,
    is_stalled: bool | None = None,
    is_ad: bool | None = None,
    jumps: bool = False,
    shows: bool = False,
) -> EventType:
    return EventType(name, Family.PLAYBACK, _OF_A_PLAY, is_playing, is_paused, is_stalled, is_ad, jumps, shows)


# In the order in which they follow each other where they tell of one moment. Where their lines stood says nothing:
# files may be split in any way.
EVENT_TYPES = (
    _playback("play_requested", is_playing=False, is_paused=False, is_ad=False, jumps=True),
    _playback("paused", is_playing=False, is_paused=True, is_stalled=False, shows=True),
    _playback("seeked", jumps=True, shows=True),
    _playback("buffering_started", is_stalled=True),
    _playback("buffering_ended", is_stalled=False),
    # The clock of the content stands in a break; what comes after it says whether it runs again.
    _playback("ad_break_started", is_playing=False, is_ad=True),
    _playback("ad_started", is_ad=True),
    _playback("ad_skipped", is_ad=False),
    _playback("ad_completed", is_ad=False),
    _playback("ad_break_ended", is_ad=False),
    _playback("playing", is_playing=True, is_paused=False, is_stalled=False, is_ad=False, shows=True),
    _playback("rate_changed"),
    _playback("quality_changed"),
    _playback("heartbeat", shows=True),
    _playback("failed"),
    _playback("stopped", is_playing=False, is_paused=False, is_stalled=False, is_ad=False, shows=True),
    EventType("searched", Family.SEARCH, _OF_A_QUERY),
    EventType("search_result_opened", Family.SEARCH, _OF_A_QUERY | _OF_A_TITLE),
    EventType("title_shown", Family.BROWSE, _OF_A_TITLE),
    EventType("rated", Family.FEEDBACK, _OF_A_TITLE),
    EventType("list_added", Family.FEEDBACK, _OF_A_TITLE),
    EventType("list_removed", Family.FEEDBACK, _OF_A_TITLE),
    EventType("reaction_sampled", Family.REACTION, _OF_A_REACTION),
)

EVENT_TYPE_NAMES = tuple(kind.name for kind in EVENT_TYPES)
FAMILY_OF_TYPE = {kind.name: kind.family for kind in EVENT_TYPES}


def types_of_family(family: Family) -> tuple[EventType, ...]:
    return tuple(kind for kind in EVENT_TYPES if kind.family is family)


def types_that_need(field: str) -> frozenset[str]:
    """The names of the types whose events cannot be without the field."""
    return frozenset(kind.name for kind in EVENT_TYPES if field in kind.needs)
