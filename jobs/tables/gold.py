"""Gold: what it is good for."""

from dataclasses import replace

from jobs.tables import columns as c
from jobs.tables.contract import Column, Layer, Privacy, Purpose, Table

_PERSONALISATION = (Purpose.PERSONALISATION,)
_RUN = (Purpose.OPERATIONS,)
_VALUE = (Purpose.VALUATION,)
_MARKETING = (Purpose.MARKETING,)
# The last heartbeat of a play may be a little behind the title's stated runtime; twice it is another title.
LARGEST_COMPLETION_RATIO = 2.0
# Short enough to show a scene, long enough that a title has hundreds of them and not thousands.
MOMENT_SECONDS = 10
# What fewer people than this searched for is told together.
SMALLEST_GROUP = 10
_MOMENT_START_SECONDS = Column("moment_start_seconds", "bigint", "Where in the title it begins", unit="seconds")
_PUBLISHED_AT = Column("published_at", "timestamp", "When all of gold showed it", purposes=_RUN)


def _money(name: str, comment: str, type_: str = "double") -> Column:
    return Column(name, type_, comment, Privacy.BEHAVIOUR, "currency", _VALUE)


def _estimate(name: str, formula: str) -> tuple[Column, Column, Column]:
    """An amount of money, and the ends of its 95 % interval."""
    return (
        _money(name, f"Estimate: {formula}"),
        _money(f"{name}_low", "Lower end of its 95 % interval"),
        _money(f"{name}_high", "Upper end of it"),
    )


# What accounts are known by, and how far ahead their leaving is foreseen.
ACTIVITY_DAYS, HORIZON_DAYS = 28, 30
_SEGMENT_ID = Column("segment_id", "int", "Number of the segment, the largest is 1", purposes=_MARKETING)


def _mean_shares(name: str, by: str) -> Column:
    return Column(name, "map<string,double>", f"Mean share of watched time {by}", purposes=_MARKETING)


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

TITLE_ENGAGEMENT_WEEKLY = Table(
    layer=Layer.GOLD,
    name="title_engagement_weekly",
    row="one title in one week, Monday to Sunday in UTC",
    columns=(
        c.WEEK_START_DATE,
        c.TITLE_ID,
        c.KIND,
        Column("hours_viewed", "double", "Watched hours of the plays that began in the week", unit="hours"),
        c.VIEWS,
        Column("weekly_rank", "int", "Place by views among the titles of its kind; null where views is null"),
        Column(
            "views_91_days",
            "double",
            "Views in the title's first 91 days, as far as this week reaches; null once they are over, or unreleased",
        ),
    ),
    key=("week_start_date", "title_id"),
    partitioned_by=("week_start_date",),
    required=frozenset({"hours_viewed"}),
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
        Column("exits", "bigint", "Plays that ended in it, before the title was completed"),
        Column("pauses", "bigint", "Pauses in it"),
        Column("stalls", "bigint", "Stalls in it that neither a start nor a seek caused"),
    ),
    key=("session_date", "title_id", "moment_start_seconds"),
    partitioned_by=("session_date",),
    required=frozenset({"plays_covering", "rewatches", "skips_over", "exits", "pauses", "stalls"}),
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
)

