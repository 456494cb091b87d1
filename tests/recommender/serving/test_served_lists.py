from datetime import date, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import RECOMMENDATIONS, VIEWING_SESSIONS
from jobs.errors import WrongUsageError
from jobs.recommender.serving.served_lists import served_lists
from jobs.run.publication import publish
from jobs.run.workspace import Workspace
from tests.factories import NOON, make_rows, make_workspace

LAST_DAY = date(2026, 6, 1)
LIST = [("film", 1, "personal"), ("series", 2, "new")]


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A lake in which Ann has a list, and so has somebody who is not asked for."""
    work = make_workspace(spark, tmp_path_factory.mktemp("served"))
    rows = [
        {"profile_key": work.key.pseudonym("profile", name), "title_id": title, "rank": rank, "source": source}
        | {"model_version": "3"}
        for name in ("ann", "somebody else")
        for title, rank, source in LIST
    ]
    work.lake.append(RECOMMENDATIONS, make_rows(spark, RECOMMENDATIONS, rows), "load-1")
    days = [{"session_date": LAST_DAY - timedelta(days=number), "session_id": str(number)} for number in range(3)]
    work.lake.append(VIEWING_SESSIONS, make_rows(spark, VIEWING_SESSIONS, days), "load-1")
    publish(work.lake, [RECOMMENDATIONS, VIEWING_SESSIONS], "load-1", NOON)
    return work


def test_lists_come_by_the_ids_of_the_source(work: Workspace) -> None:
    rows = served_lists(work.settings, work.key, ["without list", "ann"], LAST_DAY, LAST_DAY).to_pylist()
    served = sorted(
        (row["profile_id"], row["title_id"], row["rank"], row["source"], row["model_version"]) for row in rows
    )
    assert served == [("ann", *row, "3") for row in LIST]


def test_viewers_of_another_world_are_named_as_such(work: Workspace) -> None:
    with pytest.raises(WrongUsageError, match="None of these 2 viewers has a list in this lake"):
        served_lists(work.settings, work.key, ["x", "y"], LAST_DAY, LAST_DAY)


def test_days_that_the_lake_has_are_refused(work: Workspace) -> None:
    """Their showings would be new, and their plays another's under a known id."""
    with pytest.raises(WrongUsageError, match=r"plays up to 2026-06-01, .*: give --start-date 2026-06-01 or later"):
        served_lists(work.settings, work.key, ["ann"], LAST_DAY - timedelta(days=1), LAST_DAY)


def test_a_lake_without_lists_says_what_makes_them(spark: SparkSession, tmp_path: Path) -> None:
    empty = make_workspace(spark, tmp_path)
    with pytest.raises(WrongUsageError, match="`playhead recommend` makes them"):
        served_lists(empty.settings, empty.key, ["ann"], LAST_DAY, LAST_DAY)
