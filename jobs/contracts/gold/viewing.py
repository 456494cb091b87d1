"""What was watched: the sessions, and what they say of titles and of hours."""

from jobs.contracts import columns as c
from jobs.contracts.promises import Between, at_least, never_negative, share
from jobs.contracts.silver import REACTIONS, TITLES
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.contracts.table import Column, Input, Layer, Privacy, Table

# The last heartbeat of a play may be a little behind the title's stated runtime; twice it is another title.
LARGEST_COMPLETION_RATIO = 2.0
# Short enough to show a scene, long enough that a title has hundreds of them and not thousands.
MOMENT_SECONDS = 10
# Of a title whose runtime nobody states, moments are counted up to here: what is longer is streamed in parts, and one
# seek to the end of a week would be 60,000 of them.
LONGEST_UNSTATED_SECONDS = 12 * 3600
# Who goes on with a title later than this begins it anew: the 28 days in which services count a view (tables.md).
WITHIN_DAYS = 28
# Netflix's list of its most popular titles counts the views of a title's first 91 days: thirteen weeks.
FIRST_DAYS = 91
_MOMENT_START_SECONDS = Column("moment_start_seconds", "bigint", "Where in the title it begins", unit="seconds")


VIEWING_SESSIONS = Table(
    layer=Layer.GOLD,
    name="viewing_sessions",
    row="one play: what one viewer saw of one title under one session id",
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
        c.PLAYING_SECONDS,
        c.AD_SECONDS,
        c.PAUSED_SECONDS,
        c.BUFFERING_SECONDS,
        c.STALLED_SECONDS,
        c.SEEK_STALLED_SECONDS,
        c.STALL_COUNT,
        c.WATCHED_BEFORE_STALL_SECONDS,
        c.IS_REQUESTED,
        c.IS_STARTED,
        c.IS_FAILED,
        c.STARTUP_SECONDS,
        c.SEEK_FORWARD_COUNT,
        c.SEEK_BACK_COUNT,
        c.RUNTIME_SECONDS,
        c.COMPLETION_RATIO,
        c.IS_COMPLETED,
        c.IS_SAMPLED,
        c.IS_PREVIEW,
        c.IS_LIVE,
        c.STOP_REASON,
        c.EVENT_COUNT,
        c.SESSION_SOURCE,
    ),
    # What goes on under the same id more than a day later is another session.
    key=("session_id", "profile_key", "title_id", "session_date"),
    partitioned_by=("session_date",),
    required=frozenset({"started_at", "watched_seconds", "unique_watched_seconds", "is_sampled", "is_preview"}),
    promises=(
        *never_negative("unique_watched_seconds", "playing_seconds", "paused_seconds", "ad_seconds"),
        *never_negative("stalled_seconds", "startup_seconds"),
        *at_least("buffering_seconds", "stalled_seconds"),
        *at_least("watched_seconds", "unique_watched_seconds", "watched_before_stall_seconds"),
        *at_least("ended_at", "started_at"),
        *share("completion_ratio"),
    ),
)

PLAY_RANGES = Table(
    layer=Layer.GOLD,
    name="play_ranges",
    row="one range of media of one play, with what happened to it",
    columns=(
        c.SESSION_ID,
        c.PROFILE_KEY,
        c.TITLE_ID,
        c.SESSION_DATE,
        Column("range_number", "int", "Of the ranges of a play, in the order of what, from_ms and to_ms"),
        Column(
            "what",
            "string",
            "played, rewatched, skipped, rewound, paused, stalled, ad, or left: where the play ended",
            Privacy.BEHAVIOUR,
        ),
        Column("from_ms", "bigint", "Media clock; null of live titles", Privacy.BEHAVIOUR, unit="ms"),
        Column("to_ms", "bigint", "Media clock; null of live titles", Privacy.BEHAVIOUR, unit="ms"),
        Column("seconds", "double", "Wall clock", Privacy.BEHAVIOUR, unit="seconds"),
    ),
    key=("session_id", "profile_key", "title_id", "session_date", "range_number"),
    partitioned_by=("session_date",),
    required=frozenset({"what", "seconds"}),
    promises=(
        *never_negative("seconds"),
        *at_least("to_ms", "from_ms"),
    ),
)

TITLE_PROGRESS = Table(
    layer=Layer.GOLD,
    name="title_progress",
    row="what one viewer had seen of one title by the end of one UTC date on which they played it, in 28 days",
    columns=(
        c.SESSION_DATE,
        c.PROFILE_KEY,
        c.TITLE_ID,
        Column(
            "first_date",
            "date",
            "Of the plays in the 28 days up to session_date, the first one's",
            Privacy.BEHAVIOUR,
            purposes=c.COMPLETION_RATIO.purposes,
        ),
        Column(
            "seen_seconds",
            "double",
            "Length of the union of what they played in these days, and what was only reported, up to the "
            "runtime; null: only reports of far more than that",
            Privacy.BEHAVIOUR,
            unit="seconds",
            purposes=c.COMPLETION_RATIO.purposes,
        ),
        c.COMPLETION_RATIO,
        c.FURTHEST_SECONDS,
        Column(
            "completed_date",
            "date",
            "First of these days by whose end it was completed: 0.90 of it seen in 28 days, or its end or credits "
            "reached with two thirds seen; null: not completed",
            Privacy.BEHAVIOUR,
            purposes=c.COMPLETION_RATIO.purposes,
        ),
        Column(
            "completed_at",
            "timestamp",
            "End of the last play that began on completed_date",
            Privacy.BEHAVIOUR,
            purposes=c.COMPLETION_RATIO.purposes,
        ),
    ),
    key=("session_date", "profile_key", "title_id"),
    partitioned_by=("session_date",),
    required=frozenset({"first_date"}),
    promises=(
        *never_negative("seen_seconds"),
        *share("completion_ratio"),
        *at_least("session_date", "first_date", "completed_date"),
    ),
    reads={
        "sessions": VIEWING_SESSIONS.days(before=WITHIN_DAYS - 1),
        "ranges": PLAY_RANGES.days(before=WITHIN_DAYS - 1),
        "titles": TITLES.whole(),
        "earlier": Input(None, days_before=WITHIN_DAYS - 1),
    },
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
    promises=(
        *never_negative("watched_hours", "views"),
        *share("completed_share", "sampled_share"),
        *at_least("plays", "viewers"),
    ),
    reads={"sessions": VIEWING_SESSIONS.days(), "progress": TITLE_PROGRESS.days(), "titles": TITLES.whole()},
)

