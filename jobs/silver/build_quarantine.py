"""Silver quarantine: which lines were refused, as the last attempt of their load judged them."""

from datetime import datetime

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.silver import QUARANTINE
from jobs.ledger.ledger import Load
from jobs.silver.outcomes import LoadOutcome
from jobs.storage.lake import MOST_ROWS_IN_DRIVER, Lake


def write_quarantine(lake: Lake, refused: DataFrame | pa.Table, load: Load, outcome: LoadOutcome, at: datetime) -> None:
    """Notes the load's refused lines, which are rows of the table.

    An earlier attempt may have noted some, by other rules: those that are sound now count as replayed `at` this time.
    """
    if load.is_retry:
        if isinstance(refused, pa.Table):
            refused = lake.spark.createDataFrame(refused)
        written = [name for name in load.batch_ids if name not in outcome.stopped]
        noted = lake.read(QUARANTINE).where(F.col("batch_id").isin(written) & F.col("replayed_at").isNull())
        sound_now = noted.join(refused, on=list(QUARANTINE.key), how="left_anti").withColumn("replayed_at", F.lit(at))
        lake.upsert(QUARANTINE, refused.unionByName(sound_now), keeps=["first_seen_at"])
    elif outcome.refused_lines:
        is_few = lake.takes_arrow and outcome.refused_lines <= MOST_ROWS_IN_DRIVER
        if isinstance(refused, DataFrame) and is_few:
            refused = refused.toArrow()
        lake.append(QUARANTINE, refused, load.load_id)
