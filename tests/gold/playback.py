"""Sessions written as what happened when: `(second, event_type, position in seconds, other fields)`."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from jobs.contracts.silver import PLAYBACK_EVENTS
from tests.factories import NOON, make_rows

Moment = tuple[float, str, float] | tuple[float, str, float, dict[str, Any]]


def make_playback(spark: SparkSession, sessions: Mapping[str, Sequence[Moment]], **shared: Any) -> DataFrame:
    """Rows of `silver.playback_events`; seconds count from noon."""
    rows: list[dict[str, Any]] = []
    for session_id, moments in sessions.items():
        for second, event_type, position, *others in moments:
            event_time = NOON + timedelta(seconds=second)
            rows.append(
                {
                    "session_id": session_id,
                    "event_type": event_type,
                    "event_time": event_time,
                    "event_date": event_time.date(),
                    "position_ms": round(position * 1000),
                    "line_number": len(rows) + 1,
                    "event_id": f"event-{len(rows):06d}",
                    **shared,
                    **(others[0] if others else {}),
                }
            )
    return make_rows(spark, PLAYBACK_EVENTS, rows)
