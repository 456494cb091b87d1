from datetime import UTC, datetime, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.silver import QUARANTINE
from jobs.ledger.ledger import Batch, Load
from jobs.silver.build_quarantine import write_quarantine
from jobs.silver.outcomes import LoadOutcome
from jobs.silver.refused_lines import refused_lines
from jobs.storage.lake import Lake
from jobs.storage.local_rows import local_rows
from tests.factories import make_rows

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
FILE, OTHER_FILE = "a" * 64, "b" * 64


def judged(lake: Lake, *lines: tuple[int, str | None]) -> DataFrame:
    rows = local_rows(lake.spark, list(lines), "line_number bigint, reason string")
    return rows.withColumns({"batch_id": F.lit(FILE), "field": F.lit("position_ms"), "message": F.lit("It is wrong.")})


def test_a_retry_that_refuses_other_lines_notes_them_and_counts_the_sound_ones_as_replayed(lake: Lake) -> None:
    """Line 1 was refused and is sound now, line 2 is still refused, line 3 only now; another file has nothing to do."""
    lake.append(
        QUARANTINE,
        make_rows(
            lake.spark,
            QUARANTINE,
            [
                {"batch_id": FILE, "line_number": 1, "first_seen_at": NOON, "replayed_at": None},
                {"batch_id": FILE, "line_number": 2, "first_seen_at": NOON, "replayed_at": None},
                {"batch_id": OTHER_FILE, "line_number": 1, "first_seen_at": NOON, "replayed_at": None},
            ],
        ),
        "first attempt",
    )
    batch = Batch(FILE, "events", "a.ndjson", size_bytes=10, line_count=3, landed_at=NOON)
    retry = Load("load", "silver", NOON, (batch,), is_retry=True)
    lines = judged(lake, (1, None), (2, "wrong_type"), (3, "wrong_type"))
    write_quarantine(lake, refused_lines(lines, retry.files, LATER), retry, LoadOutcome({}, {}), LATER)

    first_seen = F.col("first_seen_at") == F.lit(NOON)
    found = lake.read(QUARANTINE).select(
        F.substring("batch_id", 1, 1), "line_number", first_seen, F.col("replayed_at").eqNullSafe(F.lit(LATER))
    )
    assert sorted(tuple(row) for row in found.collect()) == [
        ("a", 1, True, True),
        ("a", 2, True, False),
        ("a", 3, False, False),
        ("b", 1, True, False),
    ]
