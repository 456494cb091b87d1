"""Secrets that are made once, at the first start, and kept where only their owner reads them."""

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path


def read_or_make(path: Path, make: Callable[[], Mapping[str, str]]) -> dict[str, str]:
    """The secrets in the file; without one, new ones, written whole and with mode 0600 from the first byte."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        with open(unfinished, "w", opener=lambda name, flags: os.open(name, flags | os.O_EXCL, 0o600)) as file:
            json.dump(dict(make()), file)
        unfinished.rename(path)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def new_password() -> str:
    return secrets.token_urlsafe(16)


def new_key() -> str:
    """256 random bits in the form that Fernet asks for; the other keys take any text."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
