from datetime import datetime, timedelta

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.local_rows import local_rows
from jobs.silver.line_faults import FAULT_SCHEMA
from jobs.silver.reaction_consent import refuse_unconsented_reactions
from jobs.tables.silver import CONSENTS
from tests.factories import NOON, make_rows

HOUR = timedelta(hours=1)
CONSENTED = [
    {"profile_key": "agreed", "purpose": "reactions", "granted_at": NOON},
    {"profile_key": "took it back", "purpose": "reactions", "granted_at": NOON - HOUR, "withdrawn_at": NOON},
    {"profile_key": "agreed twice", "purpose": "reactions", "granted_at": NOON - HOUR},
    {"profile_key": "agreed twice", "purpose": "reactions", "granted_at": NOON},
    {"profile_key": "to something else", "purpose": "research", "granted_at": NOON - HOUR},
]
# Viewer, family, moment; the reason for which it is refused.
EVENTS = {
    ("agreed", "reaction", NOON): None,
    ("agreed", "reaction", NOON - HOUR): "no_consent",
    ("took it back", "reaction", NOON - HOUR): None,
    ("took it back", "reaction", NOON): "no_consent",
    ("agreed twice", "reaction", NOON): None,
    ("to something else", "reaction", NOON): "no_consent",
    ("nobody asked", "reaction", NOON): "no_consent",
    ("nobody asked", "playback", NOON): None,
    ("broken already", "reaction", NOON): "not_json",
}


@pytest.fixture(scope="module")
def reasons(spark: SparkSession) -> list[str | None]:
    rows = [("batch", number, *event) for number, event in enumerate(EVENTS)]
    no_fault, broken = F.lit(None), F.struct(F.lit("not_json"), F.lit(None).cast("string"), F.lit("It is no JSON."))
    events = local_rows(
        spark, rows, "batch_id string, line_number bigint, profile_key string, family string, event_time timestamp"
    ).withColumn(
        "fault", F.when(F.col("profile_key") == "broken already", broken).otherwise(no_fault).cast(FAULT_SCHEMA)
    )
    found = refuse_unconsented_reactions(events, make_rows(spark, CONSENTS, CONSENTED)).orderBy("line_number").collect()
    return [row.fault and row.fault.reason for row in found]


def test_no_event_is_lost_or_doubled(reasons: list[str | None]) -> None:
    assert len(reasons) == len(EVENTS)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: f"{event[0]}, {event[1]}, {event[2]:%H} h")
def test_reason(reasons: list[str | None], event: tuple[str, str, datetime]) -> None:
    assert reasons[list(EVENTS).index(event)] == EVENTS[event]
