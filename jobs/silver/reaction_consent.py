"""Reactions are taken only from viewers who explicitly agreed to that."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.silver.line_faults import FAULT, fault
from jobs.tables.raw_event import Family


def refuse_unconsented_reactions(events: DataFrame, consents: DataFrame) -> DataFrame:
    """Adds a fault to each reaction that no recorded consent for `reactions` covers at its moment.

    `events` are pseudonymised; `consents` is `silver.consents`.
    """
    periods = consents.where(F.col("purpose") == "reactions").select(
        F.col("profile_key").alias("_consenting"), "granted_at", "withdrawn_at"
    )
    is_covered = (
        (F.col("family") == Family.REACTION)
        & (F.col("profile_key") == F.col("_consenting"))
        & (F.col("event_time") >= F.col("granted_at"))
        & (F.col("withdrawn_at").isNull() | (F.col("event_time") < F.col("withdrawn_at")))
    )
    covered = (
        events.where(F.col("family") == Family.REACTION)
        .join(periods, on=is_covered, how="left_semi")
        .select("batch_id", "line_number", F.lit(True).alias("_is_covered"))
    )
    is_unconsented = F.col("fault").isNull() & (F.col("family") == Family.REACTION) & F.col("_is_covered").isNull()
    no_consent = fault("no_consent", None, "No recorded consent covers this reaction; its values were not kept.")
    return (
        events.join(covered, on=["batch_id", "line_number"], how="left")
        .withColumn(FAULT, F.when(is_unconsented, no_consent).otherwise(F.col(FAULT)))
        .drop("_is_covered")
    )
