"""How the player and the search felt."""

from jobs.contracts import columns as c
from jobs.contracts.gold.viewing import VIEWING_SESSIONS
from jobs.contracts.promises import at_least, never_negative, share
from jobs.contracts.silver import SEARCH_EVENTS
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.contracts.table import Column, Layer, Table

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
        Column("rebuffer_ratio", "double", "Stalled time / (stalled + playing time), wall clock"),
        Column("plays_with_stall", "bigint", "Plays with a stall that neither start nor seek caused"),
        Column("exits_with_stall", "bigint", "Of plays_with_stall, those that the viewer ended"),
        Column("plays_without_stall", "bigint", "Started plays without one"),
        Column("exits_without_stall", "bigint", "Of plays_without_stall, those that the viewer ended"),
    ),
    key=("session_date", "country", "device_type", "app_version"),
    partitioned_by=("session_date",),
    required=frozenset({"attempts", "viewers", "started_plays", "watched_hours", "stalled_hours"}),
    promises=(
        *never_negative("startup_seconds_p50", "stalled_hours", "seek_stalled_hours", "watched_hours"),
        *share("rebuffer_ratio"),
        *at_least("attempts", "started_plays", "viewers"),
    ),
    reads={"sessions": VIEWING_SESSIONS.days()},
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
    promises=(
        *never_negative("plays_compared"),
        *at_least("plays_with_stall", "plays_compared"),
        *at_least("plays_compared", "viewers"),
        *at_least("minutes_lost_mean", "minutes_lost_mean_low"),
    ),
    reads={"sessions": VIEWING_SESSIONS.days()},
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
    promises=(
        *share("zero_result_share", "opened_share", "played_share"),
        *at_least("searches", "viewers"),
    ),
    # What is found is played up to midnight and after it.
    reads={"searches": SEARCH_EVENTS.days(after=1), "sessions": VIEWING_SESSIONS.days(after=1)},
)
