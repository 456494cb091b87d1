"""One Spark session for all tests of a process, and folders of its own for each test that wants a lake."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.config import Settings
from jobs.run.closed_home import write_for_owner_only
from jobs.storage.lake import Lake
from jobs.storage.session import build_session

SHARED_DATA = Path(__file__).parents[1].parent / "shared" / "data"
SHARED_CASES = SHARED_DATA.parent / "cases"
# Also for the processes that tests start. A folder of settings would change the class path, and Java not take its
# archive of classes.
FEW_ROWS = Path(__file__).parent / "spark_for_few_rows" / "spark-defaults.conf"
os.environ["PYSPARK_SUBMIT_ARGS"] = f"--properties-file {FEW_ROWS} pyspark-shell"


# What takes longest comes first, and what is over at once fills the end: neither process waits for the other.
TURNS = ("stack", "spark", "runs", "pipeline")
# A process is given its next file when two tests of the last one are left: after one long test, no other must wait.
LONG_TESTS = ("tests/pipeline/test_state_machine.py", "tests/pipeline/test_canary.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make test` runs in two processes: what shares something costly goes to the same one.

    Whole cycles share no more than the session that each process starts for itself: file by file, they go to the
    process that is free. Within a turn the order stays as pytest-randomly has drawn it.
    """
    turns = {}
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "spark" in fixtures:
            item.add_marker("spark")
        file = item.nodeid.partition("::")[0]
        shared = next((name for name in ("stack", "runs", "spark") if name in fixtures), "")
        turn = "pipeline" if shared == "spark" and file.startswith("tests/pipeline/") else shared
        turns[item] = (
            TURNS.index(turn) if turn else len(TURNS),
            file not in LONG_TESTS,
            "stack_to_end" in fixtures,
        )
        item.add_marker(pytest.mark.xdist_group(file if turn in ("pipeline", "") else turn))
    items.sort(key=lambda item: turns[item])


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    home = tmp_path_factory.mktemp("spark-home")
    session = build_session(Settings(home=home, master="local[2]", driver_memory="3g"), "playhead-tests")
    # As `tests/spark_for_few_rows`, where the session builder has a value of its own.
    session.conf.set("spark.sql.shuffle.partitions", "2")
    session.conf.set("spark.databricks.delta.snapshotPartitions", "1")
    yield session
    session.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", master="local[2]", driver_memory="3g")


@pytest.fixture
def lake(spark: SparkSession, settings: Settings) -> Lake:
    return Lake(spark, settings.lake_root, settings.locks)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    if not SHARED_DATA.exists():
        pytest.skip(f"real input is not here: {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def shared_cases() -> Path:
    if not SHARED_CASES.exists():
        pytest.skip(f"the cases are not here: {SHARED_CASES}")
    return SHARED_CASES


def pytest_sessionstart() -> None:
    # As every command of the command line begins.
    write_for_owner_only()
    for name in [name for name in os.environ if name.startswith("MLFLOW_")]:
        del os.environ[name]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PLAYHEAD_") and name != "PLAYHEAD_SCREENSHOTS"]:
        monkeypatch.delenv(name)
