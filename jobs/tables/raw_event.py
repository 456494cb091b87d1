"""The raw event, version 1, field by field: what a player may send, and what silver refuses."""

from enum import StrEnum

from jobs.tables.raw_record import LONGEST_MEDIA_SECONDS, Kind, RawField, RawRecord


class Family(StrEnum):
    """Events that share fields, and end in one silver table."""

    PLAYBACK = "playback"
    SEARCH = "search"
    BROWSE = "browse"
    FEEDBACK = "feedback"
    REACTION = "reaction"


EVENT_TYPES: dict[str, Family] = {
    "play_requested": Family.PLAYBACK,
    "playing": Family.PLAYBACK,
    "paused": Family.PLAYBACK,
    "seeked": Family.PLAYBACK,
    "buffering_started": Family.PLAYBACK,
    "buffering_ended": Family.PLAYBACK,
    "quality_changed": Family.PLAYBACK,
    "heartbeat": Family.PLAYBACK,
    "stopped": Family.PLAYBACK,
    "failed": Family.PLAYBACK,
    "searched": Family.SEARCH,
    "search_result_opened": Family.SEARCH,
    "title_shown": Family.BROWSE,
    "rated": Family.FEEDBACK,
    "list_added": Family.FEEDBACK,
    "list_removed": Family.FEEDBACK,
    "reaction_sampled": Family.REACTION,
}

SCHEMA_VERSION = 1
# Nobody types more into a search field.
LONGEST_QUERY = 1000

_PLAYBACK = frozenset(name for name, family in EVENT_TYPES.items() if family is Family.PLAYBACK)
_TITLE = (
    _PLAYBACK
    | {name for name, family in EVENT_TYPES.items() if family in (Family.FEEDBACK, Family.BROWSE)}
    | {"search_result_opened"}
)
_SEARCH = frozenset({"searched", "search_result_opened"})
_REACTION = frozenset({"reaction_sampled"})

_LONGEST_MEDIA_MS = LONGEST_MEDIA_SECONDS * 1000

RAW_EVENT = RawRecord(
    feed="events",
    fields=(
        RawField("event_id", Kind.STRING, required=True, pattern=r"^[A-Za-z0-9_-]{8,64}\z"),
        RawField("event_type", Kind.STRING, required=True, allowed=tuple(EVENT_TYPES)),
        RawField("schema_version", Kind.INTEGER, required=True, minimum=SCHEMA_VERSION, maximum=SCHEMA_VERSION),
        RawField("event_time", Kind.TIMESTAMP, required=True),
        RawField("received_time", Kind.TIMESTAMP),
        RawField("utc_offset_minutes", Kind.INTEGER, minimum=-840, maximum=840),
        RawField("account_id", Kind.STRING, required=True, is_label=True),
        RawField("profile_id", Kind.STRING, required=True, is_label=True),
        RawField("session_id", Kind.STRING, required_for=_PLAYBACK, is_label=True),
        RawField("title_id", Kind.STRING, required_for=_TITLE, is_label=True),
        RawField("position_ms", Kind.INTEGER, required_for=_PLAYBACK, minimum=0, maximum=_LONGEST_MEDIA_MS),
        RawField("session_offset_ms", Kind.INTEGER),
        RawField("device.device_id", Kind.STRING, is_label=True),
        RawField(
            "device.device_type",
            Kind.STRING,
            allowed=("tv", "phone", "tablet", "browser", "console", "stick", "other"),
        ),
        RawField("device.os", Kind.STRING, is_label=True),
        RawField("device.app_version", Kind.STRING, is_label=True),
        RawField("network.ip", Kind.STRING),
        RawField("network.connection_type", Kind.STRING, is_label=True),
        RawField("geo.country", Kind.STRING, pattern=r"^[A-Z]{2}\z"),
        RawField("geo.region", Kind.STRING, pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}\z"),
        RawField("geo.city", Kind.STRING),
        RawField("geo.latitude", Kind.NUMBER, minimum=-90, maximum=90),
        RawField("geo.longitude", Kind.NUMBER, minimum=-180, maximum=180),
        RawField("details.is_autoplay", Kind.BOOLEAN),
        RawField(
            "details.source",
            Kind.STRING,
            allowed=("home", "search", "continue_watching", "autoplay_next", "other"),
        ),
        RawField("details.from_position_ms", Kind.INTEGER, minimum=0, maximum=_LONGEST_MEDIA_MS),
        RawField("details.bitrate_kbps", Kind.INTEGER, minimum=0),
        RawField("details.height_px", Kind.INTEGER, minimum=0),
        RawField("details.reason", Kind.STRING, allowed=("ended", "exited", "next", "error")),
        RawField("details.error_code", Kind.STRING, is_label=True),
        RawField("details.is_fatal", Kind.BOOLEAN),
        RawField("details.query", Kind.STRING, required_for=_SEARCH, pattern=rf"(?s)^.{{0,{LONGEST_QUERY}}}\z"),
        RawField("details.result_count", Kind.INTEGER, minimum=0),
        RawField("details.row", Kind.STRING, is_label=True),
        RawField("details.rank", Kind.INTEGER, minimum=1),
        RawField("details.rating", Kind.STRING, allowed=("thumbs_down", "thumbs_up", "two_thumbs_up")),
        RawField("details.stars", Kind.NUMBER, minimum=0.5, maximum=5.0),
        RawField("details.valence", Kind.NUMBER, required_for=_REACTION, minimum=-1, maximum=1),
        RawField("details.arousal", Kind.NUMBER, required_for=_REACTION, minimum=0, maximum=1),
        RawField("details.heart_rate_bpm", Kind.NUMBER, minimum=20, maximum=250),
    ),
)
