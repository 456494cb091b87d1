"""Homes that are not there, cannot be made or are not to be written: one sentence, and nothing is made."""

import fcntl
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from jobs.cli import commands as cli
from jobs.config import Settings
from jobs.contracts.published import RELEASES
from tests.report.published_lake import AT, publish_rows

GO_ON = ["bronze", "silver", "gold", "quarantine replay", "train", "recommend", "audience", "publish", "keys rotate"]
LOOK = [
    "show silver.titles",
    "audit",
    "quarantine",
    "worth",
    "report",
    "export title_viewing_weekly",
    "model compare",
]
BRING_IN = ["run", "land", "demo", "keys init", "import movielens {folder}", "import netflix-export {folder}"]
# As root, whom no permission keeps out, unless it gives that up.
AS_ANYBODY = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"] if os.geteuid() == 0 else []


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    set_home(monkeypatch, tmp_path / "home")
    return tmp_path / "home"


def set_home(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("PLAYHEAD_HOME", str(home))


def run_main(monkeypatch: pytest.MonkeyPatch, command: str) -> object:
    """The exit code."""
    monkeypatch.setattr(sys, "argv", ["playhead", *command.split()])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


def playhead(command: str, starter: list[str] | None = None, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*(starter or []), sys.executable, "-m", "jobs.cli", *command.split()],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.mark.parametrize("command", [*GO_ON, *LOOK])
def test_a_home_that_is_not_there_is_one_sentence_and_is_not_made(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert run_main(monkeypatch, command) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith(f"Error: There is no home at {home}. See that its disk is mounted")
    assert not home.exists()


@pytest.mark.parametrize("command", BRING_IN)
def test_a_home_that_cannot_be_made_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (tmp_path / "file").touch()
    set_home(monkeypatch, tmp_path / "file" / "home")
    assert run_main(monkeypatch, command.format(folder=tmp_path)) == 1
    assert capsys.readouterr() == (
        "",
        f"Error: The home {tmp_path / 'file' / 'home'} cannot be made (Not a directory). "
        "Set PLAYHEAD_HOME to a folder on a disk that you can write.\n",
    )


@pytest.mark.parametrize(
    ("value", "message"), [("", "home: it is empty"), ("file", "home: file is a file; name a folder")]
)
def test_a_home_that_names_no_folder_is_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str, message: str
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PLAYHEAD_HOME", value)
    assert run_main(monkeypatch, "run") == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("name", ["home [x]", "home%20", "week=1", "home*", "what?", "a|b", "a,b"])
def test_a_home_in_which_no_table_can_lie_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    set_home(monkeypatch, tmp_path / name)
    assert run_main(monkeypatch, "land") == 2
    said = capsys.readouterr().err
    assert f"tables cannot lie in {tmp_path / name}: its name has " in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_folder_in_which_a_command_is_typed_can_be_refused_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new [1]").mkdir()
    monkeypatch.chdir(tmp_path / "new [1]")
    monkeypatch.delenv("PLAYHEAD_HOME")
    assert run_main(monkeypatch, "land") == 2
    assert f"tables cannot lie in {tmp_path / 'new [1]' / '.playhead'}" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["my home", "häuser", "a#b", "it's (1) & more + @~"])
def test_a_home_of_any_other_name_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    set_home(monkeypatch, tmp_path / name)
    publish_rows(Settings(), {RELEASES: [{"period": "week", "period_start_date": date(2026, 6, 8), "released_at": AT}]})
    assert run_main(monkeypatch, "show published.releases") == 0
    assert "2026-06-08" in capsys.readouterr().out
    assert run_main(monkeypatch, "land") == 0
    assert run_main(monkeypatch, "audit") == 0
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("command", ["run", "audit"])
def test_a_home_that_may_not_be_written_is_one_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    assert run_main(monkeypatch, "land") == 0
    home.chmod(0o500)
    ended = playhead(command, AS_ANYBODY)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"Error: The home {home} cannot be written. Set PLAYHEAD_HOME to a folder on a disk that you can write.\n"
    )


def test_files_that_cannot_be_simulated_there_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert run_main(monkeypatch, "simulate --out file/inbox --viewers 1") == 1
    said = capsys.readouterr().err
    assert said.startswith("Error: The machine refused: [Errno 20] Not a directory: ")


@pytest.mark.parametrize("command", LOOK)
def test_who_looks_into_an_empty_home_leaves_it_empty(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    home.mkdir()
    run_main(monkeypatch, command)
    assert str(home) in capsys.readouterr().err
    assert list(home.iterdir()) == []


def test_an_address_that_mlflow_has_of_somebody_else_is_no_server_of_this_home(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///of-somebody-else.db")
    assert run_main(monkeypatch, "model compare") == 2
    assert f"No model is in {home / 'mlflow'} yet." in capsys.readouterr().err
    assert list(home.iterdir()) == []


def test_an_audit_of_a_home_without_a_ledger_is_no_success(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    assert run_main(monkeypatch, "audit") == 1
    assert f"Nothing was landed in {home} yet: it has no ledger." in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["train", "recommend", "audience", "publish", "gold --from 2026-05-01 --to 2026-05-02"]
)
def test_a_lake_without_rows_is_told_before_spark_could_start(home: Path, command: str) -> None:
    home.mkdir()
    ended = playhead(command, JAVA_HOME="/no/java", PATH="")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr.startswith(f"{command.split()[0]}: nothing to do: ")
    assert f"has no rows yet in {home / 'lake'}." in ended.stderr


def test_a_copied_home_is_looked_into_where_it_is(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = home / "inbox" / "events"
    inbox.mkdir(parents=True)
    (inbox / "day.ndjson").write_text("{}\n{}\n")
    assert run_main(monkeypatch, "land") == 0
    shutil.copytree(home, tmp_path / "copy")
    shutil.rmtree(home)
    ended = playhead("audit", PLAYHEAD_HOME=str(tmp_path / "copy"), JAVA_HOME="/no/java")
    assert ended.stderr == "1 of 1 file adds up. 1 file waits: 1 for bronze. `playhead run` goes on.\n"
    assert not home.exists()


def test_people_are_not_mixed_with_invented_ones_unasked(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_main(monkeypatch, f"simulate --viewers 2 --out {home / 'inbox'}") == 0
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,1,4.0,1700000000\n")
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n1,Heat (1995),Crime\n")
    assert run_main(monkeypatch, f"import movielens {tmp_path}") == 2
    assert "files of invented people, with whom these would be mixed for good" in capsys.readouterr().err
    assert run_main(monkeypatch, f"import movielens {tmp_path} --yes") == 0


def test_no_demo_is_mixed_with_people_unasked(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "inbox" / "events").mkdir(parents=True)
    (home / "inbox" / "events" / "mine.ndjson").write_text("{}\n")
    assert run_main(monkeypatch, "demo") == 2
    assert f"{home} has 1 file of others" in capsys.readouterr().err


def test_who_waits_for_another_intake_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_main(monkeypatch, "land") == 0
    with open(home / "landing" / ".lock", "a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        second = subprocess.Popen([sys.executable, "-m", "jobs.cli", "land"], stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        assert second.stderr.readline() == "land: another process is taking files in; waiting for it …\n"
    assert second.communicate()[1] == "land: nothing new.\n"
