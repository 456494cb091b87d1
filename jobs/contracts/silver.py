"""Silver: what is true. Typed, deduplicated, pseudonyms only."""

from jobs.contracts import columns as c
from jobs.contracts.event_types import Family
from jobs.contracts.table import Column, Layer, Privacy, Purpose, Table

_LINEAGE = (c.BATCH_ID, c.LINE_NUMBER, c.PAYLOAD_HASH, c.EXTRAS)
_MOMENT = (c.EVENT_ID, c.EVENT_TYPE, c.EVENT_TIME, c.RECEIVED_TIME, c.EVENT_DATE, c.UTC_OFFSET_MINUTES)
_WHO = (c.KEY_EPOCH, c.ACCOUNT_KEY, c.PROFILE_KEY, c.DEVICE_KEY)
_WHERE = (c.DEVICE_TYPE, c.OS, c.APP_VERSION, c.NETWORK_PREFIX, c.CONNECTION_TYPE, c.COUNTRY, c.REGION)
_EVENT = (*_MOMENT, *_WHO, *_WHERE)
_EVENT_REQUIRED = frozenset(
    {"event_type", "event_time", "received_time", "key_epoch", "account_key", "profile_key", "batch_id", "line_number"}
)

PLAYBACK_EVENTS = Table(
    layer=Layer.SILVER,
    name="playback_events",
    row="one accepted playback event",
    columns=(
        *_EVENT,
        c.SESSION_ID,
        c.TITLE_ID,
        c.POSITION_MS,
        c.FROM_POSITION_MS,
        c.PLAYBACK_RATE,
        c.SESSION_OFFSET_MS,
        c.IS_AUTOPLAY,
        c.PLAY_SOURCE,
        c.BITRATE_KBPS,
        c.HEIGHT_PX,
        c.STOP_REASON,
        c.ERROR_CODE,
        c.IS_FATAL,
        c.AD_ID,
        c.AD_DURATION_MS,
        *_LINEAGE,
    ),
    key=("event_id",),
    partitioned_by=("event_date",),
    required=_EVENT_REQUIRED | {"session_id", "title_id", "position_ms"},
)

SEARCH_EVENTS = Table(
    layer=Layer.SILVER,
    name="search_events",
    row="one accepted search event",
    columns=(*_EVENT, c.TITLE_ID, c.QUERY, c.RESULT_COUNT, c.SHOWN_RANK, *_LINEAGE),
    key=("event_id",),
    partitioned_by=("event_date",),
    required=_EVENT_REQUIRED | {"query"},
)

BROWSE_EVENTS = Table(
    layer=Layer.SILVER,
    name="browse_events",
    row="one title shown to one viewer",
    columns=(*_EVENT, c.TITLE_ID, c.SHOWN_ROW, c.SHOWN_RANK, c.MODEL_VERSION, *_LINEAGE),
    key=("event_id",),
    partitioned_by=("event_date",),
    required=_EVENT_REQUIRED | {"title_id"},
)

FEEDBACK_EVENTS = Table(
    layer=Layer.SILVER,
    name="feedback_events",
    row="one rating, or one title put on or taken off a list",
    columns=(*_EVENT, c.TITLE_ID, c.RATING, c.STARS, *_LINEAGE),
    key=("event_id",),
    partitioned_by=("event_date",),
    required=_EVENT_REQUIRED | {"title_id"},
)

REACTIONS = Table(
    layer=Layer.SILVER,
    name="reactions",
    row="one reaction sample that a recorded consent covers",
    columns=(
        *_EVENT,
        c.SESSION_ID,
        c.TITLE_ID,
        c.POSITION_MS,
        Column("valence", "double", "-1 unpleasant to 1 pleasant", Privacy.SENSITIVE),
        Column("arousal", "double", "0 calm to 1 excited", Privacy.SENSITIVE),
        Column("heart_rate_bpm", "double", "Heart rate", Privacy.SENSITIVE, unit="beats/min"),
        *_LINEAGE,
    ),
    key=("event_id",),
    partitioned_by=("event_date",),
    required=_EVENT_REQUIRED,
)

