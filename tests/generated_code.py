"""Spark as users have it: it generates code for each query, which `tests/spark_for_few_rows` leaves out."""

from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

GENERATED_CODE = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}


@contextmanager
def generated_code(spark: SparkSession) -> Iterator[None]:
    for_few_rows = {name: spark.conf.get(name) for name in GENERATED_CODE}
    try:
        for name, value in GENERATED_CODE.items():
            spark.conf.set(name, value)
        yield
    finally:
        for name, value in for_few_rows.items():
            spark.conf.set(name, value)
