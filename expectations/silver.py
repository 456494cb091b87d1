"""What must be true of silver beyond its contract."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

# HMAC-SHA256 in hexadecimal: anything else in a key column is an identifier that was not replaced.
PSEUDONYM = r"^[0-9a-f]{64}$"


def _events(*event_types: str) -> list[Expectation]:
    return [
        gxe.ExpectColumnValuesToBeInSet(column="event_type", value_set=list(event_types)),
        gxe.ExpectColumnValuesToMatchRegex(column="account_key", regex=PSEUDONYM),
        gxe.ExpectColumnValuesToMatchRegex(column="profile_key", regex=PSEUDONYM),
        gxe.ExpectColumnValuesToMatchRegex(column="device_key", regex=PSEUDONYM),
    ]


SILVER_EXPECTATIONS: dict[str, list[Expectation]] = {
    "silver.playback_events": [
        *_events(
            "play_requested",
            "playing",
            "paused",
            "seeked",
            "buffering_started",
            "buffering_ended",
            "quality_changed",
            "heartbeat",
            "stopped",
            "failed",
        ),
        gxe.ExpectColumnValuesToBeBetween(column="position_ms", min_value=0),
    ],
    "silver.search_events": _events("searched", "search_result_opened"),
    "silver.browse_events": _events("title_shown"),
    "silver.feedback_events": [
        *_events("rated", "list_added", "list_removed"),
        gxe.ExpectColumnValuesToBeBetween(column="stars", min_value=0.5, max_value=5.0),
    ],
    "silver.reactions": [
        *_events("reaction_sampled"),
        gxe.ExpectColumnValuesToBeBetween(column="valence", min_value=-1, max_value=1),
        gxe.ExpectColumnValuesToBeBetween(column="arousal", min_value=0, max_value=1),
    ],
    "silver.titles": [gxe.ExpectColumnValuesToBeInSet(column="kind", value_set=["film", "episode", "trailer"])],
    "silver.subscriptions": [
        gxe.ExpectColumnValuesToMatchRegex(column="account_key", regex=PSEUDONYM),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="ended_at", column_B="started_at", or_equal=True, ignore_row_if="either_value_is_missing"
        ),
    ],
    "silver.consents": [gxe.ExpectColumnValuesToMatchRegex(column="profile_key", regex=PSEUDONYM)],
    "silver.reported_viewings": [
        gxe.ExpectColumnValuesToMatchRegex(column="profile_key", regex=PSEUDONYM),
        gxe.ExpectColumnValuesToBeBetween(column="reported_seconds", min_value=0),
    ],
}
