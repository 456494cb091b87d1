"""The reference feeds, field by field. They come as NDJSON or CSV, so numbers may be text."""

from jobs.contracts.currencies import CURRENCIES
from jobs.contracts.raw_record import LONGEST_MEDIA_SECONDS, Kind, RawField, RawRecord
from jobs.contracts.smallest_group import TOGETHER

_CURRENCY = r"[A-Z]{3}"
_COUNTRY = r"[A-Z]{2}"
# Titles are shown as they are written; this only stops a file that was read as one cell.
_LONGEST_NAME = 2000
# Beyond these a number does not fit silver's column: int, and decimal(18,2).
_LARGEST_NUMBER = 2**31 - 1
_LARGEST_AMOUNT = 10**15
# A month of no plan costs so much in any money; one that did would be all that a sum of prices tells.
_LARGEST_PRICE = 10**9

# The richest catalogues give a title some twenty of either; each is a row a day and title in tables of demand.
_MOST_GENRES, _MOST_THEMES = 50, 100
# ISO 3166-1 has 249, and codes for a few that are none.
_MOST_COUNTRIES = 300
# What `gold.retention_monthly` calls all plans together.
_ALL_PLANS = "all"

# How a licence is written off; without a word, evenly.
STRAIGHT_LINE, ACCELERATED = "straight_line", "accelerated"

# When the source had it so. The latest state wins, whenever it arrives; without it, that is when the file was taken in.
_AS_OF = RawField("as_of", Kind.TIMESTAMP, is_past=True)

RAW_TITLE = RawRecord(
    feed="titles",
    is_text_typed=True,
    fields=(
        RawField("title_id", Kind.STRING, required=True, is_label=True, reserved=(TOGETHER,)),
        RawField("name", Kind.STRING, required=True, shortest=1, longest=_LONGEST_NAME),
        RawField("kind", Kind.STRING, required=True, allowed=("film", "episode", "trailer", "live")),
        RawField("series_id", Kind.STRING, is_label=True, reserved=(TOGETHER,)),
        RawField("season_number", Kind.INTEGER, minimum=0, maximum=_LARGEST_NUMBER),
        RawField("episode_number", Kind.INTEGER, minimum=0, maximum=_LARGEST_NUMBER),
        RawField("runtime_seconds", Kind.NUMBER, minimum=1, maximum=LONGEST_MEDIA_SECONDS),
        RawField("credits_start_seconds", Kind.NUMBER, minimum=0, maximum=LONGEST_MEDIA_SECONDS),
        RawField("genres", Kind.LIST, most=_MOST_GENRES, reserved=(TOGETHER,)),
        RawField("themes", Kind.LIST, most=_MOST_THEMES, reserved=(TOGETHER,)),
        RawField("maturity", Kind.STRING, is_label=True),
        RawField("release_date", Kind.DATE),
        RawField("is_original", Kind.BOOLEAN),
        RawField("licence_cost", Kind.NUMBER, minimum=0, maximum=_LARGEST_AMOUNT),
        RawField("licence_currency", Kind.STRING, pattern=_CURRENCY),
        RawField("licence_start", Kind.DATE),
        RawField("licence_end", Kind.DATE),
        RawField("licence_amortisation", Kind.STRING, allowed=(STRAIGHT_LINE, ACCELERATED)),
        RawField("countries", Kind.LIST, most=_MOST_COUNTRIES),
        _AS_OF,
    ),
)

RAW_SUBSCRIPTION = RawRecord(
    feed="subscriptions",
    is_text_typed=True,
    fields=(
        RawField("account_id", Kind.STRING, required=True, is_label=True),
        RawField("plan", Kind.STRING, required=True, is_label=True, is_free=True, reserved=(TOGETHER, _ALL_PLANS)),
        RawField("price", Kind.NUMBER, required=True, minimum=0, maximum=_LARGEST_PRICE),
        RawField("currency", Kind.STRING, required=True, allowed=CURRENCIES, unlisted="unknown_currency"),
        RawField("country", Kind.STRING, pattern=_COUNTRY),
        RawField("started_at", Kind.TIMESTAMP, required=True, is_since_streaming=True),
        RawField("ended_at", Kind.TIMESTAMP, not_before="started_at"),
        RawField("end_reason", Kind.STRING, is_label=True, is_free=True),
        _AS_OF,
    ),
)

RAW_CONSENT = RawRecord(
    feed="consents",
    is_text_typed=True,
    fields=(
        RawField("account_id", Kind.STRING, is_label=True),
        RawField("profile_id", Kind.STRING, required=True, is_label=True),
        RawField(
            "purpose",
            Kind.STRING,
            required=True,
            allowed=("personalisation", "research", "marketing", "reactions"),
        ),
        RawField("granted_at", Kind.TIMESTAMP, required=True),
        RawField("withdrawn_at", Kind.TIMESTAMP),
        # Of whatever time: refused, the line would leave standing what it withdraws.
        RawField("as_of", Kind.TIMESTAMP),
    ),
)

RAW_PROFILE = RawRecord(
    feed="profiles",
    is_text_typed=True,
    fields=(
        RawField("profile_id", Kind.STRING, required=True, is_label=True),
        RawField("account_id", Kind.STRING, required=True, is_label=True),
        RawField("is_child", Kind.BOOLEAN),
        RawField("maturity", Kind.STRING, is_label=True, column="highest_maturity"),
        _AS_OF,
    ),
)

RAW_REPORTED_VIEWING = RawRecord(
    feed="reported_viewings",
    is_text_typed=True,
    fields=(
        RawField("viewing_id", Kind.STRING, required=True, is_label=True),
        RawField("account_id", Kind.STRING, required=True, is_label=True),
        RawField("profile_id", Kind.STRING, required=True, is_label=True),
        RawField("started_at", Kind.TIMESTAMP, required=True, is_past=True),
        RawField("title_id", Kind.STRING, required=True, is_label=True),
        RawField("reported_seconds", Kind.NUMBER, required=True, minimum=0, maximum=LONGEST_MEDIA_SECONDS),
        RawField("bookmark_seconds", Kind.NUMBER, minimum=0, maximum=LONGEST_MEDIA_SECONDS),
        RawField("device_type", Kind.STRING, is_label=True, is_free=True),
        RawField("country", Kind.STRING, pattern=_COUNTRY),
        RawField("supplemental_type", Kind.STRING, is_label=True, is_free=True),
        RawField("is_autoplayed", Kind.BOOLEAN),
        RawField("session_id", Kind.STRING, is_label=True),
        RawField("source", Kind.STRING, required=True, is_label=True, is_free=True),
        _AS_OF,
    ),
)

RAW_REFERENCE_RECORDS = {
    record.feed: record for record in (RAW_TITLE, RAW_SUBSCRIPTION, RAW_CONSENT, RAW_PROFILE, RAW_REPORTED_VIEWING)
}
