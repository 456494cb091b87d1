"""Spark as users have it: it generates code for each query and plans it stage by stage.

`tests/spark_for_few_rows` leaves both out. What a session cannot change stays: fewer partitions, one compiler of Java.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

AS_USERS_HAVE_IT = {
    "spark.sql.codegen.wholeStage": "true",
    "spark.sql.codegen.factoryMode": "FALLBACK",
    "spark.sql.adaptive.enabled": "true",
}


@contextmanager
def spark_as_users_have_it(spark: SparkSession) -> Iterator[None]:
    for_few_rows = {name: value for name in AS_USERS_HAVE_IT if (value := spark.conf.get(name)) is not None}
    try:
        for name, value in AS_USERS_HAVE_IT.items():
            spark.conf.set(name, value)
        yield
    finally:
        for name, value in for_few_rows.items():
            spark.conf.set(name, value)
