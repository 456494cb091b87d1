import stat
from pathlib import Path

import pytest

from jobs.privacy.keys import KeyMissingError, PseudonymKey, WrongKeyError, create_key, current_key, first_key, verified

OLD, NEW = bytes(32), bytes(range(32))


def test_the_first_key_is_for_its_owner_only(tmp_path: Path) -> None:
    create_key(tmp_path / "keys", 1)
    (file,) = (tmp_path / "keys").iterdir()
    modes = [oct(stat.S_IMODE(path.stat().st_mode)) for path in (file.parent, file)]
    assert modes == ["0o700", "0o600"]


def test_the_key_that_was_made_is_the_current_one(tmp_path: Path) -> None:
    assert create_key(tmp_path, 1) == current_key(tmp_path)


def test_two_lakes_have_two_keys(tmp_path: Path) -> None:
    assert create_key(tmp_path / "a", 1).secret != create_key(tmp_path / "b", 1).secret


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    made = create_key(tmp_path, 1)
    with pytest.raises(FileExistsError):
        create_key(tmp_path, 1)
    assert current_key(tmp_path) == made


def test_the_latest_epoch_is_current(tmp_path: Path) -> None:
    for epoch, secret in ((9, OLD), (10, NEW)):
        (tmp_path / f"pseudonym-epoch-{epoch}.key").write_text(secret.hex())
    assert current_key(tmp_path) == PseudonymKey(10, NEW)


def test_no_key_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyMissingError, match=r"Nothing was written\. Put the key of this lake back"):
        current_key(tmp_path)


@pytest.mark.parametrize("text", ["", "not hexadecimal", "ab" * 31, "ab" * 33, "ä"])
def test_what_is_no_key_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "pseudonym-epoch-1.key").write_text(text, encoding="utf-8")
    with pytest.raises(KeyMissingError, match=r"pseudonym-epoch-1\.key is not a key"):
        current_key(tmp_path)


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
    ("known", "message"),
    [
        ({1: PseudonymKey(1, OLD).check_value}, r"The key of epoch 1 in .* is not the one"),
        ({1: PseudonymKey(1, NEW).check_value, 2: "0" * 16}, r"has no key of epoch 2"),
    ],
    ids=["another key", "the latest is lost"],
)
def test_a_key_that_does_not_fit_is_refused(tmp_path: Path, known: dict[int, str], message: str) -> None:
    with pytest.raises(WrongKeyError, match=message):
        verified(PseudonymKey(1, NEW), known, tmp_path)


@pytest.mark.parametrize("known", [{}, {1: PseudonymKey(1, NEW).check_value}], ids=["never used", "used before"])
def test_a_key_that_fits_is_taken(tmp_path: Path, known: dict[int, str]) -> None:
    assert verified(PseudonymKey(1, NEW), known, tmp_path) == PseudonymKey(1, NEW)


def test_the_check_value_does_not_show_the_secret() -> None:
    key = PseudonymKey(1, NEW)
    assert key.check_value not in key.secret.hex()
