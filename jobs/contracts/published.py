"""Published: what may leave. Each row stands for at least `SMALLEST_GROUP` people, and none of them is in it.

A month is released once, when it is over; a week once, `RELEASED_AFTER_DAYS` after its end. In a place where a group
was too small for a row of its own, it is in the row `OTHER`.
"""

from jobs.contracts import columns as c
from jobs.contracts.raw_event import LAST_ARRIVAL_DAYS
from jobs.contracts.smallest_group import SMALLEST_GROUP, TOGETHER
from jobs.contracts.table import Column, Layer, Table

# What stands in the place of every label whose people are too few.
OTHER = TOGETHER
WEEK, MONTH, RETENTION = "week", "month", "retention"
# Late events have come by then, but for the `late_share` of them.
RELEASED_AFTER_DAYS = 14
# No row tells of an account, to the one with the next most hours, within so many per cent of its hours (p % rule).
DOMINANCE_PERCENT = 10
# What an account watches beyond that in a week is in no row: 5 h 43 min a day.
MOST_HOURS_A_WEEK = 40
# Of an account, so many searches count in one row.
MOST_SEARCHES = 5
# Of an account, so many attempted plays count in a row of experience.
MOST_ATTEMPTS = 20
# A time to the picture is told as the end of the step that it lies in: of few plays, it is what one of them took.
STARTUP_STEPS_SECONDS = (0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 60)
# A title is halved so often at most: its shortest stretch is a sixteenth of it.
MOST_HALVINGS = 4
# Of an account, so often counts what happened in one stretch.
MOST_TIMES = 5
# Of a plan's curve. Else a step would say when the tenth of them left.
MONTHS_BETWEEN_STEPS = 3
# Money of fewer subscribers is in no row of its own.
FEWEST_SUBSCRIBERS = 50
_RELEASED_COUNTRY = Column("country", "string", f"ISO 3166-1 alpha-2, or {OTHER}")
_RELEASED_REGION = Column("region", "string", f"ISO 3166-2, or {OTHER}")
_VIEWERS = Column("viewers", "bigint", f"Distinct profiles, {SMALLEST_GROUP} at least; rounded down to tens")
_RELEASED_HOURS = Column(
    "watched_hours",
    "double",
    f"Whole hours, of an account {MOST_HOURS_A_WEEK} a week at most; they add up",
    unit="hours",
)
_PERIOD_START = Column("period_start_date", "date", "First day of the week or month")

TITLE_VIEWING_WEEKLY = Table(
    layer=Layer.PUBLISHED,
    name="title_viewing_weekly",
    row="one title in one week: no hour is in two rows",
    columns=(
        c.WEEK_START_DATE,
        Column("title_id", "string", f"A film or one episode, or {OTHER} titles", purposes=c.TITLE_ID.purposes),
        c.NAME,
        c.KIND,
        _VIEWERS,
        _RELEASED_HOURS,
        c.VIEWS,
    ),
    key=("week_start_date", "title_id"),
    partitioned_by=("week_start_date",),
    required=frozenset({"name", "viewers", "watched_hours"}),
)

VIEWING_CLOCK_WEEKLY = Table(
    layer=Layer.PUBLISHED,
    name="viewing_clock_weekly",
    row="a part of a title's row in title_viewing_weekly: three hours of a day, on the viewers' own clocks",
    columns=(
        c.WEEK_START_DATE,
        Column("title_id", "string", f"As in title_viewing_weekly, {OTHER} too", purposes=c.TITLE_ID.purposes),
        Column("local_day", "string", f"Monday to Sunday where the play began in the week, or {OTHER} days"),
        Column("time_of_day", "string", f"Three hours of it, as 18-21, or {OTHER} hours"),
        _RELEASED_HOURS,
    ),
    key=("week_start_date", "title_id", "local_day", "time_of_day"),
    partitioned_by=("week_start_date",),
    required=frozenset({"watched_hours"}),
)

