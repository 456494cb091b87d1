"""Every column that more than one table, or a reader, meets: defined here once and used by name."""

from jobs.contracts.table import Column, Privacy, Purpose

_PERSONAL = (Purpose.ANALYTICS, Purpose.PERSONALISATION)
_RUN = (Purpose.OPERATIONS,)

# --- where a row came from -----------------------------------------------------------------------------------
BATCH_ID = Column("batch_id", "string", "SHA-256 of the file that the row came in", purposes=_RUN, has_own_words=True)
SOURCE_NAME = Column("source_name", "string", "Name of that file, made safe to show", purposes=_RUN)
LINE_NUMBER = Column("line_number", "bigint", "Line of that file, counted from 1", purposes=_RUN)
LINE = Column("line", "binary", "The line, byte for byte; null where it was too long to keep", Privacy.IDENTIFIER)
LINE_BYTES = Column("line_bytes", "bigint", "Length of the line", unit="bytes", purposes=_RUN)
FEED = Column("feed", "string", "Which kind of reference data the line is", purposes=_RUN, has_own_words=True)
RECEIVED_AT = Column("received_at", "timestamp", "When the file was taken in", purposes=_RUN)
AS_OF = Column(
    "as_of", "timestamp", "When the source had it so; where the feed does not say, when it was taken in", purposes=_RUN
)
INGEST_DATE = Column("ingest_date", "date", "UTC date of received_at", purposes=_RUN)
PAYLOAD_HASH = Column(
    "payload_hash",
    "bigint",
    "Keyed hash of what the event says, without who, when it came, and what is sensitive",
    Privacy.QUASI_IDENTIFIER,
)
EXTRAS = Column(
    "extras", "string", "Names and types of fields that the contract does not know, as JSON", Privacy.SENSITIVE
)

# --- who: pseudonyms only ------------------------------------------------------------------------------------
KEY_EPOCH = Column("key_epoch", "int", "Which pseudonym key made the keys of this row", purposes=_RUN)
ACCOUNT_KEY = Column("account_key", "string", "Pseudonym of the paying account", Privacy.PSEUDONYM)
ACCOUNT_LINK = Column(
    "account_link",
    "string",
    "Link of the paying account, which no epoch changes; null where it is not known",
    Privacy.PSEUDONYM,
)
PROFILE_KEY = Column(
    "profile_key", "string", "Pseudonym of one viewer: a profile of an account", Privacy.PSEUDONYM, purposes=_PERSONAL
)
PROFILE_ID_KEY = Column(
    "profile_id_key",
    "string",
    "Pseudonym of the profile's id without its account, as consents may name it",
    Privacy.PSEUDONYM,
)
DEVICE_KEY = Column("device_key", "string", "Pseudonym of one device", Privacy.PSEUDONYM)
NETWORK_PREFIX = Column("network_prefix", "string", "IPv4 /24 or IPv6 /48", Privacy.QUASI_IDENTIFIER, purposes=_RUN)
CONNECTION_TYPE = Column("connection_type", "string", "How the device was connected", Privacy.BEHAVIOUR)

# --- when -----------------------------------------------------------------------------------------------------
EVENT_ID = Column("event_id", "string", "Link of the player's own id of the event", Privacy.PSEUDONYM)
EVENT_TYPE = Column("event_type", "string", "What happened", has_own_words=True)
EVENT_TIME = Column("event_time", "timestamp", "When it happened, on the device's clock", Privacy.BEHAVIOUR)
RECEIVED_TIME = Column("received_time", "timestamp", "When the collector took it", Privacy.BEHAVIOUR)
EVENT_DATE = Column("event_date", "date", "UTC date of event_time")
UTC_OFFSET_MINUTES = Column("utc_offset_minutes", "int", "Viewer's local offset", Privacy.BEHAVIOUR, unit="minutes")
SESSION_DATE = Column("session_date", "date", "UTC date on which the session began, by the device's own clock")
WEEK_START_DATE = Column("week_start_date", "date", "Monday of the week")
MONTH_START_DATE = Column("month_start_date", "date", "First day of the month")
LOCAL_DAY_OF_WEEK = Column("local_day_of_week", "int", "1 is Monday, 7 is Sunday, on the viewer's clock")
LOCAL_HOUR = Column("local_hour", "int", "Hour 0 to 23 on the viewer's clock")
AS_OF_DATE = Column("as_of_date", "date", "Nothing from after this date went into the row")
MODEL_VERSION = Column(
    "model_version",
    "string",
    "Version in the registry of the model that the row is from; else the name of what stands in for one, or null",
    purposes=_RUN,
)

