"""Identifiers replaced by keyed pseudonyms: HMAC-SHA256 (RFC 2104) out of Spark's own functions."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.local_rows import local_rows
from jobs.privacy.keys import PseudonymKey

# RFC 2104: SHA-256 works on blocks of 64 bytes; the key is padded to one block and mixed with these two.
_BLOCK_BYTES = 64
_INNER_PAD = 0x36
_OUTER_PAD = 0x5C

# The same identifier in two roles must not give the same pseudonym.
DOMAINS = {"account": "account_key", "profile": "profile_key", "device": "device_key"}


def pseudonymise(rows: DataFrame, key: PseudonymKey) -> DataFrame:
    """Replaces `account_id`, `profile_id` and `device_id`, where they occur, by `…_key`, and adds `key_epoch`.

    A pseudonym is HMAC-SHA256(key, domain ‖ 0x1F ‖ id) in hexadecimal. The key joins as a one-row table, so that no
    plan ever shows it.
    """
    keyed = rows.crossJoin(F.broadcast(_key_table(rows, key)))
    for domain, pseudonym in DOMAINS.items():
        if f"{domain}_id" in rows.columns:
            keyed = keyed.withColumn(pseudonym, _hmac(domain, F.col(f"{domain}_id"))).drop(f"{domain}_id")
    return keyed.withColumn("key_epoch", F.lit(key.epoch)).drop("_inner_key", "_outer_key")


def _key_table(rows: DataFrame, key: PseudonymKey) -> DataFrame:
    padded = key.secret.ljust(_BLOCK_BYTES, b"\0")
    inner = bytes(byte ^ _INNER_PAD for byte in padded)
    outer = bytes(byte ^ _OUTER_PAD for byte in padded)
    return local_rows(rows.sparkSession, [(inner, outer)], "_inner_key binary, _outer_key binary")


def _hmac(domain: str, identifier: Column) -> Column:
    message = F.concat(F.encode(F.lit(f"{domain}\x1f"), "UTF-8"), F.encode(identifier, "UTF-8"))
    inner = F.unhex(F.sha2(F.concat(F.col("_inner_key"), message), 256))
    return F.sha2(F.concat(F.col("_outer_key"), inner), 256)
