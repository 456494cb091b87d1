"""Refused lines tried again, after a fix of ours or of the contract."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.bronze import RAW_EVENTS, RAW_REFERENCE
from jobs.contracts.raw_event import RAW_EVENT
from jobs.contracts.silver import QUARANTINE
from jobs.ledger.ledger import Load
from jobs.privacy.linkage_key import Keys
from jobs.silver.build_events import write_accepted_events
from jobs.silver.build_reference import TellGold, judge_reference, write_latest_rows
from jobs.silver.events_in_spark import judge_in_spark
from jobs.silver.outcomes import LoadOutcome, summarise
from jobs.silver.reaction_consent import WITHDRAWN
from jobs.storage.lake import Lake

if TYPE_CHECKING:
    from expectations.gate import Gate

_PLACE = ["batch_id", "line_number"]
# No file is stopped by a replay: what is still refused was refused before.
_NO_LIMIT = 1.0


def replay(lake: Lake, load: Load, keys: Keys, gate: "Gate", tell_gold: TellGold) -> LoadOutcome:
    """Takes the load's refused lines in where they are sound now, and notes in quarantine that it did.

    A replay that was killed does the same again: what it has noted already bears the time at which its load was opened.
    Raises `jobs.errors.GateFailedError`.
    """
    refused = _refused_until(lake, load)
    if load.feed == RAW_EVENT.feed:
        lines = lake.read_arrivals(RAW_EVENTS, load.batches).join(refused.select(*_PLACE), on=_PLACE, how="left_semi")
        # What a killed replay took in, it took in from these very lines.
        events = judge_in_spark(lake, lines, replace(load, is_retry=True), keys, _NO_LIMIT)
        write_accepted_events(lake, events, gate, load.load_id)
        lake.upsert(QUARANTINE, _replayed(refused, events.lines, load.opened_at))
        return events.outcome
    # Which line of a file has the last word on a key, only the whole file says.
    whole = judge_reference(lake.read_arrivals(RAW_REFERENCE, load.batches), load.feed, keys)
    judged = whole.join(refused.select(*_PLACE), on=_PLACE, how="left_semi").localCheckpoint()
    outcome = summarise(judged)
    write_latest_rows(lake, judged.where(~F.col("is_duplicate")), load, gate, tell_gold)
    lake.upsert(QUARANTINE, _replayed(refused, judged, load.opened_at))
    return outcome


def _refused_until(lake: Lake, load: Load) -> DataFrame:
    is_open = F.col("replayed_at").isNull() | (F.col("replayed_at") == F.lit(load.opened_at))
    is_refused = F.col("batch_id").isin(load.batch_ids) & (F.col("reason") != WITHDRAWN.reason)
    return lake.read(QUARANTINE).where(is_refused & is_open).localCheckpoint()


def _replayed(refused: DataFrame, judged: DataFrame, at: datetime) -> DataFrame:
    sound = judged.where(F.col("reason").isNull()).select(*_PLACE)
    return refused.join(sound, on=_PLACE, how="left_semi").withColumn("replayed_at", F.lit(at))
