"""Fields that players send and the contract does not know: kept in `extras`, and told, so that drift is seen."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

# What else stands where a name should be may be anybody's data: it is counted, not repeated.
_A_NAME = r"^[A-Za-z_][A-Za-z0-9_.]{0,63}$"
NO_NAME = "(no plain name)"


def unknown_fields(events: DataFrame) -> DataFrame:
    """One row a field in `extras` of sound events: `field`, and `lines` that have it."""
    return (
        events.where(F.col("fault").isNull())
        .select(F.explode(F.json_object_keys("extras")).alias("name"))
        .groupBy(F.when(F.col("name").rlike(_A_NAME), F.col("name")).otherwise(NO_NAME).alias("field"))
        .agg(F.count("*").alias("lines"))
    )
