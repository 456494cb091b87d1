"""Identifiers replaced by keyed pseudonyms and links, column by column."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from jobs.privacy.keys import PseudonymKey
from jobs.privacy.linkage_key import LinkageKey

# No label has it.
_SEPARATOR = "\x1f"
# The same identifier in two roles must not give the same pseudonym.
DOMAINS = {"account": "account_key", "profile": "profile_key", "device": "device_key"}
# A viewing may bear the id of the session that is its trace: the two are one domain.
LINK_DOMAINS = {"event_id": "event", "session_id": "play", "viewing_id": "play"}


def pseudonyms(identifiers: pa.Array, domain: str, key: PseudonymKey) -> pa.Array:
    """HMAC-SHA256(key, domain ‖ 0x1F ‖ id) in hexadecimal of each identifier; null where there is none."""
    return each_once(identifiers, lambda identifier: key.pseudonym(domain, identifier))


def profile_pseudonyms(accounts: pa.Array, profiles: pa.Array, key: PseudonymKey) -> pa.Array:
    """The pseudonym of each profile of an account; null where either is not known. Two accounts may each have a `1`."""
    return pseudonyms(pc.binary_join_element_wise(accounts, profiles, _SEPARATOR), "profile", key)


def links(identifiers: pa.Array, domain: str, key: LinkageKey) -> pa.Array:
    """The link of each identifier; null where there is none."""
    return each_once(identifiers, lambda identifier: key.link(domain, identifier))


def each_once(texts: pa.Array, replace: Callable[[str], str | None]) -> pa.Array:
    """The texts replaced one by one, each that occurs only once however often it does."""
    known = texts.dictionary_encode()
    return pa.array([replace(text) for text in known.dictionary.to_pylist()], pa.string()).take(known.indices)