EXPERIENCE_DAILY = Table(
    layer=Layer.GOLD,
    name="experience_daily",
    row="one country, device type and app version on one UTC date",
    columns=(
        c.SESSION_DATE,
        c.COUNTRY,
        c.DEVICE_TYPE,
        c.APP_VERSION,
        Column(
            "attempts", "bigint", "Plays that were asked for or came to a picture; what the next four are counted of"
        ),
        c.VIEWERS,
        Column("started_plays", "bigint", "Attempts that came to a picture"),
        Column("exits_before_start", "bigint", "Attempts that the viewer gave up before a picture"),
        Column("start_failures", "bigint", "Attempts that the player gave up before a picture"),
        Column("fatal_failures", "bigint", "Started plays that an error ended"),
        Column("startup_seconds_p50", "double", "Median time to the picture, of the started plays", unit="seconds"),
        Column("startup_seconds_p95", "double", "Nineteen of twenty started plays were faster", unit="seconds"),
        c.WATCHED_HOURS,
        Column("stalled_hours", "double", "Stalls that neither a start nor a seek caused", unit="hours"),
        Column("seek_stalled_hours", "double", "Waiting that seeks caused", unit="hours"),
        Column("rebuffer_ratio", "double", "Stalled hours / (stalled + watched hours)"),
        Column("plays_with_stall", "bigint", "Plays with a stall that neither start nor seek caused"),
        Column("exits_with_stall", "bigint", "Of plays_with_stall, those that the viewer ended"),
        Column("plays_without_stall", "bigint", "Started plays without one"),
        Column("exits_without_stall", "bigint", "Of plays_without_stall, those that the viewer ended"),
    ),
    key=("session_date", "country", "device_type", "app_version"),
    partitioned_by=("session_date",),
    required=frozenset({"attempts", "viewers", "started_plays", "watched_hours", "stalled_hours"}),
)

STALL_COST_MONTHLY = Table(
    layer=Layer.GOLD,
    name="stall_cost_monthly",
    row="one country in one month, of the plays with a stall whose title's runtime is known",
    columns=(
        c.MONTH_START_DATE,
        c.COUNTRY,
        Column("plays_with_stall", "bigint", "Plays with a stall that neither start nor seek caused"),
        Column("plays_compared", "bigint", "Of them, those that can be held against others; what the mean is of"),
        Column("viewers", "bigint", "Distinct profiles among plays_compared"),
        Column(
            "minutes_lost_mean", "double", "Estimate: how much less was watched because of the stall", unit="minutes"
        ),
        Column(
            "minutes_lost_mean_low",
            "double",
            f"Lower end of its 95 % interval; null where they are fewer than {SMALLEST_GROUP} viewers",
            unit="minutes",
        ),
        Column("minutes_lost_mean_high", "double", "Upper end of it", unit="minutes"),
    ),
    key=("month_start_date", "country"),
    partitioned_by=("month_start_date",),
    required=frozenset({"plays_with_stall", "plays_compared", "viewers"}),
)

SEARCH_DAILY = Table(
    layer=Layer.GOLD,
    name="search_daily",
    row=f"one query in one country on one UTC date; those of fewer than {SMALLEST_GROUP} viewers are one row, `OTHER`",
    columns=(
        c.EVENT_DATE,
        c.COUNTRY,
        c.QUERY,
        Column("searches", "bigint", "Searches for it; what the shares are of"),
        c.VIEWERS,
        Column("zero_result_share", "double", "Searches that found nothing"),
        Column("opened_share", "double", "Searches of which a result was opened within 10 minutes"),
        Column("played_share", "double", "Searches after which the viewer played something within 10 minutes"),
    ),
    key=("event_date", "country", "query"),
    partitioned_by=("event_date",),
    required=frozenset({"searches", "viewers", "zero_result_share", "opened_share", "played_share"}),
)

GENRE_DEMAND_DAILY = Table(
    layer=Layer.GOLD,
    name="genre_demand_daily",
    row="one genre or theme in one country on one UTC date",
    columns=(
        c.SESSION_DATE,
        c.COUNTRY,
        Column("facet", "string", "genre or theme"),
        Column("label", "string", "Which one; `unknown` for titles without"),
        Column("watched_hours", "double", "Watched hours, those of a title shared among its labels", unit="hours"),
        c.VIEWERS,
        Column("searches_without_result", "bigint", "Searches for its name that found nothing"),
        Column("supply_hours", "double", "Hours on offer, those of a title shared among its labels", unit="hours"),
        Column("demand_share", "double", "Of the watched hours of that date, country and facet"),
        Column("supply_share", "double", "Of the hours on offer on that date, in that country and facet"),
        Column("demand_supply_ratio", "double", "demand_share / supply_share; null where nothing is on offer"),
    ),
    key=("session_date", "country", "facet", "label"),
    partitioned_by=("session_date",),
    required=frozenset({"watched_hours", "viewers", "searches_without_result", "supply_hours"}),
)

