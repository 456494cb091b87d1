from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.gold import GENRE_DEMAND_DAILY, INTERACTIONS, TITLE_ENGAGEMENT_DAILY, VIEWING_SESSIONS
from jobs.contracts.silver import REPORTED_VIEWINGS, TITLES
from jobs.run.publication import publish
from jobs.silver import build_reference
from jobs.storage.lake import Lake
from tests.factories import make_rows

FIRST, SECOND, THIRD = (date(2026, 6, day) for day in (1, 2, 3))
LONG_AGO = {"licence_start": date(2019, 1, 1), "licence_end": date(2020, 12, 31)}
STORED = {
    "title_id": "film",
    "name": "Old name",
    "kind": "film",
    "runtime_seconds": 60.0,
    "genres": ["drama"],
} | LONG_AGO
EPISODE = STORED | {"title_id": "s1e1", "kind": "episode", "series_id": "s", "season_number": 1}
LICENSED = STORED | {"title_id": "licensed", "licence_start": date(2024, 1, 1), "licence_end": SECOND}
PRICED = LICENSED | {"title_id": "priced", "licence_end": date(2026, 12, 31), "licence_cost": Decimal("100.00")}
IN_MAY = date(2026, 5, 30)
UNPLAYED_IN_MAY = {"title_id": "unplayed", "licence_start": date(2026, 5, 1), "licence_end": date(2026, 5, 31)}


@pytest.fixture
def played(spark: SparkSession, lake: Lake) -> Lake:
    lake.append(TITLES, make_rows(spark, TITLES, [STORED, LICENSED, PRICED, EPISODE]), "load-1")
    plays = [("film", FIRST), ("film", SECOND), ("not described yet", THIRD)]
    rows = [{"title_id": title, "session_date": day} for title, day in plays]
    lake.append(VIEWING_SESSIONS, make_rows(spark, VIEWING_SESSIONS, rows), "load-1")
    rated = [{"title_id": "only rated", "session_date": SECOND}]
    lake.append(INTERACTIONS, make_rows(spark, INTERACTIONS, rated), "load-1")
    demand = [{"session_date": day} for day in (FIRST, SECOND, THIRD)]
    lake.append(GENRE_DEMAND_DAILY, make_rows(spark, GENRE_DEMAND_DAILY, demand), "load-1")
    engagement = [{"title_id": "priced", "session_date": day} for day in (SECOND, FIRST, IN_MAY)]
    engagement += [{"title_id": "s1e1", "session_date": day} for day in (THIRD, SECOND, IN_MAY)]
    lake.append(TITLE_ENGAGEMENT_DAILY, make_rows(spark, TITLE_ENGAGEMENT_DAILY, engagement), "load-1")
    tables = [VIEWING_SESSIONS, INTERACTIONS, GENRE_DEMAND_DAILY, TITLE_ENGAGEMENT_DAILY]
    publish(lake, tables, "load-1", datetime(2026, 6, 4, tzinfo=UTC))
    lake.replace_dates(INTERACTIONS, make_rows(spark, INTERACTIONS, []), [SECOND])
    return lake


def test_gold_is_computed_again_where_what_it_reads_of_a_title_has_changed(spark: SparkSession, played: Lake) -> None:
    described = {
        "another runtime": ([STORED | {"runtime_seconds": 61.0}], [FIRST, SECOND]),
        "other genres": ([STORED | {"genres": ["drama", "comedy"]}], [FIRST, SECOND]),
        "no genres": ([STORED | {"genres": None}], [FIRST, SECOND]),
        "another name": ([STORED | {"name": "New name"}], []),
        "described for the first time": ([STORED | {"title_id": "not described yet"}], [THIRD]),
        "only rated": ([STORED | {"title_id": "only rated"}], [SECOND]),
        "nobody played it": ([STORED | {"title_id": "unplayed"}], []),
        "offered for the first time": ([LICENSED | {"title_id": "new"}], [FIRST, SECOND]),
        "licence prolonged": ([LICENSED | {"licence_end": None}], [THIRD]),
        "licence cut short": ([LICENSED | {"licence_end": FIRST}], [SECOND]),
        "in other countries": ([LICENSED | {"countries": ["FR"]}], [FIRST, SECOND]),
        "offered under another genre": ([LICENSED | {"genres": ["crime"]}], [FIRST, SECOND]),
        "offered under another name": ([LICENSED | {"name": "New name"}], []),
        "another price": ([PRICED | {"licence_cost": Decimal("100.01")}], [IN_MAY, FIRST]),
        "another price a day": ([PRICED | {"licence_end": date(2027, 12, 31)}], [IN_MAY, FIRST]),
        "written off otherwise": ([PRICED | {"licence_amortisation": "accelerated"}], [IN_MAY, FIRST]),
        "a price of one that nobody played": ([PRICED | UNPLAYED_IN_MAY], [IN_MAY]),
        "the same price": ([PRICED], []),
        "without a licence, on offer always": (
            [STORED | {"title_id": "new", "licence_start": None, "licence_end": None}],
            [FIRST, SECOND, THIRD],
        ),
        "of another series": ([EPISODE | {"series_id": "other"}], [IN_MAY, SECOND]),
        "of another season": ([EPISODE | {"season_number": 2}], [IN_MAY, SECOND]),
        "a season one episode longer": ([EPISODE | {"title_id": "s1e2"}], [IN_MAY, SECOND]),
        "an episode longer from the next week": (
            [EPISODE | {"title_id": "s1e2", "release_date": THIRD}],
            [SECOND],
        ),
        "an episode of any time, out from the next week": ([EPISODE | {"release_date": THIRD}], [IN_MAY, SECOND]),
        "an episode of another season": ([EPISODE | {"title_id": "s2e1", "season_number": 2}], []),
    }
    found = {
        case: build_reference._dates_with_changed_titles(played, make_rows(spark, TITLES, rows))
        for case, (rows, _) in described.items()
    }
    assert found == {case: dates for case, (_, dates) in described.items()}


def test_a_viewing_that_is_reported_for_another_day_leaves_the_one_and_comes_to_the_other(
    spark: SparkSession, lake: Lake
) -> None:
    stored = [{"viewing_id": "moves", "session_date": FIRST}, {"viewing_id": "stays", "session_date": SECOND}]
    lake.append(REPORTED_VIEWINGS, make_rows(spark, REPORTED_VIEWINGS, stored), "load-1")
    again = make_rows(spark, REPORTED_VIEWINGS, [{"viewing_id": "moves", "session_date": THIRD}])
    assert build_reference._dates_before_and_after(lake, again) == [FIRST, THIRD]
