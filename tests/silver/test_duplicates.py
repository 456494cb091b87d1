from collections import defaultdict

import polars as pl
import pytest
from pyspark.sql import SparkSession

from jobs.silver.duplicates import duplicates, duplicates_in_driver
from jobs.storage.local_rows import local_rows

NEW: list[tuple[bool, bool]] = []
DUPLICATE, CONFLICT = [(True, False)], [(False, True)]
# Batch, line, event_id, what it says; and whether it is a duplicate or a conflict, or neither.
LINES: dict[tuple[str, int, str, int], list[tuple[bool, bool]]] = {
    ("batch-a", 1, "once", 1): NEW,
    ("batch-a", 2, "twice here", 1): NEW,
    ("batch-a", 3, "twice here", 1): DUPLICATE,
    ("batch-b", 1, "in both files", 1): DUPLICATE,
    ("batch-a", 9, "in both files", 1): NEW,
    ("batch-b", 2, "stored", 1): DUPLICATE,
    ("batch-c", 1, "says another thing here", 1): NEW,
    ("batch-c", 2, "says another thing here", 2): CONFLICT,
    ("batch-c", 3, "says another thing here", 1): DUPLICATE,
    ("batch-c", 4, "stored saying another thing", 2): CONFLICT,
    ("batch-c", 5, "written before the kill", 1): NEW,
    ("batch-c", 6, "written before the kill", 1): DUPLICATE,
    ("batch-c", 7, "written before the kill", 2): CONFLICT,
    ("batch-a", 10, "written before the kill by a later line", 1): DUPLICATE,
    ("batch-c", 9, "written before the kill by a later line", 1): NEW,
}
# Event_id, what it says, and the line it came from.
STORED = [
    ("stored", 1, "batch-z", 1),
    ("nobody sends this", 1, "batch-z", 3),
    ("stored saying another thing", 1, "batch-z", 4),
    ("written before the kill", 1, "batch-c", 5),
    ("written before the kill by a later line", 1, "batch-c", 9),
]
_NAMES = ["event_id", "payload_hash", "batch_id", "line_number"]
Found = dict[tuple[str, int], list[tuple[bool, bool]]]


@pytest.fixture(scope="module", params=["in Spark", "in the driver"])
def found(request: pytest.FixtureRequest, spark: SparkSession) -> Found:
    schema = "event_id string, payload_hash bigint, batch_id string, line_number bigint"
    rows = [(event_id, says, batch, line) for batch, line, event_id, says in LINES]
    columns = ["batch_id", "line_number", "is_duplicate", "is_conflict"]
    if request.param == "in Spark":
        events, stored = local_rows(spark, rows, schema), local_rows(spark, STORED, schema)
        told = [tuple(row) for row in duplicates(events.repartition(3), stored).select(*columns).collect()]
    else:
        frames = [pl.DataFrame(known, _NAMES, orient="row") for known in (rows, STORED)]
        told = duplicates_in_driver(*frames).select(columns).rows()
    marked: Found = defaultdict(list)
    for batch_id, line_number, *fate in told:
        marked[batch_id, line_number].append(tuple(fate))
    return marked


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line[2]}, {line[0]}:{line[1]}")
def test_what_becomes_of_a_line(found: Found, line: tuple[str, int, str, int]) -> None:
    assert found.get(line[:2], []) == LINES[line]


def test_no_line_is_added(found: Found) -> None:
    assert set(found) <= {line[:2] for line in LINES}
