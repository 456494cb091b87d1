"""Rows as an NDJSON file in the inbox: there whole or not at all, the same bytes for the same rows."""

import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

# Enough of a SHA-256 for a name; the ledger knows the file by the whole of it.
_NAME_DIGITS = 16


@dataclass(frozen=True)
class InboxFile:
    """One file that was put into the inbox."""

    feed: str
    path: Path
    line_count: int


def write_inbox_file(inbox: Path, feed: str, source: str, rows: Iterable[Mapping[str, Any]]) -> InboxFile | None:
    """Writes `inbox/<feed>/<source>-<digest>.ndjson`, one row a line; null, and no file, where there are no rows.

    The name carries a digest of the content, so a second import puts down the same file under the same name.
    """
    folder = inbox / feed
    folder.mkdir(parents=True, exist_ok=True)
    digest, line_count = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(prefix=f".{source}-", dir=folder, delete=False) as unfinished:
        path = Path(unfinished.name)
        try:
            for row in rows:
                line = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
                unfinished.write(line)
                digest.update(line)
                line_count += 1
            unfinished.flush()
            if line_count == 0:
                return None
            finished = folder / f"{source}-{digest.hexdigest()[:_NAME_DIGITS]}.ndjson"
            path.replace(finished)
            return InboxFile(feed, finished, line_count)
        finally:
            path.unlink(missing_ok=True)
