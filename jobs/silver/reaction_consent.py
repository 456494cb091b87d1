"""Reactions are taken only from viewers who explicitly agreed to that."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.event_types import Family
from jobs.silver.line_faults import Fault

NO_CONSENT = Fault("no_consent", None, "No recorded consent covers this reaction; its values were not kept.")


def unconsented_reactions(events: DataFrame, consents: DataFrame) -> DataFrame:
    """`batch_id` and `line_number` of each sound reaction that no recorded consent covers at its moment.

    `events` are pseudonymised; `consents` is `silver.consents`.
    """
    periods = consents.where(F.col("purpose") == "reactions").select(
        F.col("profile_key").alias("_consenting"), "granted_at", "withdrawn_at"
    )
    is_covered = (
        (F.col("profile_key") == F.col("_consenting"))
        & (F.col("event_time") >= F.col("granted_at"))
        & (F.col("withdrawn_at").isNull() | (F.col("event_time") < F.col("withdrawn_at")))
    )
    return (
        events.where((F.col("family") == Family.REACTION) & F.col("reason").isNull())
        .join(periods, on=is_covered, how="left_anti")
        .select("batch_id", "line_number")
    )
