"""The Spark job that somebody in a hurry writes: inferred schema, a Python function a row for hashes, defaults.

    python -m tests.benchmarks.naive_silver FOLDER_OF_PLAIN_FILES OUT

Prints the seconds of its second run, in a session with Spark's own settings.
"""

import hashlib
import os
import sys
import time
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.storage.delta_jars import delta_jars


def build_silver(spark: SparkSession, plain_events: Path, out: Path) -> None:
    """One Delta table of the events in uncompressed NDJSON files."""
    hashed = F.udf(lambda text: hashlib.sha256(("k" * 64 + text).encode()).hexdigest() if text else None)
    rows = (
        spark.read.json(str(plain_events))
        .where("event_id is not null")
        .withColumn("event_time", F.to_timestamp("event_time"))
        .withColumn("event_date", F.to_date("event_time"))
        .withColumn("account_key", hashed("account_id"))
        .withColumn("profile_key", hashed("profile_id"))
        .withColumn("device_key", hashed("device.device_id"))
        .drop("account_id", "profile_id", "_corrupt_record")
        .dropDuplicates(["event_id"])
    )
    rows.write.format("delta").mode("overwrite").partitionBy("event_date").save(str(out))


if __name__ == "__main__":
    session = (
        SparkSession.builder.master("local[*]")
        .config("spark.driver.memory", "4g")
        .config("spark.driver.extraClassPath", os.pathsep.join(map(str, delta_jars())))
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .getOrCreate()
    )
    for number in range(2):
        started = time.monotonic()
        build_silver(session, Path(sys.argv[1]), Path(sys.argv[2]) / str(number))
    print(time.monotonic() - started)
