"""Who agreed to what."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

MARKETING, PERSONALISATION = "marketing", "personalisation"


def consenting_profiles(consents: DataFrame, purpose: str, as_of: date) -> DataFrame:
    """One row a profile that had agreed to the purpose by the end of `as_of`, and has not taken it back since.

    A consent that was taken back after `as_of` counts no more: what is known today is heeded today. An agreement is
    stored once a key epoch: those of the latest count, for nobody hears any more when an earlier one is taken back.
    """
    latest_epoch = consents.agg(F.max("key_epoch").alias("key_epoch"))
    end_of_day = F.date_add(F.lit(as_of), 1).cast("timestamp")
    holds = F.col("withdrawn_at").isNull() & (F.col("granted_at") < end_of_day)
    return (
        consents.join(F.broadcast(latest_epoch), on="key_epoch", how="left_semi")
        .where((F.col("purpose") == purpose) & holds)
        .select("profile_key")
        .distinct()
    )
