"""The secret keys that make pseudonyms: one a key epoch, in a folder that only its owner can read."""

import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from jobs.errors import PlayheadError

KEY_BYTES = 32
_FILE_NAME = "pseudonym-epoch-{epoch}.key"


class KeyMissingError(PlayheadError):
    """There is no pseudonym key, and making a new one would break the link to what is stored."""


@dataclass(frozen=True)
class PseudonymKey:
    """One key; `repr` does not show the secret."""

    epoch: int
    secret: bytes = field(repr=False)


def current_key(folder: Path) -> PseudonymKey:
    """The key of the latest epoch.

    Raises `KeyMissingError` where there is none or where its file is not one.
    """
    epochs = {int(found.group(1)): path for path in folder.glob("*.key") if (found := _epoch_in(path))}
    if not epochs:
        raise KeyMissingError(
            f"No pseudonym key in {folder}. Nothing was written. Put the key of this lake back; "
            "without it new rows cannot be linked to the stored ones."
        )
    epoch = max(epochs)
    try:
        secret = bytes.fromhex(epochs[epoch].read_text(encoding="ascii").strip())
    except ValueError as error:
        raise KeyMissingError(f"{epochs[epoch]} is not a key: it should be 64 hexadecimal digits.") from error
    if len(secret) != KEY_BYTES:
        raise KeyMissingError(f"{epochs[epoch]} is not a key: it should be 64 hexadecimal digits.")
    return PseudonymKey(epoch, secret)


def create_first_key(folder: Path) -> PseudonymKey:
    """Makes the key of epoch 1, random, readable by its owner only. An existing key is never replaced."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / _FILE_NAME.format(epoch=1)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(secrets.token_hex(KEY_BYTES) + "\n", encoding="ascii")
    return current_key(folder)


def _epoch_in(path: Path) -> re.Match[str] | None:
    return re.fullmatch(r"pseudonym-epoch-(\d+)\.key", path.name)
