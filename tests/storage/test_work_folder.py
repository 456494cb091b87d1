"""What a run puts aside lies in its home, encrypted, and goes with the run."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark import StorageLevel
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.config import Settings
from jobs.run.home import home_to_fill
from jobs.storage.work_folder import lock_for_jvm, sweep, work_folder, work_folders

# Says where it works, and goes on until its input ends, or it is killed.
_RUN = """
import sys, tempfile
from pathlib import Path
from jobs.storage.work_folder import work_folder
work_folder(Path(sys.argv[1]))
Path(tempfile.mkdtemp(), "rows").write_text("somebody")
print(tempfile.gettempdir(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", _RUN, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def said(run: "subprocess.Popen[str]") -> Path:
    assert run.stdout is not None
    return Path(run.stdout.readline().strip())


def test_what_a_run_puts_aside_lies_in_its_home_and_goes_with_it(run: "subprocess.Popen[str]", tmp_path: Path) -> None:
    folder = said(run)
    assert (folder.parent, oct(folder.stat().st_mode)[-3:]) == (work_folders(tmp_path), "700")
    run.communicate("")
    assert list(work_folders(tmp_path).iterdir()) == []


def test_the_folder_of_a_run_that_lives_is_not_swept(run: "subprocess.Popen[str]", tmp_path: Path) -> None:
    folder = said(run)
    sweep(tmp_path)
    assert [path.read_text() for path in folder.rglob("rows")] == ["somebody"]


def test_what_a_killed_run_left_is_swept_by_the_next_that_writes(run: "subprocess.Popen[str]", tmp_path: Path) -> None:
    folder = said(run)
    run.kill()
    run.wait()
    assert folder.exists()
    home_to_fill(Settings(home=tmp_path))
    assert list(work_folders(tmp_path).iterdir()) == []


def test_what_is_no_runs_is_left_alone(tmp_path: Path) -> None:
    (work_folders(tmp_path) / "stack").mkdir(parents=True)
    sweep(tmp_path)
    assert [path.name for path in work_folders(tmp_path).iterdir()] == ["stack"]


def java_folder(spark: SparkSession) -> Path:
    jvm = spark._jvm
    assert jvm is not None
    return Path(jvm.java.lang.System.getProperty("java.io.tmpdir"))


def test_spark_java_and_python_put_aside_what_they_do_in_one_folder_of_the_home(spark: SparkSession) -> None:
    jvm = spark.sparkContext._jvm
    assert jvm is not None
    blocks = jvm.org.apache.spark.SparkEnv.get().blockManager().diskBlockManager().localDirsString()
    folder = Path(tempfile.gettempdir())
    assert (folder.parent.name, os.environ["TMPDIR"]) == ("tmp", str(folder))
    assert {java_folder(spark), *(Path(path).parent for path in blocks)} == {folder}


def test_the_folder_is_kept_while_the_jvm_lives(spark: SparkSession) -> None:
    """Also where Python, which has the other lock, is gone: here another process asks for Java's alone."""
    asks = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    asked = subprocess.run([sys.executable, "-c", asks, f"{java_folder(spark)}.lock"], capture_output=True, check=False)
    assert b"BlockingIOError" in asked.stderr


def test_a_process_has_one_folder_whatever_homes_it_works_in(spark: SparkSession, tmp_path: Path) -> None:
    folder = work_folder(tmp_path)
    lock_for_jvm(spark, folder)
    assert (folder, list(tmp_path.iterdir())) == (java_folder(spark), [])


def test_java_keeps_no_figures_where_every_user_looks(spark: SparkSession) -> None:
    jvm = spark._jvm
    assert jvm is not None
    pid = jvm.java.lang.ProcessHandle.current().pid()
    assert list(Path("/tmp").glob(f"hsperfdata_*/{pid}")) == []


def test_what_spark_puts_aside_is_encrypted(spark: SparkSession) -> None:
    """What is shuffled is not compressed in the tests, and would show the token."""
    token = secrets.token_hex(16)
    rows = spark.range(1000).select(F.concat(F.lit(f"{token}-"), F.col("id")).alias("name")).repartition(3)
    kept = rows.persist(StorageLevel.DISK_ONLY)
    try:
        assert kept.count() == 1000
        files = [path for path in java_folder(spark).rglob("*") if path.is_file()]
        assert any("blockmgr" in str(path) for path in files)
        assert [path for path in files if token.encode() in path.read_bytes()] == []
    finally:
        kept.unpersist()


def test_who_calls_sparks_ports_needs_its_secret(spark: SparkSession) -> None:
    assert spark.sparkContext.getConf().get("spark.authenticate") == "true"
