"""What must be true of gold beyond its contract."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.contracts.gold import ACTIVITY_DAYS, LIST_LENGTH, MOST_EMPTY_LISTS
from jobs.contracts.smallest_group import SMALLEST_GROUP


def _never_negative(*columns: str) -> list[Expectation]:
    return [gxe.ExpectColumnValuesToBeBetween(column=column, min_value=0) for column in columns]


def _share(*columns: str) -> list[Expectation]:
    return [gxe.ExpectColumnValuesToBeBetween(column=column, min_value=0, max_value=1) for column in columns]


def _at_least(higher: str, *lower: str) -> list[Expectation]:
    """One column is at least as large as others, where both are known: what must be known, the contract says."""
    return [
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=higher, column_B=name, or_equal=True, ignore_row_if="either_value_is_missing"
        )
        for name in lower
    ]


def _between_its_ends(*estimates: str) -> list[Expectation]:
    """An estimate lies in its interval, where both are known."""
    return [
        expectation
        for name in estimates
        for higher, lower in ((f"{name}_high", name), (name, f"{name}_low"))
        for expectation in _at_least(higher, lower)
    ]


GOLD_EXPECTATIONS: dict[str, list[Expectation]] = {
    "gold.viewing_sessions": [
        *_never_negative("unique_watched_seconds", "playing_seconds", "paused_seconds", "ad_seconds"),
        *_never_negative("stalled_seconds", "startup_seconds"),
        *_at_least("buffering_seconds", "stalled_seconds"),
        *_at_least("watched_seconds", "unique_watched_seconds", "watched_before_stall_seconds"),
        *_at_least("ended_at", "started_at"),
        *_share("completion_ratio"),
    ],
    "gold.play_ranges": [
        *_never_negative("seconds"),
        *_at_least("to_ms", "from_ms"),
    ],
    "gold.title_progress": [
        *_never_negative("seen_seconds"),
        *_share("completion_ratio"),
        *_at_least("session_date", "first_date", "completed_date"),
    ],
    "gold.title_engagement_daily": [
        *_never_negative("watched_hours", "views"),
        *_share("completed_share", "sampled_share"),
        *_at_least("plays", "viewers"),
    ],
    "gold.title_engagement_weekly": [
        *_never_negative("hours_viewed", "views", "views_91_days"),
        gxe.ExpectColumnValuesToBeBetween(column="weekly_rank", min_value=1),
    ],
    "gold.title_moments": _never_negative(
        "moment_start_seconds", "plays_covering", "rewatches", "skips_over", "exits", "pauses", "stalls"
    ),
    "gold.title_reactions_weekly": [
        *_never_negative("moment_start_seconds"),
        gxe.ExpectColumnValuesToBeBetween(column="viewers", min_value=SMALLEST_GROUP),
        gxe.ExpectColumnValuesToBeBetween(column="valence_mean", min_value=-1, max_value=1),
        *_share("arousal_mean"),
    ],
    "gold.recommendation_outcomes": [
        *_never_negative("first_place_play_rate_low"),
        *_share("play_rate"),
        *_between_its_ends("play_rate", "first_place_play_rate"),
        *_at_least("shown", "played", "viewers"),
    ],
    "gold.experience_daily": [
        *_never_negative("startup_seconds_p50", "stalled_hours", "seek_stalled_hours", "watched_hours"),
        *_share("rebuffer_ratio"),
        *_at_least("attempts", "started_plays", "viewers"),
    ],
    "gold.stall_cost_monthly": [
        *_never_negative("plays_compared"),
        *_at_least("plays_with_stall", "plays_compared"),
        *_at_least("plays_compared", "viewers"),
        *_at_least("minutes_lost_mean", "minutes_lost_mean_low"),
    ],
    "gold.search_daily": [
        *_share("zero_result_share", "opened_share", "played_share"),
        *_at_least("searches", "viewers"),
    ],
    "gold.genre_demand_daily": [
        *_never_negative("watched_hours", "supply_hours", "demand_supply_ratio"),
        *_share("demand_share", "supply_share"),
        gxe.ExpectColumnValuesToBeInSet(column="facet", value_set=["genre", "theme"]),
    ],
    "gold.retention_monthly": [
        *_share("kept_share", "kept_share_low", "kept_share_high"),
        *_between_its_ends("kept_share"),
        *_at_least("subscribers", "left_subscribers"),
    ],
    "gold.title_value_monthly": [
        *_never_negative("watched_hours", "completed_views", "first_plays"),
        *_never_negative("monthly_licence_cost", "cost_per_completed_view"),
        *_share("demand_share"),
        *_at_least("plays", "viewers", "completed_views", "first_plays"),
    ],
    # Sums of the same doubles in another order differ by far less, a second in a day of a household by far more.
    "gold.hours_by_date": [
        gxe.ExpectColumnValuesToBeBetween(column=column, min_value=-1e-9, max_value=1e-9)
        for column in ("titles_off_by", "genres_off_by", "themes_off_by")
    ],
    "gold.hours_by_month": [
        gxe.ExpectColumnValuesToBeBetween(column=column, min_value=-1e-9, max_value=1e-9)
        for column in ("titles_off_by", "shares_off_by")
    ],
    "gold.subscriber_value_monthly": [
        *_never_negative("revenue", "remaining_months", "direct_value", "teaching_value", "demand_value"),
        *_share("training_share"),
        *_between_its_ends("direct_value", "teaching_value", "demand_value", "value"),
    ],
    # To the cent: no subscriber is lost or counted twice.
    "gold.revenue_by_region": [
        gxe.ExpectColumnPairValuesToBeEqual(column_A="revenue_of_subscribers", column_B="revenue_of_subscriptions")
    ],
    "gold.viewing_clock": [
        *_never_negative("watched_hours"),
        gxe.ExpectColumnValuesToBeBetween(column="local_hour", min_value=0, max_value=23),
        gxe.ExpectColumnValuesToBeBetween(column="local_day_of_week", min_value=1, max_value=7),
        *_at_least("plays", "viewers"),
    ],
    "gold.interactions": [
        *_never_negative("watched_seconds"),
        gxe.ExpectColumnValuesToBeBetween(column="rating_score", min_value=-1, max_value=1),
    ],
    "gold.profile_features": _never_negative("active_days", "titles_played", "watched_seconds"),
    "gold.title_features": [
        *_never_negative("watched_hours"),
        *_at_least("plays", "viewers"),
    ],
    "gold.recommended_lists": [
        gxe.ExpectColumnValuesToBeBetween(column="empty_share", min_value=0, max_value=MOST_EMPTY_LISTS),
        gxe.ExpectColumnValuesToBeBetween(column="shown_share", min_value=1),
        *_share("coverage"),
    ],
    "gold.audience_segments": [
        gxe.ExpectColumnValuesToBeBetween(column="profiles", min_value=SMALLEST_GROUP),
        gxe.ExpectColumnValuesToBeBetween(column="segment_id", min_value=1),
        gxe.ExpectColumnValuesToBeUnique(column="name"),
        *_never_negative("watched_hours_mean"),
        *_share("profile_share", "weekend_share"),
    ],
    "gold.profile_segments": [gxe.ExpectColumnValuesToBeBetween(column="segment_id", min_value=1)],
    "gold.churn_signals": [
        gxe.ExpectColumnValuesToBeBetween(column="days_since_last_play", min_value=0, max_value=ACTIVITY_DAYS - 1),
        gxe.ExpectColumnValuesToBeBetween(column="active_days_28", min_value=0, max_value=ACTIVITY_DAYS),
        *_never_negative("watched_hours_28", "engagement_trend", "months_subscribed"),
        *_share("leave_probability"),
    ],
    "gold.recommendations": [
        gxe.ExpectColumnValuesToBeBetween(column="rank", min_value=1, max_value=LIST_LENGTH),
        gxe.ExpectCompoundColumnsToBeUnique(column_list=["profile_key", "title_id"]),
    ],
}