# --- where and on what ----------------------------------------------------------------------------------------
COUNTRY = Column("country", "string", "ISO 3166-1 alpha-2", Privacy.QUASI_IDENTIFIER)
REGION = Column("region", "string", "ISO 3166-2", Privacy.QUASI_IDENTIFIER)
DEVICE_TYPE = Column("device_type", "string", "tv, phone, tablet, browser, console, stick, other", Privacy.BEHAVIOUR)
OS = Column("os", "string", "Operating system of the device", Privacy.QUASI_IDENTIFIER)
APP_VERSION = Column("app_version", "string", "Version of the player", Privacy.QUASI_IDENTIFIER)

# --- titles ---------------------------------------------------------------------------------------------------
TITLE_ID = Column("title_id", "string", "A film or one episode", purposes=_PERSONAL)
NAME = Column("name", "string", "Title as the service shows it")
KIND = Column("kind", "string", "film, episode, trailer or live")
MATURITY = Column("maturity", "string", "Age class")
SERIES_ID = Column("series_id", "string", "Series of an episode")
RUNTIME_SECONDS = Column("runtime_seconds", "double", "Length of the title", unit="seconds")
# What stands where a title has none.
UNLABELLED = "unknown"
CREDITS_START_SECONDS = Column("credits_start_seconds", "double", "Where the credits begin", unit="seconds")
GENRES = Column("genres", "array<string>", "Genres of the title", purposes=_PERSONAL)

# --- playback -------------------------------------------------------------------------------------------------
SESSION_ID = Column(
    "session_id", "string", "Link of the player's id of a play; its viewer and title belong to it", Privacy.PSEUDONYM
)
POSITION_MS = Column("position_ms", "bigint", "The media clock", Privacy.BEHAVIOUR, unit="ms")
FROM_POSITION_MS = Column("from_position_ms", "bigint", "Media clock before a seek", Privacy.BEHAVIOUR, unit="ms")
PLAYBACK_RATE = Column(
    "playback_rate", "double", "How fast the media clock runs from then on; null: not known", Privacy.BEHAVIOUR
)
SESSION_OFFSET_MS = Column(
    "session_offset_ms", "bigint", "Device's monotonic clock since the session began", Privacy.BEHAVIOUR, unit="ms"
)
IS_AUTOPLAY = Column("is_autoplay", "boolean", "Started by the player, not the viewer", Privacy.BEHAVIOUR)
PLAY_SOURCE = Column("play_source", "string", "Where in the player the play began", Privacy.BEHAVIOUR)
BITRATE_KBPS = Column("bitrate_kbps", "bigint", "Bitrate changed to", unit="kbit/s", purposes=_RUN)
HEIGHT_PX = Column("height_px", "bigint", "Picture height changed to", unit="pixels", purposes=_RUN)
STOP_REASON = Column("stop_reason", "string", "ended, exited, next or error", Privacy.BEHAVIOUR)
ERROR_CODE = Column("error_code", "string", "The player's error code", purposes=_RUN)
IS_FATAL = Column("is_fatal", "boolean", "The failure ended the play", purposes=_RUN)
AD_ID = Column("ad_id", "string", "Advertisement that was shown", Privacy.BEHAVIOUR)
AD_DURATION_MS = Column("ad_duration_ms", "bigint", "Length of the advertisement", unit="ms")

# --- search, browse, feedback ---------------------------------------------------------------------------------
QUERY = Column("query", "string", "Search text without e-mail, phone or card numbers", Privacy.SENSITIVE)
RESULT_COUNT = Column("result_count", "bigint", "Results shown")
SHOWN_ROW = Column("shown_row", "string", "Row of the page in which the title was shown")
SHOWN_RANK = Column("shown_rank", "bigint", "Place of the title in its row or result list, from 1")
RATING = Column("rating", "string", "thumbs_down, thumbs_up or two_thumbs_up", Privacy.BEHAVIOUR, purposes=_PERSONAL)
STARS = Column("stars", "double", "0.5 to 5.0", Privacy.BEHAVIOUR, unit="stars", purposes=_PERSONAL)

