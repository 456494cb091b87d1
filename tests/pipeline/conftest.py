"""The runs that several files compare with, made once."""

import pytest
from pyspark.sql import SparkSession

from tests.pipeline.two_days import Runs, bring_in_twice


@pytest.fixture(scope="session")
def runs(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return bring_in_twice(spark, tmp_path_factory.mktemp("two-days"))
