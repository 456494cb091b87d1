from typing import Any

import pytest

from tests.factories import make_line
from tests.silver.decoding import decoded_events, decoded_reference

# What the label of a line of account-1, profile-1 and the device tv-of-anna is, and what silver has.
LABELS = {
    "NW-2-5": "NW-2-5",
    "M7121-1331-4027": "M7121-1331-4027",
    "Because you watch 🎬": "Because you watch 🎬",
    "anna@mail.com": "other",
    "a n n a @ mail . com": "other",
    "06\u200b12 34 56 78": "other",
    "failed for account-1": "other",
    "profile-1": "other",
    "tv-of-anna/2": "other",
    "account-2": "account-2",
    "0b8f1f52-6d0a-4e0c-9f0e-5d8a2c3b4a5f": "other",
}


def of_error(label: str, **changes: Any) -> bytes:
    return make_line(event_type="failed", details={"error_code": label}, device={"device_id": "tv-of-anna"}, **changes)


@pytest.mark.parametrize("label", LABELS, ids=ascii)
def test_a_label_that_tells_of_a_person_is_another_one(label: str) -> None:
    (row,) = decoded_events([of_error(label)])
    assert (row["reason"], row["error_code"]) == (None, LABELS[label])


def test_labels_are_judged_alike_however_many_stand_beside_them() -> None:
    """Where many are different or long, each line is looked at by itself."""
    lines = [of_error(label) for label in LABELS]
    for others in ([], [of_error(f"code {number}") for number in range(500)], [of_error("x" * 200)]):
        rows = decoded_events([*lines, *others])
        assert [row["error_code"] for row in rows[: len(lines)]] == list(LABELS.values())


def test_an_id_in_a_label_of_somebody_elses_line_stays_in_it() -> None:
    of_one, of_other = decoded_events([of_error("account-1"), of_error("account-1", account_id="account-2")])
    assert (of_one["error_code"], of_other["error_code"]) == ("other", "account-1")


def test_the_row_of_a_page_and_the_connection_are_such_labels() -> None:
    (row,) = decoded_events(
        [
            make_line(
                event_type="title_shown",
                details={"row": "for anna@mail.com"},
                network={"connection_type": "wifi of 0612345678"},
            )
        ]
    )
    assert (row["shown_row"], row["connection_type"]) == ("other", "other")


def test_plans_and_reasons_are_such_labels() -> None:
    plain = b'"price":9.99,"currency":"EUR","started_at":"2026-01-01T00:00:00Z"'
    line = b'{"account_id":"account-1","plan":"gift of anna@mail.com","end_reason":"see account-1",' + plain + b"}"
    (row,) = decoded_reference("subscriptions", [line])
    assert (row["reason"], row["plan"], row["end_reason"]) == (None, "other", "other")
