"""Originals, kept in a folder under the SHA-256 of their bytes."""

import os
import shutil
from pathlib import Path

from jobs.intake.landed_lines import written_whole
from jobs.intake.source_file import SourceFile


def move_original(source: SourceFile, folder: Path) -> None:
    """Moves the file into `folder`, closed to others, or removes it where its bytes are kept already.

    A file that meanwhile took its place under the same name stays for the next run.
    """
    kept = _kept_path(source, folder)
    if not source.is_still_at_its_path:
        return
    if kept.exists():
        source.path.unlink()
    elif os.stat(folder).st_dev == source.status.st_dev and source.status.st_uid == os.geteuid():
        os.fchmod(source.handle.fileno(), 0o600)
        source.path.replace(kept)
    else:
        copy_original(source, folder)
        source.path.unlink()


def copy_original(source: SourceFile, folder: Path) -> None:
    """Copies the file into `folder`, unless its bytes are kept there already."""
    kept = _kept_path(source, folder)
    if kept.exists():
        return
    source.handle.seek(0)
    with written_whole(kept) as unfinished, open(unfinished, "wb") as copy:
        shutil.copyfileobj(source.handle, copy)


def _kept_path(source: SourceFile, folder: Path) -> Path:
    """Made of the hash and a known extension only: nothing of the file's own name can lead elsewhere."""
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder / f"{source.batch_id}{source.extension or ''}"
