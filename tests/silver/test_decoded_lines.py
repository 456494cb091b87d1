"""What Spark adds to a kernel: it moves batches, and tells nothing of the key or of the lines."""

from collections.abc import Iterable, Iterator
from functools import partial

import pyarrow as pa
import pytest
from pyspark.errors import PythonException
from pyspark.sql import DataFrame, SparkSession

from jobs.contracts.bronze import RAW_EVENTS
from jobs.privacy.keys import PseudonymKey
from jobs.privacy.linkage_key import Keys, LinkageKey
from jobs.silver.decoded_lines import decode, line_hash
from jobs.silver.event_rows import EVENT_ROWS, event_rows
from jobs.silver.line_hashes import line_hashes
from tests.factories import make_line, make_rows
from tests.silver.decoding import decoded_events

SECRET = bytes(range(100, 132))
KEYS = Keys(PseudonymKey(1, SECRET), LinkageKey(SECRET))
LINE = make_line(title_id="a-title")


def lines(spark: SparkSession) -> DataFrame:
    return make_rows(spark, RAW_EVENTS, [{"line": LINE}, {"line": b"{"}])


def test_spark_finds_what_the_kernel_finds_alone(spark: SparkSession) -> None:
    rows = decode(lines(spark), partial(event_rows, keys=KEYS), EVENT_ROWS).orderBy("line_number").collect()
    names = ["reason", "title_id", "account_key", "payload_hash", "family"]
    alone = decoded_events([LINE, b"{"], KEYS)
    assert [[row[name] for name in names] for row in rows] == [[row[name] for name in names] for row in alone]


def test_no_plan_shows_the_key(spark: SparkSession) -> None:
    """In none of the forms in which Spark prints bytes; optimised by hand, too."""
    rows = decode(lines(spark), partial(event_rows, keys=KEYS), EVENT_ROWS)
    execution = rows._jdf.queryExecution()
    plans = "\n".join(
        [
            execution.toString(),
            execution.logical().toString(),
            execution.optimizedPlan().toString(),
            execution.optimizedPlan().toJSON(),
            execution.explainString(spark._jvm.org.apache.spark.sql.execution.ExplainMode.fromString("extended")),  # type: ignore[union-attr]
        ]
    ).lower()
    signed = [byte - 256 if byte > 127 else byte for byte in SECRET]
    forms = [
        SECRET.hex(),
        SECRET.hex(" "),
        SECRET.decode("latin-1").lower(),
        ", ".join(map(str, signed)),
        ",".join(map(str, signed)),
    ]
    assert [form for form in forms if form[:24] in plans] == []


def test_a_kernel_that_fails_says_where_and_not_what_it_saw(spark: SparkSession) -> None:
    def fails(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            raise ValueError(f"this is in the line: {batch['line'][0]}")
            yield batch

    with pytest.raises(PythonException, match=r"ValueError at .*test_decoded_lines\.py:\d+") as failed:
        decode(lines(spark), fails, EVENT_ROWS).collect()
    assert "a-title" not in str(failed.value)
    assert "this is in the line" not in str(failed.value).replace('f"this is in the line', "")


def test_a_line_has_one_hash_with_and_without_spark(spark: SparkSession) -> None:
    rows = make_rows(
        spark, RAW_EVENTS, [{"line": LINE}, {"line": b""}, {"line": bytes(range(256)) * 9}, {"line": None}]
    )
    stored = rows.coalesce(1).select("line_number", "line", line_hash().alias("hash")).collect()
    numbers, texts, hashes = zip(*stored, strict=True)
    assert list(line_hashes(numbers, texts)) == [value % 2**64 for value in hashes]
