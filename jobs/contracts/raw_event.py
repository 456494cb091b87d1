"""The raw event, version 1, field by field: what a player may send, and what silver refuses."""

from jobs.contracts.event_types import EVENT_TYPE_NAMES, types_that_need
from jobs.contracts.raw_record import LONGEST_MEDIA_SECONDS, Kind, RawField, RawRecord

SCHEMA_VERSION = 1
# Nobody types more into a search field.
LONGEST_QUERY = 1000
# Players offer up to four times; sixteen leaves room for what a remote control does.
FASTEST_RATE = 16
# Players keep events while they are offline; what comes later than this is not taken in.
LAST_ARRIVAL_DAYS = 30
# The longest advertisement is a matter of minutes.
_LONGEST_AD_MS = 24 * 3600 * 1000
_LONGEST_MEDIA_MS = LONGEST_MEDIA_SECONDS * 1000
# Of live titles players send what they have: behind the live edge, or a date in milliseconds. Only beside the title can
# anybody say what a position means.
_EARLIEST_POSITION_MS, _LATEST_POSITION_MS = -_LONGEST_MEDIA_MS, 253_402_300_799_999


def _position(path: str) -> RawField:
    return RawField(
        path,
        Kind.INTEGER,
        required_for=types_that_need(path),
        minimum=_EARLIEST_POSITION_MS,
        maximum=_LATEST_POSITION_MS,
    )


def _label(path: str, column: str | None = None, is_free: bool = False) -> RawField:
    return RawField(
        path, Kind.STRING, required_for=types_that_need(path), is_label=True, is_free=is_free, column=column
    )


RAW_EVENT = RawRecord(
    feed="events",
    fields=(
        RawField("event_id", Kind.STRING, required=True, pattern=r"[A-Za-z0-9_-]{8,64}"),
        RawField("event_type", Kind.STRING, required=True, allowed=EVENT_TYPE_NAMES, unlisted="unknown_event_type"),
        RawField("schema_version", Kind.INTEGER, required=True, minimum=SCHEMA_VERSION, maximum=SCHEMA_VERSION),
        RawField("event_time", Kind.TIMESTAMP, required=True),
        RawField("received_time", Kind.TIMESTAMP),
        RawField("utc_offset_minutes", Kind.INTEGER, minimum=-840, maximum=840),
        RawField("account_id", Kind.STRING, required=True, is_label=True),
        RawField("profile_id", Kind.STRING, required=True, is_label=True),
        _label("session_id"),
        _label("title_id"),
        _position("position_ms"),
        RawField("playback_rate", Kind.NUMBER, above=0, maximum=FASTEST_RATE),
        RawField("session_offset_ms", Kind.INTEGER),
        _label("device.device_id"),
        RawField(
            "device.device_type",
            Kind.STRING,
            allowed=("tv", "phone", "tablet", "browser", "console", "stick", "other"),
        ),
        _label("device.os"),
        _label("device.app_version"),
        RawField("network.ip", Kind.STRING),
        _label("network.connection_type", is_free=True),
        RawField("geo.country", Kind.STRING, pattern=r"[A-Z]{2}"),
        RawField("geo.region", Kind.STRING, pattern=r"[A-Z]{2}-[A-Z0-9]{1,3}"),
        RawField("geo.city", Kind.STRING),
        RawField("geo.latitude", Kind.NUMBER, minimum=-90, maximum=90),
        RawField("geo.longitude", Kind.NUMBER, minimum=-180, maximum=180),
        RawField("details.is_autoplay", Kind.BOOLEAN),
        RawField(
            "details.source",
            Kind.STRING,
            allowed=("home", "search", "continue_watching", "autoplay_next", "preview", "browse", "other"),
            column="play_source",
        ),
        _position("details.from_position_ms"),
        RawField("details.bitrate_kbps", Kind.INTEGER, minimum=0),
        RawField("details.height_px", Kind.INTEGER, minimum=0),
        RawField("details.reason", Kind.STRING, allowed=("ended", "exited", "next", "error"), column="stop_reason"),
        _label("details.error_code", is_free=True),
        RawField("details.is_fatal", Kind.BOOLEAN),
        _label("details.ad_id"),
        RawField("details.ad_duration_ms", Kind.INTEGER, minimum=0, maximum=_LONGEST_AD_MS),
        RawField("details.query", Kind.STRING, required_for=types_that_need("details.query"), longest=LONGEST_QUERY),
        RawField("details.result_count", Kind.INTEGER, minimum=0),
        _label("details.row", column="shown_row", is_free=True),
        RawField("details.rank", Kind.INTEGER, minimum=1, column="shown_rank"),
        _label("details.model_version"),
        RawField("details.rating", Kind.STRING, allowed=("thumbs_down", "thumbs_up", "two_thumbs_up")),
        RawField("details.stars", Kind.NUMBER, minimum=0.5, maximum=5.0),
        RawField(
            "details.valence", Kind.NUMBER, required_for=types_that_need("details.valence"), minimum=-1, maximum=1
        ),
        RawField("details.arousal", Kind.NUMBER, required_for=types_that_need("details.arousal"), minimum=0, maximum=1),
        RawField("details.heart_rate_bpm", Kind.NUMBER, minimum=20, maximum=250),
    ),
)
