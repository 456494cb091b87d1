"""Age classes as ages, in Spark."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.contracts.age_classes import AGES, NUMBERED


def least_age(age_class: str) -> Column:
    """From which age on; null where there is no class, or nobody knows what it means."""
    name = F.lower(F.trim(age_class))
    ages = F.create_map(*(F.lit(value) for entry in AGES.items() for value in entry))
    number = F.regexp_extract(name, NUMBERED, 1).try_cast("int")
    return F.coalesce(F.try_element_at(ages, name), number)