TITLE_MOMENTS_WEEKLY = Table(
    layer=Layer.PUBLISHED,
    name="title_moments_weekly",
    row="a stretch of a title, its half, quarter, eighth or sixteenth, in which one thing happened in one week",
    columns=(
        c.WEEK_START_DATE,
        c.TITLE_ID,
        c.NAME,
        Column("measure", "string", "exits, pauses, rewatches, skips_over or stalls, as gold.title_moments has them"),
        Column("from_seconds", "bigint", "Where in the title it begins", unit="seconds"),
        Column("to_seconds", "bigint", "Where it ends", unit="seconds"),
        Column(
            "times",
            "bigint",
            f"How often it happened there, of an account {MOST_TIMES} times at most; to the nearest ten",
        ),
        _VIEWERS,
    ),
    key=("week_start_date", "title_id", "measure", "from_seconds"),
    partitioned_by=("week_start_date",),
    required=frozenset({"name", "to_seconds", "times", "viewers"}),
)

GENRE_DEMAND_WEEKLY = Table(
    layer=Layer.PUBLISHED,
    name="genre_demand_weekly",
    row="one genre in one week, worked out from title_viewing_weekly and the catalogue alone",
    columns=(
        c.WEEK_START_DATE,
        Column("genre", "string", f"Which one; `{c.UNLABELLED}` for titles without"),
        Column(
            "watched_hours", "double", "Hours of titles that are told apart, shared among their genres", unit="hours"
        ),
        Column("demand_share", "double", "Of the hours of the titles that are told apart in that week"),
        Column("offered_demand_share", "double", "The same of those that were on offer on a day of the week"),
        Column("supply_share", "double", "Of the hours on offer in that week, in whichever country"),
        Column("demand_supply_ratio", "double", "offered_demand_share / supply_share; null where nothing is on offer"),
    ),
    key=("week_start_date", "genre"),
    partitioned_by=("week_start_date",),
    required=frozenset({"watched_hours", "demand_share"}),
)

SEARCHES_IN_VAIN_WEEKLY = Table(
    layer=Layer.PUBLISHED,
    name="searches_in_vain_weekly",
    row="one genre or theme whose name was searched for and nothing found, in one week",
    columns=(
        c.WEEK_START_DATE,
        Column("label", "string", f"Which one, or {OTHER}"),
        Column(
            "searches",
            "bigint",
            f"Searches for its name that found nothing, of an account {MOST_SEARCHES} at most; to the nearest ten",
        ),
        Column(
            "viewers", "bigint", f"Distinct profiles that searched, {SMALLEST_GROUP} at least; rounded down to tens"
        ),
    ),
    key=("week_start_date", "label"),
    partitioned_by=("week_start_date",),
    required=frozenset({"searches", "viewers"}),
)

EXPERIENCE_WEEKLY = Table(
    layer=Layer.PUBLISHED,
    name="experience_weekly",
    row="one region in one week",
    columns=(
        c.WEEK_START_DATE,
        _RELEASED_COUNTRY,
        _RELEASED_REGION,
        Column(
            "viewers",
            "bigint",
            f"Distinct profiles that asked for a play, {SMALLEST_GROUP} at least; rounded down to tens",
        ),
        Column("startup_seconds_p50", "double", "Half of the started plays took no longer; a step", unit="seconds"),
        Column("startup_seconds_p95", "double", "Nineteen of twenty took no longer; a step", unit="seconds"),
        Column("failed_share", "double", "Share of the attempted plays that an error ended; to a hundredth"),
        Column("rebuffer_ratio", "double", "Stalled time / (stalled + playing time), wall clock; two digits"),
    ),
    key=("week_start_date", "country", "region"),
    partitioned_by=("week_start_date",),
    required=frozenset({"viewers"}),
)