QUARANTINE = Table(
    layer=Layer.SILVER,
    name="quarantine",
    row="one refused line, without its content",
    columns=(
        c.BATCH_ID,
        c.SOURCE_NAME,
        c.FEED,
        c.LINE_NUMBER,
        Column("reason", "string", "Why it was refused, as a code", purposes=(Purpose.OPERATIONS,)),
        Column("field", "string", "The field that is at fault, where it is one", purposes=(Purpose.OPERATIONS,)),
        Column("message", "string", "Why it was refused, as a sentence", purposes=(Purpose.OPERATIONS,)),
        Column("first_seen_at", "timestamp", "When it was first refused", purposes=(Purpose.OPERATIONS,)),
        Column(
            "replayed_at",
            "timestamp",
            "When a replay took it in; null while it is refused",
            purposes=(Purpose.OPERATIONS,),
        ),
    ),
    key=("batch_id", "line_number"),
    required=frozenset({"feed", "reason", "message", "first_seen_at"}),
)

REPORTED_VIEWINGS = Table(
    layer=Layer.SILVER,
    name="reported_viewings",
    row="one viewing as the source itself reports it",
    columns=(
        Column("viewing_id", "string", "Link of the importer's id of the viewing", Privacy.PSEUDONYM),
        c.KEY_EPOCH,
        c.ACCOUNT_KEY,
        c.PROFILE_KEY,
        c.STARTED_AT,
        c.SESSION_DATE,
        c.TITLE_ID,
        Column("reported_seconds", "double", "Content time as reported", Privacy.BEHAVIOUR, unit="seconds"),
        Column("bookmark_seconds", "double", "Media clock where it was left", Privacy.BEHAVIOUR, unit="seconds"),
        c.DEVICE_TYPE,
        c.COUNTRY,
        Column("supplemental_type", "string", "TRAILER, HOOK, … where it was not the title itself"),
        Column("is_autoplayed", "boolean", "Started by the player", Privacy.BEHAVIOUR),
        Column("session_id", "string", "Link of the trace of the same play, where one exists", Privacy.PSEUDONYM),
        Column("source", "string", "Who reported it", purposes=(Purpose.OPERATIONS,)),
        Column(
            "first_batch_id",
            "string",
            "SHA-256 of the file that first reported it",
            purposes=(Purpose.OPERATIONS,),
            has_own_words=True,
        ),
        c.BATCH_ID,
        c.LINE_NUMBER,
        c.RECEIVED_AT,
        c.AS_OF,
    ),
    key=("viewing_id",),
    partitioned_by=("session_date",),
    required=frozenset({"profile_key", "started_at", "title_id", "reported_seconds", "as_of"}),
)

TITLES = Table(
    layer=Layer.SILVER,
    name="titles",
    row="one title as last described",
    columns=(
        c.TITLE_ID,
        c.NAME,
        c.KIND,
        c.SERIES_ID,
        Column("season_number", "int", "Season of an episode"),
        Column("episode_number", "int", "Episode in its season"),
        c.RUNTIME_SECONDS,
        c.CREDITS_START_SECONDS,
        c.GENRES,
        Column("themes", "array<string>", "Themes of the title"),
        c.MATURITY,
        Column("release_date", "date", "First release"),
        Column("is_original", "boolean", "Made for the service"),
        Column("licence_cost", "decimal(18,2)", "Price of the licence", unit="licence_currency"),
        Column("licence_currency", "string", "ISO 4217"),
        Column("licence_start", "date", "First day it may be shown"),
        Column("licence_end", "date", "Last day it may be shown"),
        Column("licence_amortisation", "string", "straight_line or accelerated; null means the first"),
        Column("countries", "array<string>", "Where it may be shown; null means everywhere"),
        c.BATCH_ID,
        c.LINE_NUMBER,
        c.RECEIVED_AT,
        c.AS_OF,
        c.EXTRAS,
    ),
    key=("title_id",),
    required=frozenset({"name", "kind", "received_at", "as_of"}),
)

