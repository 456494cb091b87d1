"""Fields that sources send and the contract does not know: they stop nothing, and are told, so that drift is seen."""

from collections import Counter
from collections.abc import Iterable

import orjson
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

# As many as a message can name: a player may send any number.
MOST_UNKNOWN_FIELDS = 20


def unknown_fields(judged: DataFrame) -> dict[str, int]:
    """The most frequent fields in `extras` of accepted rows, and how many lines have each."""
    fields = (
        judged.where(F.col("reason").isNull() & ~F.col("is_duplicate") & F.col("extras").isNotNull())
        .select(F.explode(F.json_object_keys("extras")).alias("name"))
        .groupBy(F.col("name").alias("field"))
        .agg(F.count("*").alias("lines"))
    )
    most = fields.orderBy(F.col("lines").desc(), "field").limit(MOST_UNKNOWN_FIELDS)
    return {row.field: row.lines for row in most.collect()}


def most_unknown_fields(extras: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The same without Spark, from the different `extras` and how many lines have each."""
    lines_with = Counter[str]()
    for text, lines in extras:
        for name in orjson.loads(text):
            lines_with[name] += lines
    in_order = sorted(lines_with.items(), key=lambda found: (-found[1], found[0]))
    return dict(in_order[:MOST_UNKNOWN_FIELDS])
