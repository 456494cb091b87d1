"""Identifiers that the same source data always gets again."""

import hashlib
import json

from jobs.privacy.linkage_key import LinkageKey

# 96 bits: among a billion ids the odds of one collision are 1 in 150 billion.
_HEX_DIGITS = 24


def stable_id(prefix: str, *parts: str | int) -> str:
    """`prefix` and a digest of the parts, for what anybody may know: whoever tries the right parts finds them."""
    return prefix + hashlib.sha256(_content(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_HEX_DIGITS]


def keyed_id(key: LinkageKey, prefix: str, *parts: str | int) -> str:
    """`prefix` and a link of the parts, for what is of people: without the key nobody can try names until one fits."""
    return prefix + key.link("import", _content(parts))


def _content(parts: tuple[str | int, ...]) -> str:
    """Which part ends where is told."""
    return json.dumps(parts, ensure_ascii=False)
