import hashlib
import hmac
import unicodedata

import pyarrow as pa
import pytest

from jobs.privacy.keys import PseudonymKey
from jobs.privacy.pseudonyms import DOMAINS, pseudonyms

SECRET = bytes(range(100, 132))
KEY = PseudonymKey(3, SECRET)
IDENTIFIERS = [
    *(f"account-{number}" for number in range(200)),
    "",
    " ",
    "Ünïcödé",
    unicodedata.normalize("NFC", "é"),
    unicodedata.normalize("NFD", "é"),
    "🎬🍿",
    "\u202egnp.exe",
    "a\x1fb",
    "a'; DROP TABLE titles; --",
    "x" * 256,
]


@pytest.mark.parametrize("domain", DOMAINS)
def test_is_pythons_hmac_however_often_an_identifier_occurs(domain: str) -> None:
    found = pseudonyms(pa.array(IDENTIFIERS * 2), domain, KEY).to_pylist()
    expected = [
        hmac.new(SECRET, f"{domain}\x1f{identifier}".encode(), hashlib.sha256).hexdigest() for identifier in IDENTIFIERS
    ]
    assert found == expected * 2


def test_one_identifier_in_three_roles_gives_three_pseudonyms() -> None:
    assert len({pseudonyms(pa.array(["a"]), domain, KEY)[0].as_py() for domain in DOMAINS}) == 3


def test_no_identifier_no_pseudonym() -> None:
    assert pseudonyms(pa.array([None], pa.string()), "account", KEY).to_pylist() == [None]


def test_another_epoch_gives_other_pseudonyms_and_nothing_links_them() -> None:
    viewers = pa.array([f"viewer-{number}" for number in range(5)])
    first, second = (
        set(pseudonyms(viewers, "profile", PseudonymKey(epoch, secret)).to_pylist())
        for epoch, secret in ((1, bytes(32)), (2, bytes(range(32))))
    )
    assert (len(first), len(second), first & second) == (5, 5, set())
