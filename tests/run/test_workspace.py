"""Which clock and which key a run takes. None of this starts Spark."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from jobs.config import Settings
from jobs.contracts.silver import PROFILES
from jobs.privacy.keys import KeyMissingError, PseudonymKey, WrongKeyError, create_key
from jobs.privacy.linkage_key import Keys, LinkageKey
from jobs.run.pipeline import run_intake
from jobs.run.upgrade import upgrade
from jobs.run.workspace import Workspace
from tests.factories import NOON, make_line
from tests.older_home import store

FIRST, SECOND = bytes(32), bytes(range(32))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def key_of_a_run(home: Path, given: bytes | None = None) -> PseudonymKey:
    return Workspace(Settings(home=home, pseudonym_key=SecretStr(given.hex()) if given else None)).key


def test_the_times_of_a_run_are_those_of_its_clock(home: Path) -> None:
    work = Workspace(Settings(home=home), now=lambda: NOON)
    (work.settings.inbox / "events").mkdir(parents=True)
    (work.settings.inbox / "events" / "a.ndjson").write_bytes(make_line())
    run_intake(work)
    load = work.ledger.open_load("bronze", work.now())
    assert load is not None
    assert (load.opened_at, load.batches[0].landed_at) == (NOON, NOON)


def test_a_rotated_key_is_taken_by_the_next_run_and_both_are_remembered(home: Path) -> None:
    first = create_key(home / "keys", epoch=1)
    assert key_of_a_run(home) == first
    second = create_key(home / "keys", epoch=2)
    assert key_of_a_run(home) == second
    assert Workspace(Settings(home=home)).ledger.known_keys() == {1: first.check_value, 2: second.check_value}


def test_a_run_that_is_refused_leaves_nothing_in_the_ledger(home: Path) -> None:
    """Else the right keys would not fit any more."""
    right = create_key(home / "keys", epoch=1)
    key_of_a_run(home)
    (home / "keys").rename(home / "kept")
    for epoch in (1, 2):
        create_key(home / "keys", epoch)
    with pytest.raises(WrongKeyError):
        key_of_a_run(home)
    assert Workspace(Settings(home=home)).ledger.known_keys() == {1: right.check_value}


def test_a_lost_key_is_missed_by_the_ledger_alone(home: Path) -> None:
    create_key(home / "keys", epoch=1)
    key_of_a_run(home)
    (key,) = (home / "keys").iterdir()
    key.unlink()
    with pytest.raises(KeyMissingError, match="Put the key of this lake back"):
        key_of_a_run(home)


def test_a_linkage_key_is_made_once_and_no_rotation_changes_it(home: Path) -> None:
    first = Workspace(Settings(home=home)).keys
    second = create_key(home / "keys", epoch=2)
    assert Workspace(Settings(home=home)).keys == Keys(second, first.linkage)


def test_a_lost_linkage_key_is_missed_by_the_ledger(home: Path) -> None:
    work = Workspace(Settings(home=home))
    assert work.keys
    (home / "keys" / "linkage.key").unlink()
    with pytest.raises(KeyMissingError, match=r"No linkage\.key"):
        _ = Workspace(Settings(home=home)).keys


def test_a_lost_linkage_key_is_missed_by_the_tables_where_the_ledger_is_lost_too(home: Path) -> None:
    """A new key would give what is stored, and comes again, other ids."""
    assert Workspace(Settings(home=home)).keys
    store(Settings(home=home), PROFILES)
    for lost in (home / "keys" / "linkage.key", *home.glob("ledger.db*")):
        lost.unlink()
    with pytest.raises(KeyMissingError, match=r"No linkage\.key in .*`playhead upgrade` makes one"):
        _ = Workspace(Settings(home=home)).keys
    assert not (home / "keys" / "linkage.key").exists()
    upgrade(Settings(home=home))
    assert Workspace(Settings(home=home)).keys


def test_an_import_before_the_first_silver_run_leaves_the_pseudonym_key_to_be_made(home: Path) -> None:
    made = Workspace(Settings(home=home)).linkage_key
    assert Workspace(Settings(home=home)).keys.linkage == made


def test_a_given_linkage_key_is_taken_and_another_one_is_refused(home: Path) -> None:
    first, second = (Settings(home=home, linkage_key=SecretStr(secret.hex())) for secret in (FIRST, SECOND))
    assert Workspace(first).linkage_key == LinkageKey(FIRST)
    assert not (home / "keys").exists()
    with pytest.raises(WrongKeyError, match="The linkage key in PLAYHEAD_LINKAGE_KEY is not the one"):
        _ = Workspace(second).linkage_key


def test_a_given_key_is_epoch_1_of_a_new_lake_and_no_file_is_made(home: Path) -> None:
    assert key_of_a_run(home, given=FIRST) == PseudonymKey(1, FIRST)
    assert not (home / "keys").exists()


def test_a_given_key_wins_over_the_folder(home: Path) -> None:
    create_key(home / "keys", epoch=1)
    assert key_of_a_run(home, given=FIRST) == PseudonymKey(1, FIRST)


def test_another_given_key_is_refused(home: Path) -> None:
    key_of_a_run(home, given=FIRST)
    with pytest.raises(WrongKeyError, match="The key of epoch 1 in PLAYHEAD_PSEUDONYM_KEY is not the one"):
        key_of_a_run(home, given=SECOND)


def test_a_key_file_that_is_given_instead_is_the_same_key(home: Path) -> None:
    made = create_key(home / "keys", epoch=1)
    key_of_a_run(home)
    (home / "keys").rename(home / "kept")
    assert key_of_a_run(home, given=made.secret) == made


def test_a_given_key_of_an_epoch_that_ended_is_refused(home: Path) -> None:
    old = create_key(home / "keys", epoch=1)
    create_key(home / "keys", epoch=2)
    key_of_a_run(home)
    with pytest.raises(WrongKeyError, match="The key of epoch 2 in PLAYHEAD_PSEUDONYM_KEY"):
        key_of_a_run(home, given=old.secret)
