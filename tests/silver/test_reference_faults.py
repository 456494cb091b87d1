"""Each way in which a line of reference data can be wrong, with the reason that it must be given."""

import json
from typing import Any

import pytest

from jobs.contracts.raw_reference import RAW_REFERENCE_RECORDS
from tests.silver.decoding import decoded_reference

PLAIN: dict[str, dict[str, Any]] = {
    "titles": {"title_id": "film", "name": "A film", "kind": "film"},
    "subscriptions": {
        "account_id": "account-1",
        "plan": "basic",
        "price": 9.99,
        "currency": "EUR",
        "started_at": "2026-05-01T00:00:00Z",
    },
    "consents": {"profile_id": "profile-1", "purpose": "research", "granted_at": "2026-05-01T00:00:00Z"},
    "profiles": {"profile_id": "profile-1", "account_id": "account-1"},
    "reported_viewings": {
        "viewing_id": "viewing-1",
        "account_id": "account-1",
        "profile_id": "profile-1",
        "started_at": "2026-05-01T00:00:00Z",
        "title_id": "film",
        "reported_seconds": 60,
        "source": "export",
    },
}
# Feed, and the fields in which a line differs from a plain one.
SOUND: dict[str, tuple[str, dict[str, Any]]] = {
    "HTML and a script in a title": ("titles", {"name": "<script>alert('x')</script>"}),
    "an emoji, a right-to-left override, NUL": ("titles", {"name": "🎬 \u202e \u0000"}),
    "no genres": ("titles", {"genres": []}),
    "as many genres as a title may have": ("titles", {"genres": [f"genre {number}" for number in range(50)]}),
    "a title that is called so": ("titles", {"name": "OTHER"}),
    "a live title": ("titles", {"kind": "live"}),
    "a child's profile": ("profiles", {"is_child": True, "maturity": "7"}),
    "true in a CSV cell": ("profiles", {"is_child": "true"}),
    "a number in a CSV cell": ("titles", {"runtime_seconds": "60.5"}),
    "the largest numbers": ("titles", {"season_number": 2**31 - 1, "licence_cost": 10**15}),
    "a subscription that ends as it starts": ("subscriptions", {"ended_at": "2026-05-01T00:00:00Z"}),
    "a price in a currency of the past": ("subscriptions", {"currency": "DEM", "price": 10**9}),
    "a subscription that is to start": ("subscriptions", {"started_at": "2099-01-01T00:00:00Z"}),
    "a subscription without end": ("subscriptions", {"ended_at": "9999-12-31T00:00:00Z"}),
    "a title as of a time": ("titles", {"as_of": "2026-05-31T00:00:00Z"}),
    "a consent as of a time that is to come": ("consents", {"as_of": "2036-05-31T00:00:00Z"}),
    # Refused, it would leave the consent standing.
    "a consent withdrawn before it was given": ("consents", {"withdrawn_at": "2026-04-01T00:00:00Z"}),
}
FAULTY: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "1,000 genres": ("titles", {"genres": [f"genre {number}" for number in range(1000)]}, "too_many_words", "genres"),
    "1,000 genres in a cell": ("titles", {"genres": "|".join(["drama"] * 1000)}, "too_many_words", "genres"),
    "1,000 themes": ("titles", {"themes": ["war"] * 1000}, "too_many_words", "themes"),
    "1,000 countries": ("titles", {"countries": ["FR"] * 1000}, "too_many_words", "countries"),
    "a genre as long as a book": ("titles", {"genres": ["x" * 257]}, "impossible_value", "genres"),
    "a genre as long as a book in a cell": ("titles", {"genres": "drama|" + "x" * 257}, "impossible_value", "genres"),
    "a title called OTHER": ("titles", {"title_id": "OTHER"}, "reserved_word", "title_id"),
    "a series called OTHER": ("titles", {"series_id": "OTHER"}, "reserved_word", "series_id"),
    "a genre called OTHER": ("titles", {"genres": ["drama", "OTHER"]}, "reserved_word", "genres"),
    "a genre called OTHER in a cell": ("titles", {"genres": "drama|OTHER"}, "reserved_word", "genres"),
    "a theme called OTHER": ("titles", {"themes": ["OTHER"]}, "reserved_word", "themes"),
    "a plan called OTHER": ("subscriptions", {"plan": "OTHER"}, "reserved_word", "plan"),
    "a plan called like all plans": ("subscriptions", {"plan": "all"}, "reserved_word", "plan"),
    "an object for a string": ("titles", {"name": {"en": "A film"}}, "wrong_type", "name"),
    "a number for a string": ("titles", {"title_id": 12}, "wrong_type", "title_id"),
    "a number for true or false": ("titles", {"is_original": 1}, "wrong_type", "is_original"),
    "a null in a list": ("titles", {"genres": ["drama", None]}, "wrong_type", "genres"),
    "objects in a list": ("titles", {"genres": [{"name": "drama"}]}, "wrong_type", "genres"),
    "NaN in a CSV cell": ("titles", {"runtime_seconds": "NaN"}, "wrong_type", "runtime_seconds"),
    "a word for true or false": ("profiles", {"is_child": "perhaps"}, "wrong_type", "is_child"),
    "a decimal comma": ("titles", {"licence_cost": "12,50"}, "wrong_type", "licence_cost"),
    "a name of no letters": ("titles", {"name": ""}, "impossible_value", "name"),
    "a list that is cut off in a cell": ("titles", {"genres": '["drama"'}, "wrong_type", "genres"),
    "half a date": ("titles", {"release_date": "2026-05"}, "wrong_type", "release_date"),
    "the year 0": ("titles", {"release_date": "0000-01-01"}, "impossible_value", "release_date"),
    "a number too large for silver": ("titles", {"season_number": 2**31}, "impossible_value", "season_number"),
    "a cost too large for silver": ("titles", {"licence_cost": 1e300}, "impossible_value", "licence_cost"),
    "a price too large for silver": ("subscriptions", {"price": "1e300"}, "impossible_value", "price"),
    "a price beyond any plan's": ("subscriptions", {"price": 10**9 + 1}, "impossible_value", "price"),
    "a currency that nobody knows": ("subscriptions", {"currency": "XQX"}, "unknown_currency", "currency"),
    "a currency in small letters": ("subscriptions", {"currency": "eur"}, "unknown_currency", "currency"),
    "a subscription before streaming": (
        "subscriptions",
        {"started_at": "1994-12-31T23:59:59Z"},
        "impossible_value",
        "started_at",
    ),
    "a negative price": ("subscriptions", {"price": -1}, "impossible_value", "price"),
    "an end before the start": (
        "subscriptions",
        {"ended_at": "2026-04-30T23:59:59Z"},
        "impossible_value",
        "ended_at",
    ),
    "a title of a time to come": ("titles", {"as_of": "2036-05-31T00:00:00Z"}, "impossible_value", "as_of"),
    "a viewing of a century": ("reported_viewings", {"reported_seconds": 1e10}, "impossible_value", "reported_seconds"),
    "a viewing before streaming": (
        "reported_viewings",
        {"started_at": "1970-01-01T00:00:00Z"},
        "impossible_value",
        "started_at",
    ),
    "a viewing to come": (
        "reported_viewings",
        {"started_at": "9999-12-31T23:59:59Z"},
        "impossible_value",
        "started_at",
    ),
}


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Any]]:
    """What became of each line above, one batch a feed."""
    lines = {**SOUND, **{name: (feed, fields) for name, (feed, fields, _, _) in FAULTY.items()}}
    found: dict[str, dict[str, Any]] = {}
    for feed in RAW_REFERENCE_RECORDS:
        of_feed = {name: PLAIN[feed] | fields for name, (of, fields) in lines.items() if of == feed}
        decoded = decoded_reference(feed, [json.dumps(line).encode() for line in of_feed.values()])
        found |= dict(zip(of_feed, decoded, strict=True))
    return found


@pytest.mark.parametrize("name", SOUND)
def test_accepts(rows: dict[str, dict[str, Any]], name: str) -> None:
    assert rows[name]["reason"] is None


@pytest.mark.parametrize("name", FAULTY)
def test_refuses(rows: dict[str, dict[str, Any]], name: str) -> None:
    _, _, reason, field = FAULTY[name]
    assert (rows[name]["reason"], rows[name]["field"]) == (reason, field)


@pytest.mark.parametrize(("price", "stored"), [(1.005, "1.01"), ("9.995", "10.00"), (2.675, "2.68"), (12, "12.00")])
def test_money_is_rounded_as_it_is_written(price: object, stored: str) -> None:
    (row,) = decoded_reference("subscriptions", [json.dumps(PLAIN["subscriptions"] | {"price": price}).encode()])
    assert str(row["price"]) == stored
