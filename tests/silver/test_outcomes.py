from collections import Counter

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.silver.outcomes import BatchOutcome, hash_sum
from jobs.storage.local_rows import local_rows


@pytest.mark.parametrize(
    "reason",
    [
        *("no_consent", "reactions_off", "reaction_elsewhere"),
        *("unknown_event_type", "too_late"),
        *("too_many_words", "reserved_word"),
    ],
)
def test_lines_that_are_nobodys_mistake_do_not_stop_a_file(reason: str) -> None:
    outcome = BatchOutcome(accepted=45, quarantined=55, reasons=Counter({reason: 50, "not_json": 5}))
    assert outcome.bad_share == 0.05


def test_a_stopped_file_is_told_only_of_what_stopped_it() -> None:
    outcome = BatchOutcome(accepted=40, quarantined=60, reasons=Counter(unknown_event_type=50, not_json=10))
    assert outcome.too_many_bad_lines().startswith("10.0% of its lines were refused (not_json × 10).")


def test_a_sum_of_hashes_does_not_overflow(spark: SparkSession) -> None:
    hashes = [2**63 - 1, 2**63 - 1, -(2**63), 5, -7]
    (row,) = local_rows(spark, [(value,) for value in hashes], "hash bigint").agg(hash_sum(F.col("hash"))).collect()
    assert int(row[0]) == sum(hashes)


def test_of_none_it_is_nothing(spark: SparkSession) -> None:
    (row,) = local_rows(spark, [], "hash bigint").agg(hash_sum(F.col("hash"))).collect()
    assert int(row[0]) == 0
