import logging

from py4j import java_gateway
from pyspark.sql import SparkSession


def test_py4j_shows_no_traceback_of_a_jvm_that_is_gone(spark: SparkSession) -> None:
    said = logging.LogRecord(
        "root", logging.ERROR, java_gateway.__file__, 1, "Exception while sending command.", (), None
    )
    assert not logging.getLogger().filter(said)
