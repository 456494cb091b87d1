"""Each way in which a line of reference data can be wrong, with the reason that it must be given."""

import json
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.silver.json_lines import read_json
from jobs.silver.line_faults import find_faults
from jobs.silver.reference_rows import latest_rows, type_reference
from jobs.tables.bronze import RAW_REFERENCE
from jobs.tables.raw_reference import RAW_REFERENCE_RECORDS
from jobs.tables.silver import TITLES
from tests.factories import make_rows

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
    "a number in a CSV cell": ("titles", {"runtime_seconds": "60.5"}),
    "the largest numbers": ("titles", {"season_number": 2**31 - 1, "licence_cost": 10**15}),
    "a subscription that ends as it starts": ("subscriptions", {"ended_at": "2026-05-01T00:00:00Z"}),
    "a subscription without end": ("subscriptions", {"ended_at": "9999-12-31T00:00:00Z"}),
    # Refused, it would leave the consent standing.
    "a consent withdrawn before it was given": ("consents", {"withdrawn_at": "2026-04-01T00:00:00Z"}),
}
FAULTY: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "an object for a string": ("titles", {"name": {"en": "A film"}}, "wrong_type", "name"),
    "a number for a string": ("titles", {"title_id": 12}, "wrong_type", "title_id"),
    "a number for true or false": ("titles", {"is_original": 1}, "wrong_type", "is_original"),
    "a null in a list": ("titles", {"genres": ["drama", None]}, "wrong_type", "genres"),
    "objects in a list": ("titles", {"genres": [{"name": "drama"}]}, "wrong_type", "genres"),
    "NaN in a CSV cell": ("titles", {"runtime_seconds": "NaN"}, "wrong_type", "runtime_seconds"),
    "half a date": ("titles", {"release_date": "2026-05"}, "wrong_type", "release_date"),
    "the year 0": ("titles", {"release_date": "0000-01-01"}, "impossible_value", "release_date"),
    "a number too large for silver": ("titles", {"season_number": 2**31}, "impossible_value", "season_number"),
    "a cost too large for silver": ("titles", {"licence_cost": 1e300}, "impossible_value", "licence_cost"),
    "a price too large for silver": ("subscriptions", {"price": "1e300"}, "impossible_value", "price"),
    "a negative price": ("subscriptions", {"price": -1}, "impossible_value", "price"),
    "an end before the start": (
        "subscriptions",
        {"ended_at": "2026-04-30T23:59:59Z"},
        "impossible_value",
        "ended_at",
    ),
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
def faults(spark: SparkSession) -> dict[str, Row | None]:
    """The fault that each line above was given, found in one job a feed."""
    lines = {**SOUND, **{name: (feed, fields) for name, (feed, fields, _, _) in FAULTY.items()}}
    found = {}
    for feed, record in RAW_REFERENCE_RECORDS.items():
        rows = [
            {"feed": feed, "source_name": name, "line": json.dumps(PLAIN[feed] | fields).encode()}
            for name, (feed_of_line, fields) in lines.items()
            if feed_of_line == feed
        ]
        judged = make_rows(spark, RAW_REFERENCE, rows).transform(read_json, record).transform(find_faults, record)
        found |= {row.source_name: row.fault for row in judged.select("source_name", "fault").collect()}
    return found


@pytest.mark.parametrize("name", SOUND)
def test_accepts(faults: dict[str, Row | None], name: str) -> None:
    assert faults[name] is None


@pytest.mark.parametrize("name", FAULTY)
def test_refuses(faults: dict[str, Row | None], name: str) -> None:
    _, _, reason, field = FAULTY[name]
    found = faults[name]
    assert found is not None
    assert (found.reason, found.field) == (reason, field)


def test_whatever_is_accepted_fits_silvers_columns(spark: SparkSession) -> None:
    """A number that does not would end the whole load."""
    record = RAW_REFERENCE_RECORDS["titles"]
    of_titles = {name: fields for name, (feed, fields) in SOUND.items() if feed == "titles"}
    rows = [
        {"feed": "titles", "line": json.dumps(PLAIN["titles"] | {"title_id": name} | fields).encode()}
        for name, fields in of_titles.items()
    ]
    typed = (
        make_rows(spark, RAW_REFERENCE, rows)
        .transform(read_json, record)
        .transform(find_faults, record)
        .transform(type_reference, record)
    )
    assert {row.title_id for row in latest_rows(typed, TITLES).collect()} == of_titles.keys()
