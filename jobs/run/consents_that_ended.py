"""Consents that ended, looked for without Spark: what rests on them is to be taken out."""

import polars as pl

from jobs.config import Settings
from jobs.contracts.silver import CONSENTS, SEEN_PROFILES
from jobs.storage.stored_tables import stored_rows


def has_withdrawals_to_apply(settings: Settings) -> bool:
    """Whether a consent was taken back, and rows that needed it may still be there."""
    consents = stored_rows(settings, CONSENTS)
    is_due = pl.col("withdrawn_at").is_not_null() & pl.col("withdrawal_applied_at").is_null()
    return consents is not None and not consents.filter(is_due).limit(1).collect().is_empty()


def has_void_consents(settings: Settings) -> bool:
    """Whether a consent names no account, and lines have named several profiles of its id: it counts for none."""
    consents, seen = stored_rows(settings, CONSENTS), stored_rows(settings, SEEN_PROFILES)
    if consents is None or seen is None:
        return False
    shared = seen.group_by("profile_id_key").len().filter(pl.col("len") > 1)
    void = consents.filter(pl.col("withdrawn_at").is_null()).join(
        shared, left_on="profile_key", right_on="profile_id_key", how="semi"
    )
    return not void.limit(1).collect().is_empty()
