"""The secret keys that make pseudonyms: one a key epoch, in a folder that only its owner can read."""

import hmac
import os
import re
import secrets
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile

from jobs.errors import PlayheadError

KEY_BYTES = 32
_CHECKED = b"playhead:key-check"
_FILE_NAME = "pseudonym-epoch-{epoch}.key"


class WrongKeyError(PlayheadError):
    """The key at hand is not the one that this lake's pseudonyms were made with."""


class KeyOpenError(PlayheadError):
    """Others can read the key, and so find out who is behind a pseudonym."""


class KeyMissingError(PlayheadError):
    """There is no pseudonym key, and making a new one would break the link to what is stored."""


@dataclass(frozen=True)
class PseudonymKey:
    """One key; `repr` does not show the secret."""

    epoch: int
    secret: bytes = field(repr=False)

    @property
    def check_value(self) -> str:
        """Tells this key from another. It is 16 digits of a keyed hash: nobody gets from there to 256 random bits."""
        return check_value_of(self.secret)

    def pseudonym(self, domain: str, identifier: str) -> str:
        """HMAC-SHA256 of the domain, 0x1F and the identifier, in hexadecimal."""
        return hmac.digest(self.secret, f"{domain}\x1f{identifier}".encode(), "sha256").hex()


def stored_keys(folder: Path) -> list[PseudonymKey]:
    """The keys of all epochs, the latest last.

    Raises `KeyMissingError` where there is none or where a file is not one, `KeyOpenError` where others can read it.
    """
    epochs = {int(found.group(1)): path for path in folder.glob("*.key") if (found := _epoch_in(path))}
    if not epochs:
        raise KeyMissingError(_lost(folder))
    return [PseudonymKey(epoch, read_secret(epochs[epoch])) for epoch in sorted(epochs)]


def given_key(digits: str, known: Mapping[int, str]) -> PseudonymKey:
    """A key that is kept elsewhere, as 64 hexadecimal digits. Its epoch is the latest that the ledger knows, or 1."""
    return PseudonymKey(max(known, default=1), bytes.fromhex(digits))


def create_key(folder: Path, epoch: int) -> PseudonymKey:
    """Makes the key of an epoch, random, readable by its owner only. The file is there whole or not at all.

    Raises `FileExistsError`: a key is never replaced.
    """
    path = folder / _FILE_NAME.format(epoch=epoch)
    write_secret(path)
    return PseudonymKey(epoch, read_secret(path))


def has_key(folder: Path) -> bool:
    """Whether any epoch has a key there, or what should be one."""
    return any(folder.glob("pseudonym-*.key"))


def first_key(folder: Path, known: Mapping[int, str]) -> PseudonymKey:
    """Makes the key of epoch 1, or finds that another run has just made it.

    Raises `KeyMissingError` where the ledger has `known` epochs: their key is lost, and a new one would not fit.
    """
    if known:
        raise KeyMissingError(_lost(folder))
    with suppress(FileExistsError):
        return create_key(folder, epoch=1)
    return stored_keys(folder)[-1]


def next_key(folder: Path, current: PseudonymKey) -> PseudonymKey:
    """Makes the key of the next epoch; the current one stays for what it made."""
    return create_key(folder, current.epoch + 1)


def verified(keys: Sequence[PseudonymKey], known: Mapping[int, str], place: str) -> PseudonymKey:
    """The last of the keys at a place, if they are this lake's. `known` are the ledger's check values by epoch.

    A later epoch than the ledger knows is taken only beside the latest that it knows: else the keys of another lake,
    rotated more often than this one, would pass for new.

    Raises `WrongKeyError`.
    """
    for key in keys:
        if known.get(key.epoch, key.check_value) != key.check_value:
            raise WrongKeyError(
                f"The key of epoch {key.epoch} in {place} is not the one that made this lake's pseudonyms. "
                "Nothing was written. Put the right one back."
            )
    if known and max(known) not in {key.epoch for key in keys}:
        raise WrongKeyError(
            f"{place} has no key of epoch {max(known)}, which this lake already uses. Nothing was written. Put it back."
        )
    return keys[-1]


def check_value_of(secret: bytes) -> str:
    return hmac.digest(secret, _CHECKED, "sha256").hex()[:16]


def write_secret(path: Path) -> None:
    """A new random secret in a file that only its owner can read. The file is there whole or not at all.

    Raises `FileExistsError`.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile("w", dir=path.parent, prefix=".", encoding="ascii") as unfinished:
        unfinished.write(secrets.token_hex(KEY_BYTES) + "\n")
        unfinished.flush()
        os.fsync(unfinished.fileno())
        os.link(unfinished.name, path)


def is_open(key: Path) -> bool:
    """Whether others may do anything with it."""
    return bool(stat.S_IMODE(key.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))


def read_secret(path: Path) -> bytes:
    """Raises `KeyMissingError` where the file is no key, and `KeyOpenError` where others can read it."""
    if is_open(path):
        raise KeyOpenError(
            f"Others can read {path}. Nothing was written. Close it: chmod 600 {path} - and if it makes pseudonyms "
            "and somebody may have read it, begin a new epoch with `playhead keys rotate`."
        )
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise KeyMissingError(f"{path} is not a key: it should be 64 hexadecimal digits.") from error
    if len(secret) != KEY_BYTES:
        raise KeyMissingError(f"{path} is not a key: it should be 64 hexadecimal digits.")
    return secret


def _lost(folder: Path) -> str:
    return (
        f"No pseudonym key in {folder}. Nothing was written. Put the key of this lake back, or give it by "
        "PLAYHEAD_PSEUDONYM_KEY; without it new rows cannot be linked to the stored ones."
    )


def _epoch_in(path: Path) -> re.Match[str] | None:
    return re.fullmatch(r"pseudonym-epoch-(\d+)\.key", path.name)
