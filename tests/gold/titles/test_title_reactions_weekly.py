from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.contracts.silver import REACTIONS
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.gold.titles.title_reactions_weekly import title_reactions_weekly
from tests.factories import make_rows

MONDAY, SUNDAY, NEXT_MONDAY = date(2026, 6, 1), date(2026, 6, 7), date(2026, 6, 8)


def felt(title: str, viewer: object, valence: float = 0.0, second: float = 0.0, **others: Any) -> dict[str, Any]:
    moment = {"title_id": title, "position_ms": round(1000 * second), "event_date": MONDAY}
    return {**moment, "profile_key": f"viewer {viewer}", "valence": valence, "arousal": 0.5, **others}


def by(viewers: Iterable[int], title: str, **others: Any) -> list[dict[str, Any]]:
    return [felt(title, viewer, **others) for viewer in viewers]


TEN, NINE = range(SMALLEST_GROUP), range(SMALLEST_GROUP - 1)
REACTED = [
    *by(TEN, "enough"),
    *by(NINE, "too few"),
    *(*by(NINE, "one of them twice"), felt("one of them twice", 0, second=9.9)),
    # Nine are at 0. The tenth is at 1 and 0: a half, and once.
    *(*by(NINE, "several samples"), felt("several samples", "x", 1.0), felt("several samples", "x", second=5)),
    *(*by(NINE, "another moment"), felt("another moment", 9, second=10)),
    *(*by(NINE, "over the week"), felt("over the week", 9, event_date=SUNDAY)),
    *(*by(NINE, "another week"), felt("another week", 9, event_date=NEXT_MONDAY)),
    *(*by(NINE, "a new key", key_epoch=1), *by(range(100, 109), "a new key", key_epoch=2)),
    *(*by(TEN, "two keys", valence=0.2, key_epoch=1), *by([100], "two keys", valence=1.0, key_epoch=2)),
    *(*by(NINE, "nowhere"), felt("nowhere", 9, position_ms=None)),
    *by(TEN, "later", second=65),
]
ROWS = {
    ("enough", 0): (10, 0.0),
    ("several samples", 0): (10, 0.05),
    ("over the week", 0): (10, 0.0),
    ("two keys", 0): (10, (10 * 0.2 + 1.0) / 11),
    ("later", 60): (10, 0.0),
}


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> list[Row]:
    return title_reactions_weekly(make_rows(spark, REACTIONS, REACTED)).collect()


@pytest.mark.parametrize("title", sorted({row["title_id"] for row in REACTED}))
def test_a_moment_is_shown_from_ten_people_on(found: list[Row], title: str) -> None:
    shown: dict[tuple[str, int], Any] = {
        (row.title_id, row.moment_start_seconds): (row.viewers, pytest.approx(row.valence_mean))
        for row in found
        if row.title_id == title
    }
    assert shown == {place: row for place, row in ROWS.items() if place[0] == title}


def test_arousal_is_a_mean_over_people_too(found: list[Row]) -> None:
    assert {(row.week_start_date, row.arousal_mean) for row in found} == {(MONDAY, 0.5)}
