"""The pseudonyms of profiles by the ids that the source knows them by."""

from collections.abc import Sequence

import polars as pl

from jobs.privacy.keys import PseudonymKey


def profile_keys(seen: pl.LazyFrame | None, key: PseudonymKey, profile_ids: Sequence[str]) -> dict[str, str]:
    """The id that each pseudonym is of: those of the ids alone, and of every profile that has one of them.

    `seen` is `silver.seen_profiles`, None where it is not there. Two accounts may each have a profile of one id.
    """
    alone = {key.pseudonym("profile", profile_id): profile_id for profile_id in profile_ids}
    if seen is None:
        return alone
    pairs = seen.filter(pl.col("profile_id_key").is_in(list(alone))).select("profile_key", "profile_id_key").collect()
    return alone | {profile_key: alone[id_key] for profile_key, id_key in pairs.iter_rows()}
