"""Whole numbers for keys, as ALS needs them."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F


def compact_ids(keys: DataFrame, key: str, number: str, buckets: int = 64) -> DataFrame:
    """Gives each distinct key a whole number below 2^31: columns `key` and `number`.

    Numbered inside hash buckets, so that no single task and no driver has to see all keys.
    """
    bucket = F.pmod(F.xxhash64(key), F.lit(buckets))
    place = F.row_number().over(Window.partitionBy("_bucket").orderBy(key))
    return (
        keys.select(key)
        .distinct()
        .withColumn("_bucket", bucket)
        .withColumn(number, ((place - 1) * buckets + F.col("_bucket")).cast("int"))
        .drop("_bucket")
    )
