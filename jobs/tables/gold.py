"""Gold: what it is good for."""

from jobs.tables import columns as c
from jobs.tables.contract import Column, Layer, Privacy, Purpose, Table

_PERSONALISATION = (Purpose.PERSONALISATION,)
_RUN = (Purpose.OPERATIONS,)
# The last heartbeat of a play may be a little behind the title's stated runtime; twice it is another title.
LARGEST_COMPLETION_RATIO = 2.0
_PUBLISHED_AT = Column("published_at", "timestamp", "When all of gold showed it", purposes=_RUN)

VIEWING_SESSIONS = Table(
    layer=Layer.GOLD,
    name="viewing_sessions",
    row="one session: one play of one title on one device",
    columns=(
        c.SESSION_ID,
        c.ACCOUNT_KEY,
        c.PROFILE_KEY,
        c.TITLE_ID,
        c.STARTED_AT,
        c.ENDED_AT,
        c.SESSION_DATE,
        c.UTC_OFFSET_MINUTES,
        c.DEVICE_TYPE,
        c.OS,
        c.APP_VERSION,
        c.COUNTRY,
        c.REGION,
        c.PLAY_SOURCE,
        c.IS_AUTOPLAY,
        c.WATCHED_SECONDS,
        c.UNIQUE_WATCHED_SECONDS,
        c.PAUSED_SECONDS,
        c.BUFFERING_SECONDS,
        c.STARTUP_SECONDS,
        c.SEEK_FORWARD_COUNT,
        c.SEEK_BACK_COUNT,
        c.RUNTIME_SECONDS,
        c.COMPLETION_RATIO,
        c.IS_COMPLETED,
        c.IS_SAMPLED,
        c.STOP_REASON,
        c.EVENT_COUNT,
        c.SESSION_SOURCE,
    ),
    # What goes on under the same id more than a day later is another session.
    key=("session_id", "session_date"),
    partitioned_by=("session_date",),
    required=frozenset(
        {"profile_key", "title_id", "started_at", "watched_seconds", "unique_watched_seconds", "is_sampled"}
    ),
)

TITLE_ENGAGEMENT_DAILY = Table(
    layer=Layer.GOLD,
    name="title_engagement_daily",
    row="one title in one country on one UTC date",
    columns=(
        c.SESSION_DATE,
        c.TITLE_ID,
        c.COUNTRY,
        c.PLAYS,
        c.VIEWERS,
        c.VIEWERS_SKETCH,
        c.WATCHED_HOURS,
        c.VIEWS,
        c.COMPLETION_RATIO_MEAN,
        c.COMPLETED_SHARE,
        c.SAMPLED_SHARE,
    ),
    key=("session_date", "title_id", "country"),
    partitioned_by=("session_date",),
    required=frozenset({"plays", "viewers", "watched_hours"}),
)

VIEWING_CLOCK = Table(
    layer=Layer.GOLD,
    name="viewing_clock",
    row="one country, device type, local day of week and local hour, in one local week",
    columns=(
        c.WEEK_START_DATE,
        c.COUNTRY,
        c.DEVICE_TYPE,
        c.LOCAL_DAY_OF_WEEK,
        c.LOCAL_HOUR,
        c.PLAYS,
        c.VIEWERS,
        c.WATCHED_HOURS,
    ),
    key=("week_start_date", "country", "device_type", "local_day_of_week", "local_hour"),
    partitioned_by=("week_start_date",),
    required=frozenset({"plays", "viewers", "watched_hours"}),
)

INTERACTIONS = Table(
    layer=Layer.GOLD,
    name="interactions",
    row="what one viewer did with one title on one UTC date",
    columns=(
        c.SESSION_DATE,
        c.PROFILE_KEY,
        c.TITLE_ID,
        c.COUNTRY,
        c.PLAYS,
        c.WATCHED_SECONDS,
        c.COMPLETION_RATIO,
        c.IS_COMPLETED,
        c.RATING_SCORE,
    ),
    key=("session_date", "profile_key", "title_id"),
    partitioned_by=("session_date",),
    required=frozenset({"plays", "watched_seconds"}),
)

PROFILE_FEATURES = Table(
    layer=Layer.GOLD,
    name="profile_features",
    row="one viewer, as known on as_of_date",
    columns=(
        c.PROFILE_KEY,
        c.AS_OF_DATE,
        c.COUNTRY,
        Column("active_days", "bigint", "Days with a play or a rating", Privacy.BEHAVIOUR, purposes=_PERSONALISATION),
        Column("titles_played", "bigint", "Distinct titles played", Privacy.BEHAVIOUR, purposes=_PERSONALISATION),
        c.PLAYS,
        c.WATCHED_SECONDS,
        c.COMPLETION_RATIO_MEAN,
        Column(
            "genre_shares",
            "map<string,double>",
            "Share of watched time by genre; a title counts for each of its genres",
            Privacy.BEHAVIOUR,
            purposes=_PERSONALISATION,
        ),
    ),
    key=("profile_key",),
    required=frozenset({"as_of_date", "active_days", "plays", "watched_seconds"}),
)

