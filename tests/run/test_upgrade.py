"""What `playhead upgrade` does with a home of an earlier version, but for tables: `test_completed_tables.py`."""

import logging
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.config import Settings
from jobs.contracts.silver import PROFILES
from jobs.ledger.ledger import Ledger
from jobs.privacy.keys import read_secret
from jobs.privacy.linkage_key import LinkageKey
from jobs.run.home import HomeError
from jobs.run.upgrade import upgrade
from jobs.storage.contract_differences import TableVersionError
from tests.older_home import changed, store, without, write_ledger


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def playhead(settings: Settings, *arguments: str) -> tuple[int, str]:
    """The exit code, and what was said."""
    ended = subprocess.run(
        [sys.executable, "-m", "jobs.cli", *arguments],
        env=os.environ | {"PLAYHEAD_HOME": str(settings.root)},
        cwd=settings.root,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stderr


def test_an_older_ledger_is_refused_until_it_is_upgraded(settings: Settings) -> None:
    write_ledger(settings)
    refused = f"Error: The ledger sqlite:///{settings.root}/ledger.db was made by an earlier version of "
    assert playhead(settings, "land") == (
        1,
        f"{refused}Playhead: `playhead upgrade` gives it what it lacks, and loses nothing.\n",
    )
    exit_code, said = playhead(settings, "upgrade")
    assert (exit_code, said.splitlines()[0]) == (0, "upgrade: the ledger has all that this version keeps there.")
    assert list(Ledger(settings.ledger).known_keys()) == [1]


def test_a_home_of_before_linkage_keys_gets_one_and_is_told_what_stays(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    write_ledger(settings)
    with caplog.at_level(logging.INFO):
        upgrade(settings)
    made = Ledger(settings.ledger).known_linkage_key()
    assert LinkageKey(read_secret(settings.keys / "linkage.key")).check_value == made
    assert "keep the ids that their source gave them" in caplog.messages[-1]


def test_a_second_time_nothing_is_changed(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    ledger = write_ledger(settings)
    upgrade(settings)
    before = list(sqlite3.connect(ledger).iterdump())
    with caplog.at_level(logging.INFO):
        upgrade(settings)
    assert caplog.messages == [f"upgrade: nothing is lacking in {settings.root}."]
    assert list(sqlite3.connect(ledger).iterdump()) == before


def test_what_cannot_be_upgraded_is_refused_before_anything_is_changed(settings: Settings) -> None:
    ledger = write_ledger(settings)
    before = list(sqlite3.connect(ledger).iterdump())
    columns = tuple(
        replace(column, type="string") if column.name == "is_child" else column for column in PROFILES.columns
    )
    store(settings, changed(PROFILES, columns))
    with pytest.raises(TableVersionError, match="is_child"):
        upgrade(settings)
    assert list(sqlite3.connect(ledger).iterdump()) == before


def test_a_home_that_is_not_there_is_not_made(settings: Settings) -> None:
    with pytest.raises(HomeError, match="There is no home at"):
        upgrade(settings)
    assert not settings.root.exists()


def test_a_home_without_a_ledger_gets_none(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.root.mkdir()
    with caplog.at_level(logging.INFO):
        upgrade(settings)
    assert caplog.messages == [f"upgrade: nothing is lacking in {settings.root}."]
    assert list(settings.root.iterdir()) == []


def test_the_table_of_an_older_home_is_in_the_refusal_of_whoever_shows_it(settings: Settings) -> None:
    store(settings, without(PROFILES, "is_child"))
    assert playhead(settings, "show", "silver.profiles") == (
        1,
        "Error: silver.profiles was made by an earlier version of Playhead, which did not know is_child: "
        "`playhead upgrade` adds it, and loses nothing.\n",
    )
