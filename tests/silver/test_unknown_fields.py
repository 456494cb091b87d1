from pyspark.sql import SparkSession

from jobs.silver.unknown_fields import NO_NAME, most_unknown_fields, unknown_fields
from jobs.storage.local_rows import local_rows

JUDGED = "extras string, reason string, is_duplicate boolean"
SOUND, FAULTY, DUPLICATE = (None, False), ("not_json", False), (None, True)


def test_counts_lines_by_field_and_repeats_no_odd_name(spark: SparkSession) -> None:
    rows = [
        ('{"colour": "red", "details.model": "X"}', SOUND),
        ('{"colour": "blue"}', SOUND),
        ('{"ann@example.com": 1, "0123456789\\n": 2}', SOUND),
        ('{"of a faulty line": 1}', FAULTY),
        ('{"colour": "red"}', DUPLICATE),
        (None, SOUND),
    ]
    found = unknown_fields(local_rows(spark, [(extras, *fate) for extras, fate in rows], JUDGED))
    assert found == {"colour": 2, "details.model": 1, NO_NAME: 2}


def test_counts_the_same_without_spark() -> None:
    extras = [
        ('{"colour": "red", "details.model": "X"}', 3),
        ('{"colour": "blue"}', 1),
        ('{"ann@example.com": 1}', 2),
        ('{"a\\n": 1}', 1),
    ]
    assert most_unknown_fields(extras) == {"colour": 4, "details.model": 3, NO_NAME: 3}
