import pytest
from pyspark.sql import SparkSession

from jobs.silver.duplicates import mark_duplicates

# Batch, line, event_id, whether it is faulty; and whether it is a duplicate.
LINES = {
    ("batch-a", 1, "once", False): False,
    ("batch-a", 2, "twice here", False): False,
    ("batch-a", 3, "twice here", False): True,
    ("batch-b", 1, "in both files", False): True,
    ("batch-a", 9, "in both files", False): False,
    ("batch-b", 2, "stored", False): True,
    ("batch-b", 3, "faulty twice", True): False,
    ("batch-b", 4, "faulty twice", True): False,
    ("batch-b", 5, "stored, but faulty", True): False,
    ("batch-a", 6, "the first one is faulty", True): False,
    ("batch-b", 6, "the first one is faulty", False): False,
    ("batch-b", 7, None, True): False,
    ("batch-b", 8, None, True): False,
    ("batch-0", 1, "in a stopped file, too", False): False,
    ("batch-0", 2, "in a stopped file, too", False): False,
    ("batch-a", 7, "in a stopped file, too", False): False,
}
# An id can be stored on two dates: then it stands here twice.
STORED = ["stored", "stored", "stored, but faulty", "nobody sends this"]

STOPPED = ["batch-0"]

Found = list[tuple[tuple[str, int, str | None, bool], bool]]


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> Found:
    events = spark.createDataFrame(
        [(*line[:3], "not_json" if line[3] else None) for line in LINES],
        "batch_id string, line_number bigint, event_id string, fault string",
    )
    stored = spark.createDataFrame([(event_id,) for event_id in STORED], "event_id string")
    rows = mark_duplicates(events.repartition(3), stored, STOPPED).collect()
    return [((r.batch_id, r.line_number, r.event_id, r.fault is not None), r.is_duplicate) for r in rows]


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line[2]}, {line[0]}:{line[1]}")
def test_is_duplicate(found: Found, line: tuple[str, int, str | None, bool]) -> None:
    assert [is_duplicate for place, is_duplicate in found if place == line] == [LINES[line]]


def test_no_line_is_lost_or_added(found: Found) -> None:
    assert sorted(map(str, (place for place, _ in found))) == sorted(map(str, LINES))