# --- engagement -----------------------------------------------------------------------------------------------
STARTED_AT = Column("started_at", "timestamp", "When the play was requested", Privacy.BEHAVIOUR)
ENDED_AT = Column("ended_at", "timestamp", "Time of the session's last event", Privacy.BEHAVIOUR)
WATCHED_SECONDS = Column(
    "watched_seconds",
    "double",
    "Progress of the media clock that no seek explains, as far as time and rate allow; of live titles, wall clock",
    Privacy.BEHAVIOUR,
    unit="seconds",
    purposes=_PERSONAL,
)
UNIQUE_WATCHED_SECONDS = Column(
    "unique_watched_seconds",
    "double",
    "Length of the union of the played intervals",
    Privacy.BEHAVIOUR,
    unit="seconds",
)
FURTHEST_SECONDS = Column(
    "furthest_seconds",
    "double",
    "Furthest place that was played",
    Privacy.BEHAVIOUR,
    unit="seconds",
    purposes=_PERSONAL,
)
PLAYING_SECONDS = Column("playing_seconds", "double", "Wall clock while playing", Privacy.BEHAVIOUR, unit="seconds")
AD_SECONDS = Column(
    "ad_seconds", "double", "Wall clock in ads, no part of the others", Privacy.BEHAVIOUR, unit="seconds"
)
IS_PREVIEW = Column(
    "is_preview",
    "boolean",
    "Played by itself while somebody browsed, under 120 s: no play elsewhere",
    Privacy.BEHAVIOUR,
)
IS_LIVE = Column("is_live", "boolean", "A live title, or a clock like one: nothing is completed", Privacy.BEHAVIOUR)
PAUSED_SECONDS = Column("paused_seconds", "double", "Time paused", Privacy.BEHAVIOUR, unit="seconds")
BUFFERING_SECONDS = Column(
    "buffering_seconds",
    "double",
    "Time waiting; from one event to the next, up to 5 minutes",
    Privacy.BEHAVIOUR,
    unit="seconds",
)
STALLED_SECONDS = Column(
    "stalled_seconds", "double", "Of it, what neither a start nor a seek caused", Privacy.BEHAVIOUR, unit="seconds"
)
SEEK_STALLED_SECONDS = Column(
    "seek_stalled_seconds", "double", "Of it, what seeks caused", Privacy.BEHAVIOUR, unit="seconds"
)
STALL_COUNT = Column("stall_count", "int", "Stalls that neither a start nor a seek caused", Privacy.BEHAVIOUR)
WATCHED_BEFORE_STALL_SECONDS = Column(
    "watched_before_stall_seconds",
    "double",
    "Of watched_seconds, those before the first of these; null where there was none",
    Privacy.BEHAVIOUR,
    unit="seconds",
)
IS_REQUESTED = Column("is_requested", "boolean", "The viewer asked for it", Privacy.BEHAVIOUR)
IS_STARTED = Column("is_started", "boolean", "A picture came", Privacy.BEHAVIOUR)
IS_FAILED = Column("is_failed", "boolean", "An error ended it", Privacy.BEHAVIOUR)
STARTUP_SECONDS = Column(
    "startup_seconds",
    "double",
    "Last request before the first picture to it, without pauses and ads; null over 300 s",
    Privacy.BEHAVIOUR,
    unit="seconds",
)
SEEK_FORWARD_COUNT = Column("seek_forward_count", "int", "Skips ahead", Privacy.BEHAVIOUR)
SEEK_BACK_COUNT = Column("seek_back_count", "int", "Rewinds", Privacy.BEHAVIOUR)
EVENT_COUNT = Column("event_count", "int", "Events that the session is made of", Privacy.BEHAVIOUR)
COMPLETION_RATIO = Column(
    "completion_ratio",
    "double",
    "Seconds seen once / runtime, at most 1; null where over 2 and of live titles",
    Privacy.BEHAVIOUR,
    purposes=_PERSONAL,
)
IS_COMPLETED = Column(
    "is_completed",
    "boolean",
    "0.90 of it seen in this play, or its end or credits reached with two thirds seen",
    Privacy.BEHAVIOUR,
)
IS_SAMPLED = Column("is_sampled", "boolean", "Watched for less than 120 s", Privacy.BEHAVIOUR)
SESSION_SOURCE = Column("session_source", "string", "events, or reported where no trace exists")
PLAYS = Column("plays", "bigint", "Sessions with any progress, without previews")
VIEWERS = Column("viewers", "bigint", "Distinct profiles among them")
VIEWERS_SKETCH = Column("viewers_sketch", "binary", "Theta sketch of the viewers, to merge rows", Privacy.PSEUDONYM)
WATCHED_HOURS = Column("watched_hours", "double", "Watched seconds / 3600", unit="hours")
VIEWS = Column("views", "double", "Watched hours / runtime hours; null where the runtime is unknown")
COMPLETION_RATIO_MEAN = Column("completion_ratio_mean", "double", "Mean of what each viewer has seen of each title")
COMPLETED_SHARE = Column("completed_share", "double", "Viewers who have completed it / those of whom that is known")
SAMPLED_SHARE = Column(
    "sampled_share", "double", "Viewers who have seen less than 120 s of it / viewers; null of trailers"
)
IS_LISTED = Column(
    "is_listed",
    "boolean",
    "Put on the viewer's list (true) or taken off it (false), the last of the day; null without either",
    Privacy.BEHAVIOUR,
    purposes=_PERSONAL,
)
RATING_SCORE = Column(
    "rating_score",
    "double",
    "Last rating on a scale from -1 (dislike) to 1",
    Privacy.BEHAVIOUR,
    purposes=_PERSONAL,
)
