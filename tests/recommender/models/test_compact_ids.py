from pyspark.sql import SparkSession

from jobs.recommender.models.compact_ids import compact_ids


def test_every_key_has_one_number_of_its_own_below_two_to_the_31(spark: SparkSession) -> None:
    keys = spark.range(5000).selectExpr("concat('key-', id % 2500) AS profile_key")
    numbered = {row.profile_key: row.number for row in compact_ids(keys, "profile_key", "number").collect()}
    assert len(numbered) == len(set(numbered.values())) == 2500
    assert 0 <= min(numbered.values()) <= max(numbered.values()) < 2**31


def test_numbers_do_not_depend_on_how_the_keys_are_spread(spark: SparkSession) -> None:
    keys = spark.range(300).selectExpr("string(id) AS title_id")
    one, many = (compact_ids(keys.repartition(parts), "title_id", "number") for parts in (1, 7))
    assert {tuple(row) for row in one.collect()} == {tuple(row) for row in many.collect()}
