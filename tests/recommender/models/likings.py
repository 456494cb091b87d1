"""Rows that models are given."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.recommender.learning.viewers import viewers
from jobs.recommender.models import Rows
from jobs.storage.local_rows import local_rows

DAY = date(2026, 6, 1)
_COLUMNS = "profile_key string, account_key string, title_id string, strength double, country string, liked_on date"


def preferences(spark: SparkSession, liked: Mapping[str, Mapping[str, float] | Sequence[str]]) -> DataFrame:
    """What each viewer liked, with its strength where it is not 1; in France, on one day."""
    rows = [
        (viewer, viewer, title, float(titles[title]) if isinstance(titles, Mapping) else 1.0, "FR", DAY)
        for viewer, titles in liked.items()
        for title in titles
    ]
    return local_rows(spark, rows, _COLUMNS)


def preferences_of(spark: SparkSession, rows: Sequence[tuple[str, str, str | None, date]]) -> DataFrame:
    """Viewer, title, country and day; of strength 1."""
    return local_rows(
        spark, [(viewer, viewer, title, 1.0, country, day) for viewer, title, country, day in rows], _COLUMNS
    )


def ten_of_each(liked: Mapping[str, Mapping[str, float] | Sequence[str]]) -> dict[str, Any]:
    """Ten viewers for each one, who liked the same: `ann`, `ann 1` to `ann 9`. Models hold nothing of fewer."""
    return {
        viewer if number == 0 else f"{viewer} {number}": titles
        for viewer, titles in liked.items()
        for number in range(SMALLEST_GROUP)
    }


def asked(likings: DataFrame, country: str | None = "FR") -> DataFrame:
    """All viewers of the likings, who have seen what they liked."""
    profiles = likings.select("profile_key").distinct()
    return viewers(profiles.selectExpr("profile_key", f"'{country}' AS country"), likings, likings)


def lists_by_viewer(lists: Rows) -> dict[str, list[str]]:
    """Each viewer's titles, best first."""
    found: dict[str, list[str]] = {}
    rows = lists if isinstance(lists, pa.Table) else lists.toArrow()
    for row in rows.sort_by([("profile_key", "ascending"), ("rank", "ascending")]).to_pylist():
        found.setdefault(row["profile_key"], []).append(row["title_id"])
        assert row["rank"] == len(found[row["profile_key"]])
    return found
