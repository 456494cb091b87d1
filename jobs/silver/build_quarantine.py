"""Silver quarantine: which lines were refused, as the last attempt of their load judged them."""

from datetime import UTC, datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.lake import MOST_ROWS_IN_DRIVER, Lake
from jobs.ledger import Load
from jobs.silver.outcomes import LoadOutcome
from jobs.silver.refused_lines import refused_lines
from jobs.tables.silver import QUARANTINE


def build_quarantine(lake: Lake, judged: DataFrame, load: Load, outcome: LoadOutcome) -> None:
    """Notes the load's refused lines in quarantine.

    An earlier attempt may have noted some, by other rules: those that are sound now count as replayed.
    """
    now = datetime.now(UTC)
    refused = refused_lines(judged, [(batch.batch_id, batch.source_name, batch.feed) for batch in load.batches], now)
    if load.is_retry:
        written = [name for name in load.batch_ids if name not in outcome.stopped]
        noted = lake.read(QUARANTINE).where(F.col("batch_id").isin(written) & F.col("replayed_at").isNull())
        sound_now = noted.join(refused, on=list(QUARANTINE.key), how="left_anti").withColumn("replayed_at", F.lit(now))
        lake.upsert(QUARANTINE, refused.unionByName(sound_now), keeps=["first_seen_at"])
    elif outcome.refused_lines:
        is_small = lake.takes_arrow and outcome.refused_lines <= MOST_ROWS_IN_DRIVER
        lake.append(QUARANTINE, refused.toArrow() if is_small else refused, load.load_id)
