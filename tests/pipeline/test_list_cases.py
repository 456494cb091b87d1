"""The cases beside the project that are about lists, each in a home of its own."""

import json
import shutil
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.contracts.gold import RECOMMENDATIONS
from jobs.contracts.silver import SEEN_PROFILES, TITLES
from jobs.importers.netflix_export import import_netflix_export
from jobs.privacy.profile_keys import profile_keys
from jobs.run.pipeline import run_cycle, run_recommend
from jobs.storage.stored_tables import stored_rows
from tests.factories import make_workspace


def test_a_household_that_has_seen_all_its_lake_knows_is_told_so(
    spark: SparkSession, shared_cases: Path, tmp_path: Path
) -> None:
    work = make_workspace(spark, tmp_path / "home")
    export = shared_cases / "22-recommend-own-netflix-export" / "netflix-report"
    import_netflix_export(export, work.settings.inbox, work.linkage_key, "household")
    run_cycle(work)
    said = [str(run_recommend(work)) for _ in range(2)]
    assert said[0].startswith("recommend: nothing is left to recommend to 1 viewer")
    assert said[1] == said[0]


def test_nothing_is_above_the_age_of_a_child_that_nobody_described(
    spark: SparkSession, shared_cases: Path, tmp_path: Path
) -> None:
    work = make_workspace(spark, tmp_path / "home")
    case = shared_cases / "23-kids-profile"
    expected = json.loads((case / "expected.json").read_text())
    shutil.copytree(case / "inbox", work.settings.inbox, dirs_exist_ok=True)
    run_cycle(work)
    run_recommend(work)
    child = profile_keys(stored_rows(work.settings, SEEN_PROFILES), work.key, [expected["list_of"]])
    lists = work.lake.published().read(RECOMMENDATIONS)
    listed = lists.join(work.lake.read(TITLES), on="title_id", how="inner")
    assert not lists.isEmpty()
    of_child = listed.where(F.col("profile_key").isin(list(child)) & (F.col("maturity") == "18"))
    assert of_child.count() == expected["titles_with_maturity_18"]
