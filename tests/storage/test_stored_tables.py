"""Rows as who has no Spark reads them."""

from pathlib import Path

from delta.tables import DeltaTable
from pyspark.sql import SparkSession

from jobs.config import Settings
from jobs.contracts.gold import TITLE_FEATURES
from jobs.storage.lake import Lake
from jobs.storage.stored_tables import stored_rows
from tests.factories import make_rows


def test_rows_that_an_operator_only_marked_as_deleted_are_not_read(spark: SparkSession, tmp_path: Path) -> None:
    """In a folder that delta-rs names otherwise than the disk does."""
    settings = Settings(home=tmp_path / "my home")
    lake = Lake(spark, settings.lake_root, settings.locks)
    titles = [{"title_id": f"title-{number}"} for number in range(5)]
    lake.append(TITLE_FEATURES, make_rows(spark, TITLE_FEATURES, titles).coalesce(1), "load-1")
    path = lake.path(TITLE_FEATURES)
    spark.sql(f"ALTER TABLE delta.`{path}` SET TBLPROPERTIES ('delta.enableDeletionVectors' = true)")
    DeltaTable.forPath(spark, path).delete("title_id = 'title-3'")
    rows = stored_rows(settings, TITLE_FEATURES)
    assert rows is not None
    assert sorted(rows.collect()["title_id"]) == ["title-0", "title-1", "title-2", "title-4"]
