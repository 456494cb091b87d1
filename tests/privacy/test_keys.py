import stat
from pathlib import Path

import pytest

from jobs.privacy.keys import KeyMissingError, PseudonymKey, create_first_key, current_key

OLD, NEW = bytes(32), bytes(range(32))


def test_the_first_key_is_for_its_owner_only(tmp_path: Path) -> None:
    create_first_key(tmp_path / "keys")
    (file,) = (tmp_path / "keys").iterdir()
    modes = [oct(stat.S_IMODE(path.stat().st_mode)) for path in (file.parent, file)]
    assert modes == ["0o700", "0o600"]


def test_the_key_that_was_made_is_the_current_one(tmp_path: Path) -> None:
    assert create_first_key(tmp_path) == current_key(tmp_path)


def test_two_lakes_have_two_keys(tmp_path: Path) -> None:
    assert create_first_key(tmp_path / "a").secret != create_first_key(tmp_path / "b").secret


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    made = create_first_key(tmp_path)
    with pytest.raises(FileExistsError):
        create_first_key(tmp_path)
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
