from pyspark.sql import SparkSession

from jobs.silver.unknown_fields import most_unknown_fields, unknown_fields
from jobs.storage.local_rows import local_rows

JUDGED = "extras string, reason string, is_duplicate boolean"
SOUND, FAULTY, DUPLICATE = (None, False), ("not_json", False), (None, True)


def test_counts_lines_by_field(spark: SparkSession) -> None:
    rows = [
        ('{"colour": "string", "details.model": "string"}', SOUND),
        ('{"colour": "null"}', SOUND),
        ('{"of a faulty line": 1}', FAULTY),
        ('{"colour": "string"}', DUPLICATE),
        (None, SOUND),
    ]
    found = unknown_fields(local_rows(spark, [(extras, *fate) for extras, fate in rows], JUDGED))
    assert found == {"colour": 2, "details.model": 1}


def test_counts_the_same_without_spark() -> None:
    extras = [
        ('{"colour": "string", "details.model": "string"}', 3),
        ('{"colour": "null"}', 1),
    ]
    assert most_unknown_fields(extras) == {"colour": 4, "details.model": 3}
