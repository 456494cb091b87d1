"""`playhead.toml`, read only where nobody else could have written it: it says where data go."""

import os
import stat
import tomllib
from pathlib import Path
from typing import Any, BinaryIO

from pydantic_settings import TomlConfigSettingsSource

from jobs.errors import WrongUsageError

_ROOT = 0


class OwnSettingsFile(TomlConfigSettingsSource):
    """Raises `WrongUsageError` for a file that is another user's, or that another user may write."""

    def _read_file(self, file_path: Path | Any) -> dict[str, Any]:
        with file_path.open("rb") as file:
            _refuse_what_others_write(file, Path(file_path).absolute())
            return tomllib.load(file)


def _refuse_what_others_write(file: BinaryIO, path: Path) -> None:
    status = os.fstat(file.fileno())
    if status.st_uid not in (os.geteuid(), _ROOT):
        raise WrongUsageError(
            f"{path} belongs to another user, who could make this command write elsewhere. If you know what it says: "
            f"chown {os.geteuid()} {path}. Else go to a folder of your own."
        )
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise WrongUsageError(f"Other users may write {path}. See that it says what you mean, then: chmod go-w {path}")
