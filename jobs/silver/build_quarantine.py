"""Silver quarantine: which lines were refused, as the last attempt of their load judged them."""

from datetime import UTC, datetime

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.lake import MOST_ROWS_IN_DRIVER, Lake
from jobs.ledger import Load
from jobs.silver.outcomes import LoadOutcome
from jobs.silver.refused_lines import refused_lines
from jobs.tables.silver import QUARANTINE


def build_quarantine(lake: Lake, judged: DataFrame, load: Load, outcome: LoadOutcome) -> None:
    """Notes the load's refused lines in quarantine."""
    write_quarantine(lake, quarantine_candidate(lake, judged, load, outcome), load, outcome)


def quarantine_candidate(lake: Lake, judged: DataFrame, load: Load, outcome: LoadOutcome) -> DataFrame | pa.Table:
    """One row of `silver.quarantine` for each refused line: of a first attempt as Arrow, where they are few."""
    files = [(batch.batch_id, batch.source_name, batch.feed) for batch in load.batches]
    refused = refused_lines(judged, files, datetime.now(UTC))
    is_small = lake.takes_arrow and outcome.refused_lines <= MOST_ROWS_IN_DRIVER
    return refused.toArrow() if is_small and not load.is_retry else refused


def write_quarantine(lake: Lake, refused: DataFrame | pa.Table, load: Load, outcome: LoadOutcome) -> None:
    """Notes them. An earlier attempt may have noted some, by other rules: those that are sound now count as replayed."""
    if isinstance(refused, DataFrame) and load.is_retry:
        now = F.lit(datetime.now(UTC))
        written = [name for name in load.batch_ids if name not in outcome.stopped]
        noted = lake.read(QUARANTINE).where(F.col("batch_id").isin(written) & F.col("replayed_at").isNull())
        sound_now = noted.join(refused, on=list(QUARANTINE.key), how="left_anti").withColumn("replayed_at", now)
        lake.upsert(QUARANTINE, refused.unionByName(sound_now), keeps=["first_seen_at"])
    elif outcome.refused_lines:
        lake.append(QUARANTINE, refused, load.load_id)
