from collections import defaultdict

import pytest
from pyspark.sql import SparkSession

from jobs.local_rows import local_rows
from jobs.silver.duplicates import hash_payload, mark_duplicates

SOUND, FAULTY = None, "not_json"
NEW, DUPLICATE, CONFLICT = (False, None), (True, None), (False, "duplicate_conflict")
# Batch, line, event_id, what it says, its fault; and whether it is a duplicate, and of which fault it ends.
LINES = {
    ("batch-a", 1, "once", 1, SOUND): NEW,
    ("batch-a", 2, "twice here", 1, SOUND): NEW,
    ("batch-a", 3, "twice here", 1, SOUND): DUPLICATE,
    ("batch-b", 1, "in both files", 1, SOUND): DUPLICATE,
    ("batch-a", 9, "in both files", 1, SOUND): NEW,
    ("batch-b", 2, "stored", 1, SOUND): DUPLICATE,
    ("batch-b", 3, "faulty twice", 1, FAULTY): (False, FAULTY),
    ("batch-b", 4, "faulty twice", 1, FAULTY): (False, FAULTY),
    ("batch-b", 5, "stored, but faulty", 1, FAULTY): (False, FAULTY),
    ("batch-a", 6, "the first one is faulty", 1, FAULTY): (False, FAULTY),
    ("batch-b", 6, "the first one is faulty", 1, SOUND): NEW,
    ("batch-b", 7, None, 1, FAULTY): (False, FAULTY),
    ("batch-b", 8, None, 1, FAULTY): (False, FAULTY),
    ("batch-0", 1, "in a stopped file, too", 1, SOUND): NEW,
    ("batch-0", 2, "in a stopped file, too", 1, SOUND): NEW,
    ("batch-a", 7, "in a stopped file, too", 1, SOUND): NEW,
    ("batch-c", 1, "says another thing here", 1, SOUND): NEW,
    ("batch-c", 2, "says another thing here", 2, SOUND): CONFLICT,
    ("batch-c", 3, "says another thing here", 1, SOUND): DUPLICATE,
    ("batch-c", 4, "stored saying another thing", 2, SOUND): CONFLICT,
    ("batch-c", 5, "written before the kill", 1, SOUND): NEW,
    ("batch-c", 6, "written before the kill", 1, SOUND): DUPLICATE,
    ("batch-c", 7, "written before the kill", 2, SOUND): CONFLICT,
    ("batch-c", 8, "written before the kill, faulty by new rules", 1, FAULTY): NEW,
}
# Event_id, what it says, and the line it came from.
STORED = [
    ("stored", 1, "batch-z", 1),
    ("stored, but faulty", 1, "batch-z", 2),
    ("nobody sends this", 1, "batch-z", 3),
    ("stored saying another thing", 1, "batch-z", 4),
    ("written before the kill", 1, "batch-c", 5),
    ("written before the kill, faulty by new rules", 1, "batch-c", 8),
]
STOPPED = ["batch-0"]

Line = tuple[str, int, str | None, int, str | None]
Found = dict[tuple[str, int], list[tuple[bool, str | None]]]


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> Found:
    events = local_rows(
        spark,
        [(*line[:4], (line[4], None, "x") if line[4] else None) for line in LINES],
        "batch_id string, line_number bigint, event_id string, payload_hash bigint, "
        "fault struct<reason: string, field: string, message: string>",
    )
    stored = local_rows(spark, STORED, "event_id string, payload_hash bigint, batch_id string, line_number bigint")
    marked: Found = defaultdict(list)
    for row in mark_duplicates(events.repartition(3), stored, STOPPED).collect():
        marked[row.batch_id, row.line_number].append((row.is_duplicate, row.fault and row.fault.reason))
    return marked


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line[2]}, {line[0]}:{line[1]}")
def test_what_becomes_of_a_line(found: Found, line: Line) -> None:
    assert found[line[0], line[1]] == [LINES[line]]


def test_no_line_is_added(found: Found) -> None:
    assert set(found) == {(line[0], line[1]) for line in LINES}


PLAIN = {
    "event_id": "an event",
    "query": None,
    "position_ms": 5,
    "received_time": 1,
    "profile_key": "p",
    "line_number": 1,
}
SCHEMA = "event_id string, query string, position_ms int, received_time int, profile_key string, line_number int"


@pytest.mark.parametrize(
    ("change", "is_the_same"),
    [
        ({"received_time": 2, "line_number": 7}, True),
        ({"profile_key": "of the next key epoch"}, True),
        ({"position_ms": 6}, False),
        ({"position_ms": None}, False),
        ({"query": "x"}, False),
        ({"query": ""}, False),
    ],
    ids=str,
)
def test_an_event_sent_again_says_the_same(spark: SparkSession, change: dict[str, object], is_the_same: bool) -> None:
    rows = [tuple(row.values()) for row in (PLAIN, PLAIN | change)]
    first, second = hash_payload(local_rows(spark, rows, SCHEMA)).select("payload_hash").collect()
    assert (first == second) is is_the_same
