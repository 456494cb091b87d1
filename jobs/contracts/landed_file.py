"""Where intake writes the lines of a file, and bronze and the audit read them."""

from pathlib import Path


def landed_file(landing: Path, batch_id: str) -> Path:
    return landing / f"{batch_id}.parquet"
