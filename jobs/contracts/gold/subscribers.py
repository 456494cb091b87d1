"""Who stays, who may leave, and what a subscriber is worth."""

from jobs.contracts import columns as c
from jobs.contracts.promises import Between, at_least, between_its_ends, never_negative, share
from jobs.contracts.silver import SUBSCRIPTIONS
from jobs.contracts.table import Column, Layer, Privacy, Purpose, Table

_VALUE = (Purpose.VALUATION,)
# What accounts are known by, and how far ahead their leaving is foreseen.
ACTIVITY_DAYS, HORIZON_DAYS = 28, 30


def _money(name: str, comment: str, type_: str = "double") -> Column:
    return Column(name, type_, comment, Privacy.BEHAVIOUR, "currency", _VALUE)


def _estimate(name: str, formula: str) -> tuple[Column, Column, Column]:
    """An amount of money, and the ends of its 95 % interval."""
    return (
        _money(name, f"Estimate: {formula}"),
        _money(f"{name}_low", "Lower end of its 95 % interval"),
        _money(f"{name}_high", "Upper end of it"),
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
    promises=(
        *share("kept_share", "kept_share_low", "kept_share_high"),
        *between_its_ends("kept_share"),
        *at_least("subscribers", "left_subscribers"),
    ),
    reads={"subscriptions": SUBSCRIPTIONS.whole()},
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
    promises=(
        Between("days_since_last_play", 0, ACTIVITY_DAYS - 1),
        Between("active_days_28", 0, ACTIVITY_DAYS),
        *never_negative("watched_hours_28", "engagement_trend", "months_subscribed"),
        *share("leave_probability"),
    ),
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
        *_estimate("direct_value", "what they are expected to pay: price_value × remaining_months"),
        _money("serving_cost", "Estimate: what it costs to serve them for so long; null in rows of earlier versions"),
        Column(
            "training_share", "double", "Of what was learnt from the month's viewing", Privacy.BEHAVIOUR, None, _VALUE
        ),
        *_estimate(
            "teaching_value",
            "what their data adds: training_share × what personal lists are worth in a month to those who get them × "
            "remaining_months; null until that was measured on days after the model was chosen",
        ),
        Column(
            "demand_hours", "double", "Hours watched of titles whose cost is known", Privacy.BEHAVIOUR, "hours", _VALUE
        ),
        *_estimate(
            "demand_value",
            "their part of what these titles cost in the month, by their part of the hours; tells of titles, and is no "
            "part of value",
        ),
        *_estimate("value", "direct_value - serving_cost + teaching_value, as far as it is known"),
        Column(
            "assumptions", "map<string,double>", "The settings and figures that the estimates rest on", purposes=_VALUE
        ),
    ),
    key=("month_start_date", "account_key"),
    partitioned_by=("month_start_date",),
    required=frozenset({"as_of_date", "currency", "revenue", "direct_value", "value", "assumptions"}),
    promises=(
        *never_negative("revenue", "remaining_months", "direct_value", "serving_cost", "teaching_value"),
        *never_negative("demand_value"),
        *share("training_share"),
        *between_its_ends("direct_value", "teaching_value", "demand_value", "value"),
    ),
)

REVENUE_OF_FEED = Table(
    layer=Layer.GOLD,
    name="revenue_of_feed",
    row="one country in one month: what subscribers are said to have paid, and what the feed says",
    columns=(
        c.MONTH_START_DATE,
        c.COUNTRY,
        Column("accounts", "bigint", "Accounts with a period in the feed, in money with an exchange rate"),
        Column(
            "accounts_outside",
            "bigint",
            "Accounts of either whose revenue in gold.subscriber_value_monthly is not what the feed says",
        ),
        Column("revenue_of_subscribers", "decimal(28,2)", "Sum over gold.subscriber_value_monthly", unit="currency"),
        Column(
            "revenue_of_feed_low",
            "double",
            "Sum over the feed, less a cent a period; of overlapping ones what is certain",
            unit="currency",
        ),
        Column("revenue_of_feed_high", "double", "Sum over the feed, and a cent a period", unit="currency"),
    ),
    key=("month_start_date", "country"),
    required=frozenset(
        {"accounts", "accounts_outside", "revenue_of_subscribers", "revenue_of_feed_low", "revenue_of_feed_high"}
    ),
    promises=(
        Between("accounts_outside", 0, 0),
        *at_least("revenue_of_subscribers", "revenue_of_feed_low"),
        *at_least("revenue_of_feed_high", "revenue_of_subscribers"),
    ),
    is_kept=False,
)