TITLE_FEATURES = Table(
    layer=Layer.GOLD,
    name="title_features",
    row="one title, as known on as_of_date",
    columns=(
        c.TITLE_ID,
        c.AS_OF_DATE,
        c.KIND,
        c.GENRES,
        c.RUNTIME_SECONDS,
        c.PLAYS,
        c.VIEWERS,
        c.WATCHED_HOURS,
        c.COMPLETION_RATIO_MEAN,
        Column("rating_score_mean", "double", "Mean rating_score", purposes=_PERSONALISATION),
    ),
    key=("title_id",),
    required=frozenset({"as_of_date", "plays", "viewers", "watched_hours"}),
)

RECOMMENDATIONS = Table(
    layer=Layer.GOLD,
    name="recommendations",
    row="one title recommended to one viewer",
    columns=(
        c.PROFILE_KEY,
        Column("rank", "int", "Place in the viewer's list, from 1", purposes=_PERSONALISATION),
        c.TITLE_ID,
        Column("score", "double", "The model's score; comparable within one list only", purposes=_PERSONALISATION),
        Column("reason", "string", "Why, in words that a viewer understands", Privacy.BEHAVIOUR),
        Column("model_name", "string", "Registered model", purposes=_RUN),
        Column("model_version", "string", "Its version in the registry", purposes=_RUN),
        c.AS_OF_DATE,
    ),
    key=("profile_key", "rank"),
    required=frozenset({"title_id", "score", "reason", "model_name", "model_version", "as_of_date"}),
)

PUBLICATIONS = Table(
    layer=Layer.GOLD,
    name="publications",
    row="one gold table as it was last published: read it at this version, and all tables show the same files",
    columns=(
        Column("table_name", "string", "layer.table", purposes=_RUN),
        Column("delta_version", "bigint", "The Delta version that is published", purposes=_RUN),
        Column("load_id", "string", "The load that published it", purposes=_RUN),
        _PUBLISHED_AT,
    ),
    key=("table_name",),
    required=frozenset({"delta_version", "published_at"}),
)

QUALITY_RESULTS = Table(
    layer=Layer.GOLD,
    name="quality_results",
    row="one expectation judged on one load of one table",
    columns=(
        Column("load_id", "string", "The load whose candidate rows were judged", purposes=_RUN),
        Column("table_name", "string", "layer.table", purposes=_RUN),
        Column("expectation", "string", "What was expected", purposes=_RUN),
        Column("column_name", "string", "Of which column or columns", purposes=_RUN),
        Column("outcome", "string", "passed, failed or errored", purposes=_RUN),
        Column("row_count", "bigint", "Rows judged; counted only where it did not pass", purposes=_RUN),
        Column("unexpected_count", "bigint", "Rows that broke it; null where they cannot be counted", purposes=_RUN),
        Column("checked_at", "timestamp", "When it was judged", purposes=_RUN),
    ),
    key=("load_id", "table_name", "expectation", "column_name", "checked_at"),
    required=frozenset({"outcome"}),
)

BATCHES = Table(
    layer=Layer.GOLD,
    name="batches",
    row="one file: how far it got, and where its lines went",
    columns=(
        c.BATCH_ID,
        c.FEED,
        c.SOURCE_NAME,
        Column("size_bytes", "bigint", "Size of the file as it came", unit="bytes", purposes=_RUN),
        Column("line_count", "bigint", "Lines in the file", purposes=_RUN),
        Column("accepted_count", "bigint", "Lines accepted", purposes=_RUN),
        Column("quarantined_count", "bigint", "Lines refused", purposes=_RUN),
        Column("duplicate_count", "bigint", "Lines that repeat an accepted event", purposes=_RUN),
        Column("withheld_count", "bigint", "Reactions of which intake kept nothing; refused lines", purposes=_RUN),
        Column("landed_at", "timestamp", "When intake took it", purposes=_RUN),
        Column("bronze_at", "timestamp", "When its lines were in bronze", purposes=_RUN),
        Column("silver_at", "timestamp", "When its events were in silver", purposes=_RUN),
        _PUBLISHED_AT,
        Column("blocked_stage", "string", "Stage that stopped it", purposes=_RUN),
        Column("blocked_reason", "string", "Why it was stopped", purposes=_RUN),
    ),
    key=("batch_id",),
    required=frozenset({"feed", "source_name", "line_count", "landed_at"}),
)

# A run of gold publishes these together.
PUBLISHED_TOGETHER = (
    VIEWING_SESSIONS,
    TITLE_ENGAGEMENT_DAILY,
    VIEWING_CLOCK,
    INTERACTIONS,
    PROFILE_FEATURES,
    TITLE_FEATURES,
    BATCHES,
)
GOLD_TABLES = (*PUBLISHED_TOGETHER, RECOMMENDATIONS, PUBLICATIONS, QUALITY_RESULTS)
