"""`silver.seen_profiles`: which profiles lines have named with their account, for consents that name none."""

from typing import TYPE_CHECKING

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.silver import SEEN_PROFILES
from jobs.storage.lake import Lake

if TYPE_CHECKING:
    from expectations.gate import Gate


def profiles_in(lines: DataFrame) -> DataFrame:
    """One row a profile that a sound line names. `lines` are judged, in the columns of a kernel."""
    is_named = F.col("reason").isNull() & F.col("profile_id_key").isNotNull() & F.col("profile_key").isNotNull()
    return lines.where(is_named).select(*SEEN_PROFILES.column_names).dropDuplicates(["profile_key"])


def write_seen_profiles(lake: Lake, profiles: DataFrame, gate: "Gate", load_id: str) -> None:
    """Adds those that are new, once they passed the gate. Raises `jobs.errors.GateFailedError`."""
    known = lake.read(SEEN_PROFILES).select("profile_key")
    new = profiles.join(known, on="profile_key", how="left_anti").localCheckpoint()
    if not new.isEmpty():
        lake.upsert(SEEN_PROFILES, gate.judge(SEEN_PROFILES, new, load_id))
