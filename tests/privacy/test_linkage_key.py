import base64
import hashlib
import hmac
from pathlib import Path

import pytest

from jobs.privacy.keys import KeyMissingError, WrongKeyError
from jobs.privacy.linkage_key import LinkageKey, linkage_key, verified_linkage

KEY = LinkageKey(bytes(range(32)))


@pytest.mark.parametrize("identifier", ["a play", "", "Ünïcödé 🎬", "a\x1fb"])
def test_a_link_is_the_beginning_of_pythons_hmac_in_base64(identifier: str) -> None:
    digest = hmac.new(KEY.secret, f"play\x1f{identifier}".encode(), hashlib.sha256).digest()
    assert KEY.link("play", identifier) == base64.urlsafe_b64encode(digest)[:24].decode()


def test_an_event_and_a_play_of_one_name_have_two_links() -> None:
    assert KEY.link("event", "a") != KEY.link("play", "a")


def test_the_key_is_made_once_and_is_for_its_owner_only(tmp_path: Path) -> None:
    made = linkage_key(tmp_path / "keys", is_in_use=False)
    (file,) = (tmp_path / "keys").iterdir()
    assert (file.name, oct(file.stat().st_mode)[-3:]) == ("linkage.key", "600")
    assert linkage_key(tmp_path / "keys", is_in_use=True) == made


def test_a_lost_key_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(KeyMissingError, match=r"No linkage\.key in .*Nothing was written"):
        linkage_key(tmp_path, is_in_use=True)
    assert list(tmp_path.iterdir()) == []


def test_the_key_of_another_lake_is_refused() -> None:
    with pytest.raises(WrongKeyError, match="The linkage key in /keys is not the one"):
        verified_linkage(KEY, LinkageKey(bytes(32)).check_value, "/keys")


@pytest.mark.parametrize("known", [None, KEY.check_value], ids=["never used", "used before"])
def test_the_key_of_this_lake_is_taken(known: str | None) -> None:
    assert verified_linkage(KEY, known, "/keys") == KEY


def test_the_secret_is_not_printed() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert repr(KEY.secret) not in repr(KEY)
