"""Reactions are taken only from viewers who explicitly agreed to that."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.event_types import Family
from jobs.privacy.consenting_profiles import REACTIONS, standing_consents
from jobs.privacy.consents_of_profiles import consents_of_profiles
from jobs.silver.line_faults import Fault

NO_CONSENT = Fault(
    "no_consent", None, "No recorded consent that still holds covers this reaction; its values were not kept."
)
# Of a line that was taken in, and is not there any more.
WITHDRAWN = Fault(
    "consent_withdrawn",
    None,
    "It was taken in, and out again when the consent to it was withdrawn, or was no longer told from that of another "
    "profile; no value is kept.",
)


def unconsented_reactions(events: DataFrame, consents: DataFrame, seen: DataFrame) -> DataFrame:
    """`batch_id` and `line_number` of each sound reaction that no consent covers: given before it, and held to today.

    `events` are pseudonymised; `consents` is `silver.consents`, `seen` `silver.seen_profiles` with all profiles that
    the load names, whatever its lines are about.
    """
    sound = events.where((F.col("family") == Family.REACTION) & F.col("reason").isNull())
    return sound.transform(uncovered, consents, seen).select("batch_id", "line_number")


def uncovered(reactions: DataFrame, consents: DataFrame, seen: DataFrame) -> DataFrame:
    """The reactions that no consent covers which holds to this day."""
    standing = (
        consents.transform(consents_of_profiles, seen)
        .transform(standing_consents, REACTIONS)
        .select(F.col("profile_key").alias("_consenting"), "granted_at")
    )
    is_covered = (F.col("profile_key") == F.col("_consenting")) & (F.col("event_time") >= F.col("granted_at"))
    return reactions.join(standing, on=is_covered, how="left_anti")
