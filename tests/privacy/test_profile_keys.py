import polars as pl

from jobs.privacy.keys import PseudonymKey
from jobs.privacy.profile_keys import profile_keys

KEY = PseudonymKey(1, bytes(32))
ANN, BEN = KEY.pseudonym("profile", "ann"), KEY.pseudonym("profile", "ben")


def test_a_profile_is_found_by_its_id_in_every_account_that_has_it() -> None:
    seen = pl.LazyFrame(
        {"profile_key": ["ann of a", "ann of b", "ben of a"], "profile_id_key": [ANN, ANN, BEN], "key_epoch": [1, 1, 1]}
    )
    assert profile_keys(seen, KEY, ["ann"]) == {ANN: "ann", "ann of a": "ann", "ann of b": "ann"}


def test_before_any_profile_was_seen_there_are_the_ids_alone() -> None:
    assert profile_keys(None, KEY, ["ann", "ben"]) == {ANN: "ann", BEN: "ben"}
