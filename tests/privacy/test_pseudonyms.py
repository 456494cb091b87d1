import hashlib
import hmac
import unicodedata

import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.local_rows import local_rows
from jobs.privacy.keys import PseudonymKey
from jobs.privacy.pseudonyms import DOMAINS, pseudonymise

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


@pytest.fixture(scope="module")
def keyed(spark: SparkSession) -> DataFrame:
    rows = [(identifier, identifier, identifier, identifier) for identifier in IDENTIFIERS]
    frame = local_rows(spark, rows, "given string, account_id string, profile_id string, device_id string")
    return frame.transform(pseudonymise, KEY).persist()


@pytest.mark.parametrize("domain", DOMAINS)
def test_is_bit_identical_to_pythons_hmac(keyed: DataFrame, domain: str) -> None:
    found = {row.given: row[DOMAINS[domain]] for row in keyed.collect()}
    assert found == {
        identifier: hmac.new(SECRET, f"{domain}\x1f{identifier}".encode(), hashlib.sha256).hexdigest()
        for identifier in IDENTIFIERS
    }


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_key_makes_one_as_spark_makes_many(keyed: DataFrame, domain: str) -> None:
    found = {row.given: row[DOMAINS[domain]] for row in keyed.collect()}
    assert found == {identifier: KEY.pseudonym(domain, identifier) for identifier in IDENTIFIERS}


def test_one_identifier_in_three_roles_gives_three_pseudonyms(keyed: DataFrame) -> None:
    row = keyed.head()
    assert row is not None
    assert len({row.account_key, row.profile_key, row.device_key}) == 3


def test_identifiers_and_key_are_gone_from_the_columns(keyed: DataFrame) -> None:
    assert set(keyed.columns) == {"given", "account_key", "profile_key", "device_key", "key_epoch"}


def test_the_row_says_which_key_made_it(keyed: DataFrame) -> None:
    assert {row.key_epoch for row in keyed.select("key_epoch").distinct().collect()} == {3}


def test_no_identifier_no_pseudonym(spark: SparkSession) -> None:
    rows = local_rows(spark, [(None, "p")], "account_id string, profile_id string")
    (row,) = rows.transform(pseudonymise, KEY).collect()
    assert row.account_key is None


@pytest.mark.parametrize(
    "secret", [SECRET, bytes(byte ^ 0x36 for byte in SECRET), bytes(byte ^ 0x5C for byte in SECRET)]
)
def test_no_plan_shows_the_key(spark: SparkSession, secret: bytes) -> None:
    """Neither as it is nor padded, in none of the forms in which Spark prints bytes; optimised by hand, too."""
    keyed = local_rows(spark, [("a",)], "account_id string").transform(pseudonymise, KEY)
    execution = keyed._jdf.queryExecution()
    plans = "\n".join(
        [
            execution.toString(),
            execution.logical().toString(),
            execution.optimizedPlan().toString(),
            execution.optimizedPlan().toJSON(),
            execution.explainString(spark._jvm.org.apache.spark.sql.execution.ExplainMode.fromString("extended")),  # type: ignore[union-attr]
        ]
    ).lower()
    signed = [byte - 256 if byte > 127 else byte for byte in secret]
    forms = [
        secret.hex(),
        secret.hex(" "),
        secret.decode("latin-1").lower(),
        ", ".join(map(str, signed)),
        ",".join(map(str, signed)),
    ]
    assert [form for form in forms if form[:24] in plans] == []


def test_another_epoch_gives_other_pseudonyms_and_nothing_links_them(spark: SparkSession) -> None:
    rows = local_rows(spark, [(f"viewer-{number}",) for number in range(5)], "profile_id string")
    first, second = (
        {row.profile_key for row in rows.transform(pseudonymise, PseudonymKey(epoch, secret)).collect()}
        for epoch, secret in ((1, bytes(32)), (2, bytes(range(32))))
    )
    assert (len(first), len(second), first & second) == (5, 5, set())
