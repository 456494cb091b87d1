"""What was wanted, and what it cost."""

from jobs.contracts import columns as c
from jobs.contracts.gold.viewing import TITLE_ENGAGEMENT_DAILY, TITLE_PROGRESS, VIEWING_SESSIONS
from jobs.contracts.promises import OneOf, about_zero, at_least, never_negative, share
from jobs.contracts.silver import SEARCH_EVENTS, SUBSCRIPTIONS, TITLES
from jobs.contracts.table import Column, Layer, Purpose, Table

# Who plays nothing for longer after signing up did not come for the first title.
FIRST_PLAY_WITHIN_DAYS = 30

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
        Column(
            "offered_watched_hours",
            "double",
            "Of watched_hours, those of titles that were on offer: of known length, licensed, no trailers",
            unit="hours",
        ),
        c.VIEWERS,
        Column("searches_without_result", "bigint", "Searches for its name that found nothing"),
        Column("supply_hours", "double", "Hours on offer, those of a title shared among its labels", unit="hours"),
        Column("demand_share", "double", "Of the watched hours of that date, country and facet"),
        Column("offered_demand_share", "double", "The same of offered_watched_hours"),
        Column("supply_share", "double", "Of the hours on offer on that date, in that country and facet"),
        Column("demand_supply_ratio", "double", "offered_demand_share / supply_share; null where nothing is on offer"),
    ),
    key=("session_date", "country", "facet", "label"),
    partitioned_by=("session_date",),
    required=frozenset({"watched_hours", "viewers", "searches_without_result", "supply_hours"}),
    promises=(
        *never_negative("watched_hours", "offered_watched_hours", "supply_hours", "demand_supply_ratio"),
        *share("demand_share", "offered_demand_share", "supply_share"),
        OneOf("facet", ("genre", "theme")),
    ),
    reads={"sessions": VIEWING_SESSIONS.days(), "searches": SEARCH_EVENTS.days(), "titles": TITLES.whole()},
)

TITLE_VALUE_MONTHLY = Table(
    layer=Layer.GOLD,
    name="title_value_monthly",
    row="one title in one country in one month in which it was played there, or cost something and nobody played it",
    columns=(
        c.MONTH_START_DATE,
        c.TITLE_ID,
        c.COUNTRY,
        c.PLAYS,
        c.VIEWERS,
        c.WATCHED_HOURS,
        Column("demand_share", "double", "Of the hours watched in that month and country"),
        Column("completed_views", "bigint", "Viewers who completed the title in the month, or once more in one play"),
        Column("licence_currency", "string", "ISO 4217"),
        Column(
            "monthly_licence_cost",
            "double",
            "What the title cost there in the month, so far as it is over; null where price or term is not known. If "
            "it was played, by its hours there; a title that nobody played costs the same in each of its countries",
            unit="licence_currency",
            purposes=(Purpose.VALUATION,),
        ),
        Column(
            "cost_per_completed_view",
            "double",
            "monthly_licence_cost / completed_views; null where none was",
            unit="licence_currency",
            purposes=(Purpose.VALUATION,),
        ),
        Column("first_plays", "bigint", "Of plays, those that were a new subscriber's first within 30 days"),
        Column(
            "completed_share_by_cohort",
            "map<string,double>",
            "Completed share of viewers by month of signing up, as 2026-05; `unknown`: without a subscription",
        ),
    ),
    key=("month_start_date", "title_id", "country"),
    partitioned_by=("month_start_date",),
    required=frozenset({"plays", "viewers", "watched_hours", "demand_share", "completed_views", "first_plays"}),
    promises=(
        *never_negative("watched_hours", "completed_views", "first_plays"),
        *never_negative("monthly_licence_cost", "cost_per_completed_view"),
        *share("demand_share"),
        *at_least("plays", "viewers", "completed_views", "first_plays"),
    ),
    reads={
        "sessions": VIEWING_SESSIONS.days(before=FIRST_PLAY_WITHIN_DAYS),
        "progress": TITLE_PROGRESS.days(),
        "titles": TITLES.whole(),
        "subscriptions": SUBSCRIPTIONS.whole(),
    },
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
    promises=about_zero("titles_off_by", "shares_off_by"),
    partitioned_by=("month_start_date",),
    reads={"values": TITLE_VALUE_MONTHLY.days(), "engagement": TITLE_ENGAGEMENT_DAILY.days()},
    is_kept=False,
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
    promises=about_zero("titles_off_by", "genres_off_by", "themes_off_by"),
    partitioned_by=("session_date",),
    reads={
        "sessions": VIEWING_SESSIONS.days(),
        "engagement": TITLE_ENGAGEMENT_DAILY.days(),
        "demand": GENRE_DEMAND_DAILY.days(),
    },
    is_kept=False,
)
