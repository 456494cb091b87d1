"""Who agreed to what."""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

MARKETING, PERSONALISATION, REACTIONS = "marketing", "personalisation", "reactions"


def standing_consents(consents: DataFrame, purpose: str) -> DataFrame:
    """`profile_key` and `granted_at` of each consent to the purpose that nobody has taken back.

    A withdrawal ends every consent of its profile and purpose that was not given after it. One that was taken back
    after some day counts no more for that day: what is known today is heeded today. An agreement is stored once a key
    epoch: those of the latest count, for nobody hears any more when an earlier one is taken back.
    """
    last_withdrawal = F.max("withdrawn_at").over(Window.partitionBy("profile_key"))
    is_newer = last_withdrawal.isNull() | (F.col("granted_at") > last_withdrawal)
    return (
        of_latest_epoch(consents, consents)
        .where(F.col("purpose") == purpose)
        .withColumn("_is_newer", is_newer)
        .where(F.col("_is_newer") & F.col("withdrawn_at").isNull())
        .select("profile_key", "granted_at")
    )


def of_latest_epoch(rows: DataFrame, consents: DataFrame) -> DataFrame:
    """The rows of the key epoch of the latest consents: of viewers of an earlier one, nobody hears any more."""
    latest_epoch = consents.agg(F.max("key_epoch").alias("key_epoch"))
    return rows.join(F.broadcast(latest_epoch), on="key_epoch", how="left_semi").select(*rows.columns)


def consenting_profiles(consents: DataFrame, purpose: str, as_of: date) -> DataFrame:
    """One row a profile that had agreed to the purpose by the end of `as_of`, and has not taken it back since."""
    end_of_day = F.date_add(F.lit(as_of), 1).cast("timestamp")
    return standing_consents(consents, purpose).where(F.col("granted_at") < end_of_day).select("profile_key").distinct()
