import logging
from typing import Any

import pytest
from py4j import java_gateway
from pyspark.sql import SparkSession


def test_py4j_shows_no_traceback_of_a_jvm_that_is_gone(spark: SparkSession) -> None:
    said = logging.LogRecord(
        "root", logging.ERROR, java_gateway.__file__, 1, "Exception while sending command.", (), None
    )
    assert not logging.getLogger().filter(said)


def test_pyspark_shows_no_traceback_of_its_counters_connection(
    spark: SparkSession, capsys: pytest.CaptureFixture[str]
) -> None:
    counters: Any = spark.sparkContext._accumulatorServer
    try:
        raise EOFError
    except EOFError:
        counters.handle_error(None, ("127.0.0.1", 1))
    assert capsys.readouterr() == ("", "")