HOURS_BY_DATE = Table(
    layer=Layer.GOLD,
    name="hours_by_date",
    row="what the tables say that was watched in the sessions of one UTC date",
    columns=(
        c.SESSION_DATE,
        c.WATCHED_HOURS,
        Column("titles_off_by", "double", "(Hours of its titles - those of its sessions) / (those, and 1 at least)"),
        Column("genres_off_by", "double", "The same of its genres"),
        Column("themes_off_by", "double", "The same of its themes"),
    ),
    key=("session_date",),
    required=frozenset({"watched_hours", "titles_off_by", "genres_off_by", "themes_off_by"}),
)

RETENTION_MONTHLY = Table(
    layer=Layer.GOLD,
    name="retention_monthly",
    row="those who signed up in one month for one plan, so many whole months later",
    columns=(
        Column("signup_month", "date", "First day of the month in which they signed up"),
        Column("plan", "string", "Which plan they signed up for; `all` for all of them together"),
        Column("months_since", "int", "Whole months since each of them signed up", unit="months"),
        Column("subscribers", "bigint", "Those who signed up"),
        Column("left_subscribers", "bigint", "Of them, those who are known to have left by then"),
        Column("followed_subscribers", "bigint", "Of them, those who are known to have stayed longer than that"),
        Column("kept_share", "double", "Estimated share that still subscribes then (Kaplan–Meier)"),
        Column("kept_share_low", "double", "Lower end of its 95 % interval; null where nobody left, or nobody is kept"),
        Column("kept_share_high", "double", "Upper end of it"),
        c.AS_OF_DATE,
    ),
    key=("signup_month", "plan", "months_since"),
    required=frozenset({"subscribers", "left_subscribers", "followed_subscribers", "kept_share", "as_of_date"}),
)

SUBSCRIBER_VALUE_MONTHLY = Table(
    layer=Layer.GOLD,
    name="subscriber_value_monthly",
    row="what one subscriber is worth, as estimated for one month",
    columns=(
        c.MONTH_START_DATE,
        c.ACCOUNT_KEY,
        c.AS_OF_DATE,
        c.COUNTRY,
        c.REGION,
        Column("plan", "string", "Name of the plan that was paid last", purposes=_VALUE),
        Column("whole_months_subscribed", "int", "Whole months since signing up", Privacy.BEHAVIOUR, "months", _VALUE),
        Column("currency", "string", "ISO 4217: what all money in the row is in", purposes=_VALUE),
        _money("revenue", "What they paid for the month up to as_of_date", "decimal(18,2)"),
        _money("price_value", "Price of a month of the plan"),
        Column(
            "remaining_months",
            "double",
            "Estimate: months that they go on paying, each discounted; 0 for who has left",
            Privacy.BEHAVIOUR,
            "months",
            _VALUE,
        ),
        *_estimate("direct_value", "revenue + price_value × remaining_months"),
        Column(
            "training_share", "double", "Of what was learnt from the month's viewing", Privacy.BEHAVIOUR, None, _VALUE
        ),
        *_estimate(
            "teaching_value",
            "training_share × what personal lists are worth to all; null where no model was measured",
        ),
        Column(
            "demand_hours", "double", "Hours watched of titles whose cost is known", Privacy.BEHAVIOUR, "hours", _VALUE
        ),
        *_estimate("demand_value", "their part of what these titles cost in the month, by their part of the hours"),
        *_estimate("value", "direct_value + teaching_value + demand_value, as far as they are known"),
        Column(
            "assumptions", "map<string,double>", "The settings and figures that the estimates rest on", purposes=_VALUE
        ),
    ),
    key=("month_start_date", "account_key"),
    partitioned_by=("month_start_date",),
    required=frozenset({"as_of_date", "currency", "revenue", "direct_value", "value", "assumptions"}),
)

