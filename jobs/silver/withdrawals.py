"""A consent that was taken back stays so, whatever is said of it afterwards."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.silver import CONSENTS
from jobs.storage.spark_schema import in_columns_of

# A line says as much as a later one of its file only where it withdraws the same.
SAID_AGAIN = (*CONSENTS.key, "withdrawn_at")


def with_stored_withdrawals(judged: DataFrame, stored: DataFrame) -> DataFrame:
    """The sound rows of consents and what is stored of them, each with the last withdrawal that any of these knows.

    A snapshot of before a withdrawal may arrive after it, and says nothing of it.
    """
    sound = judged.where(F.col("reason").isNull()).transform(in_columns_of, CONSENTS)
    known = (
        stored.join(sound.select(*CONSENTS.key).distinct(), on=list(CONSENTS.key), how="left_semi")
        .withColumn("as_of", F.coalesce("as_of", "received_at"))
        .select(*CONSENTS.column_names)
    )
    of_consent = Window.partitionBy(*CONSENTS.key)
    applied_at = F.when(F.col("withdrawn_at") == F.col("_last"), F.col("withdrawal_applied_at"))
    return (
        sound.unionByName(known)
        .withColumn("_last", F.max("withdrawn_at").over(of_consent))
        .withColumn("withdrawal_applied_at", F.max(applied_at).over(of_consent))
        .withColumns({"withdrawn_at": F.col("_last"), "reason": F.lit(None).cast("string")})
    )


def not_applied(consents: DataFrame) -> DataFrame:
    """The consents that were taken back, and rows that needed them may still be there."""
    return consents.where(F.col("withdrawn_at").isNotNull() & F.col("withdrawal_applied_at").isNull())
