"""What can be wrong with an event beyond its single fields."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.silver.json_lines import text_of
from jobs.silver.line_faults import CLOCK_AHEAD, EARLIEST_IMPORT, FAULT, fault, find_faults
from jobs.tables.raw_event import RAW_EVENT
from jobs.withheld_line import WITHHELD_REACTION

# Players keep events while they are offline; what comes later than this is not taken in.
LATEST_ARRIVAL = "INTERVAL 30 DAYS"
# Traffic may be simulated for days to come, and a collector's clock may be off; but not by this much.
RECEIPT_AHEAD = "INTERVAL 1 YEAR"


def find_event_faults(parsed: DataFrame) -> DataFrame:
    """Adds `fault` to lines that `read_json` parsed as events: the first fault, or null."""
    return parsed.transform(find_faults, RAW_EVENT).withColumn(
        FAULT, F.coalesce(_withheld_fault(), FAULT, _rating_fault(), _clock_fault())
    )


def _withheld_fault() -> Column:
    return F.when(
        F.col("text") == WITHHELD_REACTION.decode(),
        fault("reactions_off", None, "Reactions are switched off: intake kept nothing of this line."),
    )


def _rating_fault() -> Column:
    has_rating = text_of("details.rating").isNotNull() | text_of("details.stars").isNotNull()
    return F.when(
        (text_of("event_type") == "rated") & ~has_rating,
        fault("missing_field", "details.rating", "A rated event has neither details.rating nor details.stars."),
    )


def _clock_fault() -> Column:
    event_time = text_of("event_time").try_cast("timestamp")
    received_time = text_of("received_time").try_cast("timestamp")
    is_receipt_ahead = received_time > F.col("received_at") + F.expr(RECEIPT_AHEAD)
    is_ahead = event_time > F.coalesce(received_time, "received_at") + F.expr(CLOCK_AHEAD)
    is_too_late = event_time < received_time - F.expr(LATEST_ARRIVAL)
    is_before_streaming = event_time < F.expr(EARLIEST_IMPORT)
    return (
        F.when(
            is_receipt_ahead,
            fault("clock_out_of_range", "received_time", "received_time is over a year ahead of intake."),
        )
        .when(is_ahead, fault("clock_out_of_range", "event_time", "event_time is more than a day ahead of receipt."))
        .when(is_too_late, fault("clock_out_of_range", "event_time", "event_time is over 30 days before receipt."))
        .when(is_before_streaming, fault("clock_out_of_range", "event_time", "event_time is before 1995."))
    )