REVENUE_BY_REGION = Table(
    layer=Layer.GOLD,
    name="revenue_by_region",
    row="the revenue of one region in one month, counted twice",
    columns=(
        c.MONTH_START_DATE,
        Column("place", "string", "Country and region"),
        Column("revenue_of_subscribers", "decimal(28,2)", "Sum over gold.subscriber_value_monthly", unit="currency"),
        Column("revenue_of_subscriptions", "decimal(28,2)", "Sum over the periods paid for", unit="currency"),
    ),
    key=("month_start_date", "place"),
    required=frozenset({"revenue_of_subscribers", "revenue_of_subscriptions"}),
)

TITLE_VALUE_MONTHLY = Table(
    layer=Layer.GOLD,
    name="title_value_monthly",
    row="one title in one country in one month in which it was played there",
    columns=(
        c.MONTH_START_DATE,
        c.TITLE_ID,
        c.COUNTRY,
        c.PLAYS,
        c.VIEWERS,
        c.WATCHED_HOURS,
        Column("demand_share", "double", "Of the hours watched in that month and country"),
        Column("completed_plays", "bigint", "Of plays, those that completed the title"),
        Column("licence_currency", "string", "ISO 4217"),
        Column(
            "monthly_licence_cost",
            "double",
            "What the title cost there in the month, so far as it is over; null where price or term is not known",
            unit="licence_currency",
            purposes=(Purpose.VALUATION,),
        ),
        Column(
            "cost_per_completed_play",
            "double",
            "monthly_licence_cost / completed_plays; null where none was",
            unit="licence_currency",
            purposes=(Purpose.VALUATION,),
        ),
        Column("first_plays", "bigint", "Of plays, those that were a new subscriber's first within 30 days"),
        Column(
            "completed_share_by_cohort",
            "map<string,double>",
            "completed_share by month of signing up, as 2026-05; `unknown` for plays without a subscription",
        ),
    ),
    key=("month_start_date", "title_id", "country"),
    partitioned_by=("month_start_date",),
    required=frozenset({"plays", "viewers", "watched_hours", "demand_share", "completed_plays", "first_plays"}),
)

HOURS_BY_MONTH = Table(
    layer=Layer.GOLD,
    name="hours_by_month",
    row="what the tables say that was watched in one country in one month",
    columns=(
        c.MONTH_START_DATE,
        c.COUNTRY,
        c.WATCHED_HOURS,
        Column("titles_off_by", "double", "(Hours of its titles - those of their dates) / (those, and 1 at least)"),
        Column("shares_off_by", "double", "What the titles' demand_share adds up to, less 1"),
    ),
    key=("month_start_date", "country"),
    required=frozenset({"watched_hours", "titles_off_by", "shares_off_by"}),
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
        c.MODEL_VERSION,
        c.AS_OF_DATE,
    ),
    key=("profile_key", "rank"),
    required=frozenset({"title_id", "score", "reason", "model_name", "model_version", "as_of_date"}),
)

AUDIENCE_SEGMENTS = Table(
    layer=Layer.GOLD,
    name="audience_segments",
    row=f"one segment: {SMALLEST_GROUP} profiles at least that agreed to marketing and watch alike",
    columns=(
        _SEGMENT_ID,
        Column(
            "name", "string", "What they watch more of than everybody segmented, when, and on what", purposes=_MARKETING
        ),
        Column("profiles", "bigint", "Profiles in it", purposes=_MARKETING),
        Column("profile_share", "double", "Of all profiles segmented", purposes=_MARKETING),
        Column("watched_hours_mean", "double", "Mean of its profiles' hours", unit="hours", purposes=_MARKETING),
        _mean_shares("genre_shares", "by genre; a title's time is shared equally among its genres"),
        _mean_shares("device_shares", "by device type"),
        _mean_shares(
            "daypart_shares", "by part of the viewer's day: night from 0, morning 6, afternoon 12, evening 18"
        ),
        Column("weekend_share", "double", "Mean share of watched time on Saturday and Sunday", purposes=_MARKETING),
        c.MODEL_VERSION,
        c.AS_OF_DATE,
    ),
    key=("segment_id",),
    required=frozenset(
        {
            *("name", "profiles", "profile_share", "watched_hours_mean"),
            *("genre_shares", "device_shares", "daypart_shares", "weekend_share", "as_of_date"),
        }
    ),
)

