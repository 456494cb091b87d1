"""Identifiers that the same source data always gets again."""

import hashlib
import json

# 96 bits: among a billion ids the odds of one collision are 1 in 150 billion.
_HEX_DIGITS = 24


def stable_id(prefix: str, *parts: str | int) -> str:
    """`prefix` and a digest of the parts; which part ends where is part of the digest."""
    content = json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return prefix + hashlib.sha256(content).hexdigest()[:_HEX_DIGITS]
