import stat
from pathlib import Path

from infra.local_stack.secret_file import new_key, new_password, read_or_make


def test_secrets_are_made_once(tmp_path: Path) -> None:
    first = read_or_make(tmp_path / "keys.json", lambda: {"key": new_key()})
    assert read_or_make(tmp_path / "keys.json", lambda: {"key": new_key()}) == first


def test_only_their_owner_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "new" / "keys.json"
    read_or_make(path, lambda: {"password": new_password()})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_two_are_alike() -> None:
    assert len({new_key(), new_key(), new_password(), new_password()}) == 4
