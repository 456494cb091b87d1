"""Silver events: raw lines typed, judged, pseudonymised and written once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING

from pyspark import inheritable_thread_target

from jobs.contracts.bronze import RAW_EVENTS
from jobs.contracts.gold import UNCONSENTED_ROWS
from jobs.contracts.silver import CONSENTS, REACTIONS, SEEN_PROFILES, TABLE_OF_FAMILY
from jobs.ledger.ledger import Load
from jobs.privacy.linkage_key import Keys
from jobs.privacy.unconsented_rows import unconsented_rows
from jobs.silver.build_quarantine import write_quarantine
from jobs.silver.events_in_driver import EventsInDriver, judge_in_driver
from jobs.silver.events_in_spark import EventsInSpark, judge_in_spark
from jobs.silver.outcomes import LoadOutcome
from jobs.silver.reaction_consent import uncovered
from jobs.silver.seen_profiles import write_seen_profiles
from jobs.storage.lake import MOST_ROWS_IN_DRIVER, Lake

if TYPE_CHECKING:
    from expectations.gate import Gate

# Lines may be long: so much text takes a gigabyte and a half as rows.
MOST_BYTES_IN_DRIVER = 2**30


def build_events(lake: Lake, load: Load, keys: Keys, gate: "Gate", bad_line_limit: float, at: datetime) -> LoadOutcome:
    """Writes the load's events to silver and its refused lines to quarantine; batches over the limit are left out.

    What the driver can hold is judged and written there, more in Spark; the rows are the same.
    Every table is judged before the first is written. Raises `jobs.errors.GateFailedError`.
    """
    judged: EventsInDriver | EventsInSpark
    if lake.takes_arrow and load.line_count <= MOST_ROWS_IN_DRIVER and load.size_bytes <= MOST_BYTES_IN_DRIVER:
        judged = judge_in_driver(lake, load, keys, bad_line_limit)
    else:
        judged = judge_in_spark(lake, lake.read_arrivals(RAW_EVENTS, load.batches), load, keys, bad_line_limit)
    write_accepted_events(lake, judged, gate, load.load_id)
    write_quarantine(lake, judged.refused_lines(load, at), load, judged.outcome, at)
    return judged.outcome


def write_accepted_events(lake: Lake, judged: EventsInDriver | EventsInSpark, gate: "Gate", load_id: str) -> None:
    """Appends what has neither fault nor twin to the table of its family, once all families passed the gate.

    What an earlier attempt wrote is left out. Delta is told what the load takes in: of two attempts at once that take
    in the same, one is written; a later one that takes in more, by other rules, writes what is missing.
    The tables are written side by side. Raises `jobs.errors.GateFailedError`.
    """
    attempt = f"{load_id}:{judged.outcome.accepted_sum}"
    candidates = {
        table: gate.judge(table, judged.accepted_rows(family), load_id)
        for family, table in TABLE_OF_FAMILY.items()
        if family in judged.outcome.families
    }
    profiles = judged.profiles(lake)
    if REACTIONS in candidates:
        seen = lake.read(SEEN_PROFILES).unionByName(profiles)
        without = lake.in_spark(candidates[REACTIONS]).transform(uncovered, lake.read(CONSENTS), seen)
        gate.judge(UNCONSENTED_ROWS, lake.at_hand(unconsented_rows(REACTIONS, without)), load_id)
    write_seen_profiles(lake, profiles, gate, load_id)
    append = inheritable_thread_target(lake.spark)(lake.append)
    with ThreadPoolExecutor(max_workers=len(candidates) + 1) as side_by_side:
        writes = [side_by_side.submit(append, table, rows, attempt) for table, rows in candidates.items()]
        writes.append(side_by_side.submit(gate.write_pages))
    for write in writes:
        write.result()
