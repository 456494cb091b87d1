"""Each promise names a test that is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "infra" / "privacy_promises.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_the_tests_of_all_promises_are_there() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ") and "**" not in line][1:]
    without_test = [row for row in rows if not NAMED.search(row)]
    gone = [f"{file}::{name}" for row in rows for file, name in NAMED.findall(row) if not _is_there(ROOT / file, name)]
    assert (without_test, gone) == ([], [])


def _is_there(file: Path, name: str) -> bool:
    return file.exists() and (not name or f"def {name}(" in file.read_text())