SUBSCRIPTIONS = Table(
    layer=Layer.SILVER,
    name="subscriptions",
    row="one period for which an account subscribed to one plan",
    columns=(
        c.KEY_EPOCH,
        c.ACCOUNT_KEY,
        c.ACCOUNT_LINK,
        Column("plan", "string", "Name of the plan", purposes=(Purpose.VALUATION,)),
        Column("price", "decimal(18,2)", "Price a month", unit="currency", purposes=(Purpose.VALUATION,)),
        Column("currency", "string", "ISO 4217", purposes=(Purpose.VALUATION,)),
        c.COUNTRY,
        c.STARTED_AT,
        Column("ended_at", "timestamp", "When it ended; null while it runs", Privacy.BEHAVIOUR),
        Column("end_reason", "string", "Why it ended", Privacy.BEHAVIOUR),
        c.BATCH_ID,
        c.LINE_NUMBER,
        c.RECEIVED_AT,
        c.AS_OF,
    ),
    key=("account_key", "started_at"),
    required=frozenset({"plan", "price", "currency", "received_at", "as_of"}),
)

CONSENTS = Table(
    layer=Layer.SILVER,
    name="consents",
    row="one period in which a viewer agreed to one purpose",
    columns=(
        c.KEY_EPOCH,
        c.PROFILE_KEY,
        Column("purpose", "string", "personalisation, research, marketing or reactions"),
        Column("granted_at", "timestamp", "When the viewer agreed", Privacy.BEHAVIOUR),
        Column(
            "withdrawn_at",
            "timestamp",
            "When it was last taken back, with every consent of before; null: never",
            Privacy.BEHAVIOUR,
        ),
        Column(
            "withdrawal_applied_at",
            "timestamp",
            "When all rows that needed it were gone; null before",
            purposes=(Purpose.OPERATIONS,),
        ),
        c.BATCH_ID,
        c.LINE_NUMBER,
        c.RECEIVED_AT,
        c.AS_OF,
    ),
    key=("profile_key", "purpose", "granted_at"),
    required=frozenset({"received_at", "as_of"}),
)

PROFILES = Table(
    layer=Layer.SILVER,
    name="profiles",
    row="one profile of an account as last described",
    columns=(
        c.KEY_EPOCH,
        c.PROFILE_KEY,
        c.ACCOUNT_KEY,
        Column("is_child", "boolean", "A child's profile", Privacy.BEHAVIOUR, purposes=(Purpose.PERSONALISATION,)),
        Column(
            "highest_maturity",
            "string",
            "Highest age class that it may see; null: any",
            Privacy.BEHAVIOUR,
            purposes=(Purpose.PERSONALISATION,),
        ),
        c.BATCH_ID,
        c.LINE_NUMBER,
        c.RECEIVED_AT,
        c.AS_OF,
    ),
    key=("profile_key",),
    required=frozenset({"account_key", "received_at", "as_of"}),
)

SEEN_PROFILES = Table(
    layer=Layer.SILVER,
    name="seen_profiles",
    row="one profile that a line has named with its account",
    columns=(c.KEY_EPOCH, c.PROFILE_KEY, c.PROFILE_ID_KEY),
    key=("profile_key",),
    required=frozenset({"key_epoch", "profile_id_key"}),
)

EVENT_TABLES = (PLAYBACK_EVENTS, SEARCH_EVENTS, BROWSE_EVENTS, FEEDBACK_EVENTS, REACTIONS)
REFERENCE_TABLES = (TITLES, SUBSCRIPTIONS, CONSENTS, PROFILES, REPORTED_VIEWINGS)
SILVER_TABLES = (*EVENT_TABLES, QUARANTINE, *REFERENCE_TABLES, SEEN_PROFILES)

TABLE_OF_FAMILY = {
    Family.PLAYBACK: PLAYBACK_EVENTS,
    Family.SEARCH: SEARCH_EVENTS,
    Family.BROWSE: BROWSE_EVENTS,
    Family.FEEDBACK: FEEDBACK_EVENTS,
    Family.REACTION: REACTIONS,
}
