"""The secret key that makes links: ids of plays and events that stay the same whatever key makes pseudonyms."""

import hmac
from base64 import urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from jobs.privacy.keys import KeyMissingError, PseudonymKey, WrongKeyError, check_value_of, read_secret, write_secret

# 144 bits: among a trillion ids the odds of one collision are 1 in 40 quintillion. 18 bytes are 24 letters of Base64.
LINK_BYTES = 18
_HASHES_PAYLOADS = b"playhead:payload"
_FILE_NAME = "linkage.key"


@dataclass(frozen=True)
class LinkageKey:
    """The one linkage key of a lake; `repr` does not show the secret. No rotation replaces it."""

    secret: bytes = field(repr=False)

    @property
    def check_value(self) -> str:
        """Tells this key from another, as that of a `PseudonymKey` does."""
        return check_value_of(self.secret)

    @property
    def payload_secret(self) -> bytes:
        """What hashes payloads: whoever had it could not make links."""
        return hmac.digest(self.secret, _HASHES_PAYLOADS, "sha256")

    def link(self, domain: str, identifier: str) -> str:
        """The first 18 bytes of HMAC-SHA256 of the domain, 0x1F and the identifier, in Base64 for URLs."""
        return urlsafe_b64encode(
            hmac.digest(self.secret, f"{domain}\x1f{identifier}".encode(errors="surrogatepass"), "sha256")[:LINK_BYTES]
        ).decode("ascii")


@dataclass(frozen=True)
class Keys:
    """What replaces identifiers: who it was by the key of the epoch, what it was by the linkage key."""

    pseudonym: PseudonymKey
    linkage: LinkageKey


def linkage_key(folder: Path, is_in_use: bool) -> LinkageKey:
    """The linkage key in the folder; made, random, where there is none and none `is_in_use`.

    Raises `KeyMissingError` where it is lost, and where the file is no key.
    """
    path = folder / _FILE_NAME
    if not path.exists():
        if is_in_use:
            raise KeyMissingError(_lost(folder))
        with suppress(FileExistsError):
            write_secret(path)
    return LinkageKey(read_secret(path))


def verified_linkage(key: LinkageKey, known: str | None, place: str) -> LinkageKey:
    """The key at a place, if it is this lake's. `known` is the ledger's check value. Raises `WrongKeyError`."""
    if known not in (None, key.check_value):
        raise WrongKeyError(
            f"The linkage key in {place} is not the one that made this lake's ids of plays and events. Nothing was "
            "written. Put the right one back."
        )
    return key


def _lost(folder: Path) -> str:
    return (
        f"No {_FILE_NAME} in {folder}. Nothing was written. Put the linkage key of this lake back, or give it by "
        "PLAYHEAD_LINKAGE_KEY; without it what comes again is not known again. Where this lake is of a version "
        "that had none, `playhead upgrade` makes one."
    )
