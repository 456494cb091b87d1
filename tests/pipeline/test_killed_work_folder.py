"""What a killed run had put aside lies in its home, shows nobody, and is swept away by the next run."""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from jobs.config import Settings
from jobs.run.home import home_to_fill
from jobs.simulator import simulate
from jobs.storage.work_folder import work_folders
from tests.killed_run import Victim, running
from tests.pipeline.test_canary import TOKENS, canary_lines
from tests.token_scanner import TokenScanner


@dataclass(frozen=True)
class Killed:
    """The home, and where its run would have made temporary files if it had not been told another place."""

    home: Path
    elsewhere: Path


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    """A run with the canary in it, of which Python and Java are killed while gold is computed."""
    folder = tmp_path_factory.mktemp("killed")
    home, elsewhere = folder / "home", folder / "elsewhere"
    elsewhere.mkdir()
    simulate(1, 30, seed=3, out=home / "inbox", start_date=date(2026, 6, 1))
    (home / "inbox" / "events" / "canary.ndjson").write_bytes(b"\n".join(canary_lines("a-title")) + b"\n")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TMPDIR", str(elsewhere))
        environment.setenv("JAVA_TOOL_OPTIONS", f"-Djava.io.tmpdir={elsewhere}")
        with running(home) as run:
            assert run.comes_to("gold: "), run.output.read_text()
            run.kill(Victim.GROUP)
            run.wait_until_gone()
    return Killed(home, elsewhere)


def test_nothing_is_left_elsewhere(killed: Killed) -> None:
    assert list(killed.elsewhere.rglob("*")) == []


def test_what_is_left_in_the_home_shows_no_token(killed: Killed) -> None:
    left = work_folders(killed.home)
    assert any(path.is_file() for path in left.rglob("*"))
    assert TokenScanner(TOKENS).scan(left) == set()


def test_the_next_run_sweeps_it_away(killed: Killed, tmp_path: Path) -> None:
    shutil.copytree(work_folders(killed.home), work_folders(tmp_path))
    home_to_fill(Settings(home=tmp_path))
    assert list(work_folders(tmp_path).iterdir()) == []
