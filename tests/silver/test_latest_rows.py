import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from jobs.contracts.bronze import RAW_REFERENCE
from jobs.contracts.silver import TITLES
from jobs.silver.decoded_lines import decode
from jobs.silver.latest_rows import latest_rows, mark_superseded
from jobs.silver.reference_rows import reference_columns, reference_rows
from tests.factories import NOON, make_rows
from tests.silver.decoding import KEYS

FILM = {"title_id": "film", "name": "A film", "kind": "film"}
OTHER = FILM | {"title_id": "other"}
# A CSV cell is text, whatever it means; intake leaves out the empty ones.
FROM_CSV = {
    "title_id": "from csv",
    "name": "=1+1",
    "kind": "episode",
    "season_number": "2",
    "runtime_seconds": "1500.5",
    "genres": "drama|comedy",
    "release_date": "2020-02-29",
    "is_original": "true",
    "licence_cost": "12.50",
    "series_id": "series",
}
FROM_JSON = {
    "title_id": "from json",
    "name": "x",
    "kind": "film",
    "runtime_seconds": 60,
    "genres": ["drama"],
    "is_original": False,
    "licence_cost": 12.5,
    "studio": "nobody asked",
}
# Batch, received so many hours after noon, line; all are sound but the opera.
LINES = [
    ("batch-a", 0, FROM_CSV),
    ("batch-a", 0, FROM_JSON),
    ("batch-a", 0, FILM | {"name": "first line"}),
    ("batch-a", 0, FILM | {"name": "second line"}),
    ("batch-c", 1, FILM | {"name": "received last"}),
    ("batch-b", 0, FILM | {"name": "received before"}),
    ("batch-b", 0, FILM | {"kind": "opera"}),
    ("batch-b", 0, OTHER | {"name": "of Tuesday", "as_of": "2026-05-26T00:00:00Z"}),
    ("batch-b", 0, OTHER | {"name": "of Monday, further down", "as_of": "2026-05-25T00:00:00Z"}),
    ("batch-c", 1, OTHER | {"name": "of Monday, received last", "as_of": "2026-05-25T00:00:00Z"}),
]
FACTS = [
    ("from csv", "name", "=1+1"),
    ("from csv", "season_number", 2),
    ("from csv", "runtime_seconds", 1500.5),
    ("from csv", "genres", ["drama", "comedy"]),
    ("from csv", "release_date", date(2020, 2, 29)),
    ("from csv", "is_original", True),
    ("from csv", "licence_cost", Decimal("12.50")),
    ("from csv", "countries", None),
    ("from json", "runtime_seconds", 60.0),
    ("from json", "genres", ["drama"]),
    ("from json", "is_original", False),
    ("from json", "licence_cost", Decimal("12.50")),
    ("from json", "extras", '{"studio":"string"}'),
    ("from csv", "extras", None),
    ("film", "name", "received last"),
    ("film", "received_at", datetime(2026, 6, 1, 13, tzinfo=UTC)),
    ("film", "as_of", datetime(2026, 6, 1, 13, tzinfo=UTC)),
    ("other", "name", "of Tuesday"),
    ("other", "as_of", datetime(2026, 5, 26, tzinfo=UTC)),
]


@pytest.fixture(scope="module")
def judged(spark: SparkSession) -> DataFrame:
    rows = [
        {
            "batch_id": batch,
            "received_at": NOON + timedelta(hours=hours),
            "feed": "titles",
            "line": json.dumps(row).encode(),
        }
        for batch, hours, row in LINES
    ]
    return (
        make_rows(spark, RAW_REFERENCE, rows)
        .transform(decode, partial(reference_rows, feed="titles", keys=KEYS), reference_columns("titles"))
        .transform(mark_superseded, TITLES.key)
        .persist()
    )


@pytest.fixture(scope="module")
def latest(judged: DataFrame) -> dict[str, Row]:
    return {row.title_id: row for row in latest_rows(judged, TITLES).collect()}


@pytest.mark.parametrize(("title", "name", "expected"), FACTS)
def test_fact(latest: dict[str, Row], title: str, name: str, expected: object) -> None:
    found = latest[title][name]
    assert (found.astimezone(UTC) if isinstance(found, datetime) else found) == expected


def test_one_row_a_title_and_none_of_a_broken_line(latest: dict[str, Row]) -> None:
    assert set(latest) == {"from csv", "from json", "film", "other"}


def test_only_a_line_that_the_same_file_overrules_is_a_duplicate(judged: DataFrame) -> None:
    """Another file's row is replaced in silver; it was still accepted from that file."""
    found = judged.where("is_duplicate").select("batch_id", "line_number").collect()
    assert sorted(tuple(row) for row in found) == [("batch-a", 3), ("batch-b", 9)]


def test_a_value_that_cannot_be_is_a_fault(judged: DataFrame) -> None:
    faults = judged.where("reason IS NOT NULL").select("reason", "field").collect()
    assert [tuple(fault) for fault in faults] == [("impossible_value", "kind")]