RETENTION_MONTHLY = Table(
    layer=Layer.PUBLISHED,
    name="retention_monthly",
    row=f"a step of one plan's curve: a third month by which {SMALLEST_GROUP} more had left, or month 0",
    columns=(
        Column("plan", "string", "Which plan they signed up for"),
        Column("months_since", "int", "Whole months since each of them signed up, in threes", unit="months"),
        Column("kept_share", "double", "Estimated share that still subscribes then (Kaplan–Meier)"),
        Column("kept_share_low", "double", "Lower end of its 95 % interval; null in month 0"),
        Column("kept_share_high", "double", "Upper end of it"),
        c.AS_OF_DATE,
    ),
    key=("plan", "months_since"),
    required=frozenset({"kept_share", "as_of_date"}),
)

SUBSCRIBER_VALUE_MONTHLY = Table(
    layer=Layer.PUBLISHED,
    name="subscriber_value_monthly",
    row="the subscribers of one region in one month; all figures to two significant digits",
    columns=(
        c.MONTH_START_DATE,
        _RELEASED_COUNTRY,
        _RELEASED_REGION,
        Column("subscribers", "bigint", f"Accounts that paid in the month, {FEWEST_SUBSCRIBERS} at least; in tens"),
        Column("currency", "string", "ISO 4217: what all money in the row is in"),
        Column("revenue_total", "double", "What they paid in the month", unit="currency"),
        Column("direct_value_mean", "double", "Estimate: what one of them is expected to pay", unit="currency"),
        Column("serving_cost_mean", "double", "Estimate: what it costs to serve one of them", unit="currency"),
        Column("teaching_value_mean", "double", "Estimate: what the data of one of them adds", unit="currency"),
        Column(
            "demand_value_mean",
            "double",
            "Estimate: the demand that one of them shows; tells of titles, and is no part of value_mean",
            unit="currency",
        ),
        Column("value_mean", "double", "Estimate: expected payments less costs, and what data adds", unit="currency"),
        Column("value_mean_low", "double", "Lower end of its 95 % interval", unit="currency"),
        Column("value_mean_high", "double", "Upper end of it", unit="currency"),
    ),
    key=("month_start_date", "country", "region"),
    partitioned_by=("month_start_date",),
    required=frozenset({"subscribers", "currency", "revenue_total"}),
)

RELEASED_PARTS = Table(
    layer=Layer.PUBLISHED,
    name="released_parts",
    row="who stands behind one row of viewing_clock_weekly",
    columns=(
        *VIEWING_CLOCK_WEEKLY.columns[:4],
        Column("accounts", "bigint", "Distinct accounts"),
        Column("profiles", "bigint", "Distinct profiles"),
        Column("remainder_ratio", "double", "Hours without the two accounts with most / those of the first of them"),
    ),
    key=VIEWING_CLOCK_WEEKLY.key,
    required=frozenset({"accounts", "profiles", "remainder_ratio"}),
    is_kept=False,
)

RELEASES = Table(
    layer=Layer.PUBLISHED,
    name="releases",
    row="one week or month that was released: it is not released again",
    columns=(
        Column("period", "string", "week, month, or retention up to the end of a month"),
        _PERIOD_START,
        Column("released_at", "timestamp", "When it left gold"),
        Column("watched_hours", "double", "Of a week: whole hours in gold then", unit="hours"),
        Column(
            "late_share",
            "double",
            f"Share of a week's hours that came after its release; null until {LAST_ARRIVAL_DAYS} days after its end",
        ),
    ),
    key=("period", "period_start_date"),
    required=frozenset({"released_at"}),
)

RELEASED_WEEKLY = (
    TITLE_VIEWING_WEEKLY,
    VIEWING_CLOCK_WEEKLY,
    TITLE_MOMENTS_WEEKLY,
    GENRE_DEMAND_WEEKLY,
    SEARCHES_IN_VAIN_WEEKLY,
    EXPERIENCE_WEEKLY,
)
# These an export may read.
EXPORTED_TABLES = (*RELEASED_WEEKLY, RETENTION_MONTHLY, SUBSCRIBER_VALUE_MONTHLY)
PUBLISHED_TABLES = (*EXPORTED_TABLES, RELEASES)
