import stat
from pathlib import Path

import pytest

from jobs.privacy.keys import (
    KeyMissingError,
    PseudonymKey,
    WrongKeyError,
    create_key,
    first_key,
    given_key,
    stored_keys,
    verified,
)

OLD, NEW = bytes(32), bytes(range(32))


def check(secret: bytes) -> str:
    return PseudonymKey(1, secret).check_value


def test_the_first_key_is_for_its_owner_only(tmp_path: Path) -> None:
    create_key(tmp_path / "keys", 1)
    (file,) = (tmp_path / "keys").iterdir()
    modes = [oct(stat.S_IMODE(path.stat().st_mode)) for path in (file.parent, file)]
    assert modes == ["0o700", "0o600"]


def test_the_key_that_was_made_is_the_one_that_is_read(tmp_path: Path) -> None:
    assert [create_key(tmp_path, 1)] == stored_keys(tmp_path)


def test_two_lakes_have_two_keys(tmp_path: Path) -> None:
    assert create_key(tmp_path / "a", 1).secret != create_key(tmp_path / "b", 1).secret


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    made = create_key(tmp_path, 1)
    with pytest.raises(FileExistsError):
        create_key(tmp_path, 1)
    assert stored_keys(tmp_path) == [made]


def test_the_latest_epoch_comes_last(tmp_path: Path) -> None:
    for epoch, secret in ((10, NEW), (9, OLD)):
        (tmp_path / f"pseudonym-epoch-{epoch}.key").write_text(secret.hex())
    assert stored_keys(tmp_path) == [PseudonymKey(9, OLD), PseudonymKey(10, NEW)]


def test_no_key_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyMissingError, match=r"Nothing was written\. Put the key of this lake back"):
        stored_keys(tmp_path)


@pytest.mark.parametrize("text", ["", "not hexadecimal", "ab" * 31, "ab" * 33, "ä"])
def test_what_is_no_key_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "pseudonym-epoch-1.key").write_text(text, encoding="utf-8")
    with pytest.raises(KeyMissingError, match=r"pseudonym-epoch-1\.key is not a key"):
        stored_keys(tmp_path)


def test_the_secret_is_not_printed() -> None:
    assert NEW.hex() not in repr(PseudonymKey(1, NEW))
    assert repr(NEW) not in repr(PseudonymKey(1, NEW))


def test_the_first_key_is_made_once_by_two_runs_at_once(tmp_path: Path) -> None:
    made = first_key(tmp_path, known={})
    assert first_key(tmp_path, known={}) == made


def test_no_new_first_key_where_pseudonyms_exist(tmp_path: Path) -> None:
    with pytest.raises(KeyMissingError):
        first_key(tmp_path, known={1: "0" * 16})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("secrets", "known", "message"),
    [
        ({1: NEW}, {1: check(OLD)}, r"The key of epoch 1 in /keys is not the one"),
        ({1: NEW}, {1: check(NEW), 2: check(OLD)}, r"/keys has no key of epoch 2"),
        ({1: NEW, 2: OLD}, {1: check(OLD)}, r"The key of epoch 1 in /keys is not the one"),
        ({2: OLD}, {1: check(NEW)}, r"/keys has no key of epoch 1"),
    ],
    ids=["another key", "the latest is lost", "the keys of a lake rotated more often", "only its latest"],
)
def test_keys_that_do_not_fit_are_refused(secrets: dict[int, bytes], known: dict[int, str], message: str) -> None:
    with pytest.raises(WrongKeyError, match=message):
        verified([PseudonymKey(epoch, secret) for epoch, secret in secrets.items()], known, "/keys")


@pytest.mark.parametrize(
    ("secrets", "known"),
    [
        ({1: NEW}, {}),
        ({1: NEW}, {1: check(NEW)}),
        ({1: OLD, 2: NEW}, {1: check(OLD)}),
        ({2: NEW}, {1: check(OLD), 2: check(NEW)}),
    ],
    ids=["never used", "used before", "made, but a kill kept it from the ledger", "the old one was destroyed"],
)
def test_the_latest_of_the_keys_that_fit_is_taken(secrets: dict[int, bytes], known: dict[int, str]) -> None:
    keys = [PseudonymKey(epoch, secret) for epoch, secret in secrets.items()]
    assert verified(keys, known, "/keys").secret == NEW


@pytest.mark.parametrize(
    ("known", "epoch"), [({}, 1), ({1: check(OLD), 2: check(NEW)}, 2)], ids=["new lake", "rotated"]
)
def test_a_given_key_is_of_the_latest_known_epoch(known: dict[int, str], epoch: int) -> None:
    assert given_key(NEW.hex().upper(), known) == PseudonymKey(epoch, NEW)


def test_the_check_value_does_not_show_the_secret() -> None:
    key = PseudonymKey(1, NEW)
    assert key.check_value not in key.secret.hex()
