"""What a person is told of an expectation that could not be looked at: what was raised, and no value."""

import traceback
from pathlib import Path

import pytest

from expectations.why_not_judged import why_not_judged

JAVA = """Traceback (most recent call last):
  File "protocol.py", line 327, in get_return_value
py4j.protocol.Py4JJavaError: An error occurred while calling o99.collectToPython.
: org.apache.spark.SparkException: [FAILED_READ_FILE.NO_HINT] ann@example.com
\tat org.apache.spark.sql.Dataset.collectToPython(Dataset.scala:1)
Caused by: org.apache.spark.SparkException: ann@example.com
\tat org.apache.spark.scheduler.Task.run(Task.scala:1)
Caused by: java.io.FileNotFoundException: File /lake/part-0.parquet does not exist
\t... 3 more

The above exception was the direct cause of the following exception:

great_expectations.exceptions.MetricResolutionError: ann@example.com
"""


def raised_while_handling() -> str:
    try:
        try:
            dict[str, str]()["ann@example.com"]
        except KeyError as error:
            raise ValueError("ann@example.com") from error
    except ValueError:
        return traceback.format_exc()
    raise AssertionError("nothing was raised")


def refused_by_the_system() -> str:
    try:
        Path("/no/such/file").read_text()
    except OSError:
        return traceback.format_exc()
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (raised_while_handling(), "KeyError"),
        (refused_by_the_system(), "FileNotFoundError: [Errno 2] No such file or directory: '/no/such/file'"),
        (JAVA, "java.io.FileNotFoundException: File /lake/part-0.parquet does not exist"),
        ("", "it gave no reason"),
    ],
    ids=["a value", "a file", "Java", "nothing"],
)
def test_the_first_that_was_raised_is_named(text: str, expected: str) -> None:
    report = {"raised_exception": True, "exception_traceback": text, "exception_message": "ann@example.com"}
    assert why_not_judged(report) == expected
    assert why_not_judged({"a sound metric": {"raised_exception": False}, "a metric": report}) == expected