TITLE_ENGAGEMENT_WEEKLY = Table(
    layer=Layer.GOLD,
    name="title_engagement_weekly",
    row="one film, season, trailer or live title in one week, Monday to Sunday in UTC",
    columns=(
        c.WEEK_START_DATE,
        Column("ranked_id", "string", "title_id; of episodes, series and season: `series-7, season 2`"),
        Column("kind", "string", "film, season, trailer or live; episode where its series is not known"),
        Column("title_id", "string", "Null of a season"),
        Column("series_id", "string", "Series of a season"),
        Column("season_number", "int", "Null where its episodes do not say it"),
        Column("hours_viewed", "double", "Watched hours of the plays that began in the week", unit="hours"),
        c.VIEWS,
        Column("weekly_rank", "int", "Place by views among those of its kind; null where views is null"),
        Column(
            "views_91_days",
            "double",
            "Views in the title's first 91 days, as far as this week reaches; null once they are over, or unreleased",
        ),
    ),
    key=("week_start_date", "ranked_id"),
    partitioned_by=("week_start_date",),
    required=frozenset({"hours_viewed"}),
    promises=(
        *never_negative("hours_viewed", "views", "views_91_days"),
        Between("weekly_rank", least=1),
    ),
    reads={"daily": TITLE_ENGAGEMENT_DAILY.days(before=FIRST_DAYS - 1), "titles": TITLES.whole()},
)

TITLE_MOMENTS = Table(
    layer=Layer.GOLD,
    name="title_moments",
    row=f"{MOMENT_SECONDS} seconds of one title, in the plays that began on one UTC date",
    columns=(
        c.SESSION_DATE,
        c.TITLE_ID,
        _MOMENT_START_SECONDS,
        Column("plays_covering", "bigint", "Plays that showed some of it"),
        Column("rewatches", "bigint", "Times that a play showed some of it again"),
        Column("skips_over", "bigint", "Seeks forward that went over the whole of it"),
        Column("exits", "bigint", "Plays with which a viewer left in it: the last in 28 days, the title not completed"),
        Column("pauses", "bigint", "Pauses in it"),
        Column("stalls", "bigint", "Stalls in it that neither a start nor a seek caused"),
    ),
    key=("session_date", "title_id", "moment_start_seconds"),
    partitioned_by=("session_date",),
    required=frozenset({"plays_covering", "rewatches", "skips_over", "exits", "pauses", "stalls"}),
    promises=never_negative(
        "moment_start_seconds", "plays_covering", "rewatches", "skips_over", "exits", "pauses", "stalls"
    ),
    # Whether a play was an exit is known when its viewer could not go on any more.
    reads={
        "ranges": PLAY_RANGES.days(),
        "sessions": VIEWING_SESSIONS.days(after=WITHIN_DAYS - 1),
        "progress": TITLE_PROGRESS.days(),
        "titles": TITLES.whole(),
    },
)

TITLE_REACTIONS_WEEKLY = Table(
    layer=Layer.GOLD,
    name="title_reactions_weekly",
    row=f"{MOMENT_SECONDS} seconds of one title in which at least {SMALLEST_GROUP} people reacted in one week",
    columns=(
        c.WEEK_START_DATE,
        c.TITLE_ID,
        _MOMENT_START_SECONDS,
        Column("viewers", "bigint", f"Distinct profiles that reacted in it, {SMALLEST_GROUP} at least"),
        Column("valence_mean", "double", "Mean over them: -1 unpleasant to 1 pleasant", Privacy.SENSITIVE),
        Column("arousal_mean", "double", "Mean over them: 0 calm to 1 excited", Privacy.SENSITIVE),
    ),
    key=("week_start_date", "title_id", "moment_start_seconds"),
    partitioned_by=("week_start_date",),
    required=frozenset({"viewers", "valence_mean", "arousal_mean"}),
    promises=(
        *never_negative("moment_start_seconds"),
        Between("viewers", least=SMALLEST_GROUP),
        Between("valence_mean", -1, 1),
        *share("arousal_mean"),
    ),
    reads={"reactions": REACTIONS.days()},
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
    promises=(
        *never_negative("watched_hours"),
        Between("local_hour", 0, 23),
        Between("local_day_of_week", 1, 7),
        *at_least("plays", "viewers"),
    ),
    reads={"sessions": VIEWING_SESSIONS.local_days()},
)
