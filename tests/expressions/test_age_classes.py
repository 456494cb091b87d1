import pytest
from pyspark.sql import SparkSession

from jobs.expressions.age_classes import least_age
from jobs.simulator.world.catalogue import MATURITY
from jobs.storage.local_rows import local_rows

# As services and boards of classification write them.
CLASSES = {
    "0": 0,
    "12": 12,
    "16+": 16,
    "FSK 12": 12,
    "PEGI-16": 16,
    "PG-13": 13,
    "tv-ma": 18,
    " G ": 0,
    None: None,
    "": None,
    "adult": None,
    "R18": None,
    "7 to 12": None,
}


@pytest.fixture(scope="module")
def ages(spark: SparkSession) -> dict[str | None, int | None]:
    rows = local_rows(spark, [(age_class,) for age_class in {*CLASSES, *MATURITY}], "maturity string")
    return {row.maturity: row.age for row in rows.select("maturity", least_age("maturity").alias("age")).collect()}


@pytest.mark.parametrize("age_class", CLASSES)
def test_age(ages: dict[str | None, int | None], age_class: str | None) -> None:
    assert ages[age_class] == CLASSES[age_class]


def test_classes_of_invented_catalogues_are_known(ages: dict[str | None, int | None]) -> None:
    assert [ages[age_class] for age_class in MATURITY] == [0, 7, 13, 16, 18]
