"""`playhead.toml`, read only where nobody else could have written it: it says where data go."""

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

from pydantic_settings import TomlConfigSettingsSource

from jobs.errors import WrongUsageError

_ROOT = 0
_KEYS = frozenset({"pseudonym_key", "linkage_key"})


class OwnSettingsFile(TomlConfigSettingsSource):
    """Raises `WrongUsageError` for a file of another user or that another may write, or read where it holds a key."""

    def _read_file(self, file_path: Path | Any) -> dict[str, Any]:
        path = Path(file_path).absolute()
        with file_path.open("rb") as file:
            status = os.fstat(file.fileno())
            _refuse_what_others_write(status, path)
            found = tomllib.load(file)
        if _KEYS & set(found) and status.st_mode & (stat.S_IRGRP | stat.S_IROTH):
            raise WrongUsageError(f"{path} holds a key, and others can read it: chmod 600 {path}")
        return found


def _refuse_what_others_write(status: os.stat_result, path: Path) -> None:
    if status.st_uid not in (os.geteuid(), _ROOT):
        raise WrongUsageError(
            f"{path} belongs to another user, who could make this command write elsewhere. If you know what it says: "
            f"chown {os.geteuid()} {path}. Else go to a folder of your own."
        )
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise WrongUsageError(f"Other users may write {path}. See that it says what you mean, then: chmod go-w {path}")