PROFILE_SEGMENTS = Table(
    layer=Layer.GOLD,
    name="profile_segments",
    row="one profile that agreed to marketing, and the segment that it is in: to reach groups, not to profile a person",
    columns=(
        replace(c.PROFILE_KEY, purposes=_MARKETING),
        replace(_SEGMENT_ID, privacy=Privacy.BEHAVIOUR),
        c.MODEL_VERSION,
        c.AS_OF_DATE,
    ),
    key=("profile_key",),
    required=frozenset({"segment_id", "as_of_date"}),
)

CHURN_SIGNALS = Table(
    layer=Layer.GOLD,
    name="churn_signals",
    row="one account in one month, at whose end, or so far, it subscribes",
    columns=(
        c.MONTH_START_DATE,
        c.ACCOUNT_KEY,
        c.AS_OF_DATE,
        Column(
            "days_since_last_play",
            "int",
            f"Days from the last play to as_of_date; null where there is none in {ACTIVITY_DAYS} days",
            Privacy.BEHAVIOUR,
            unit="days",
        ),
        Column("active_days_28", "int", f"Days with a play, of the last {ACTIVITY_DAYS}", Privacy.BEHAVIOUR),
        Column(
            "watched_hours_28", "double", f"Watched in the last {ACTIVITY_DAYS} days", Privacy.BEHAVIOUR, unit="hours"
        ),
        Column(
            "engagement_trend",
            "double",
            "Hours watched in the last 14 days / in the 14 before; null where there are none before",
            Privacy.BEHAVIOUR,
        ),
        Column("months_subscribed", "double", "Since the subscription began", Privacy.BEHAVIOUR, unit="months"),
        Column("plan", "string", "Plan on as_of_date"),
        Column(
            "leave_probability",
            "double",
            f"Estimate: ends the subscription within {HORIZON_DAYS} days after as_of_date; null without a model",
            Privacy.BEHAVIOUR,
        ),
        c.MODEL_VERSION,
    ),
    key=("month_start_date", "account_key"),
    partitioned_by=("month_start_date",),
    required=frozenset({"as_of_date", "active_days_28", "watched_hours_28", "months_subscribed", "plan"}),
)

PUBLICATIONS = Table(
    layer=Layer.GOLD,
    name="publications",
    row="one gold table as it was last published: those of one load, read at their versions, show the same files",
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
    row="one file that gold shows or that was stopped: how far it got, and where its lines went",
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

# Gold computes these from silver,
FROM_SILVER = (
    VIEWING_SESSIONS,
    TITLE_ENGAGEMENT_DAILY,
    VIEWING_CLOCK,
    INTERACTIONS,
    PROFILE_FEATURES,
    TITLE_FEATURES,
)
# and a run of it publishes them together with the ledger's mirror.
PUBLISHED_TOGETHER = (*FROM_SILVER, BATCHES)
# Then a run of insights, from what gold has published, these.
INSIGHTS = (
    TITLE_ENGAGEMENT_WEEKLY,
    TITLE_MOMENTS,
    TITLE_REACTIONS_WEEKLY,
    EXPERIENCE_DAILY,
    STALL_COST_MONTHLY,
    SEARCH_DAILY,
    GENRE_DEMAND_DAILY,
    RETENTION_MONTHLY,
    TITLE_VALUE_MONTHLY,
)
# From what gold has published, too, and silver: groups for marketing, and who may leave.
AUDIENCE = (AUDIENCE_SEGMENTS, PROFILE_SEGMENTS, CHURN_SIGNALS)
# The gate judges these rows, and nobody keeps them.
ONLY_JUDGED = (HOURS_BY_DATE, HOURS_BY_MONTH, REVENUE_BY_REGION)
READ_AS_PUBLISHED = (*PUBLISHED_TOGETHER, *INSIGHTS, *AUDIENCE, SUBSCRIBER_VALUE_MONTHLY, RECOMMENDATIONS)
GOLD_TABLES = (*READ_AS_PUBLISHED, PUBLICATIONS, QUALITY_RESULTS)
