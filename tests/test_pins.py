"""What is written where no code can be asked for it agrees with the one place that states it."""

import os
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from jobs.storage.session import INSTALL_JAVA, MINIMUM_JAVA

ROOT = Path(__file__).resolve().parents[1]


def test_the_readme_names_the_pythons_that_the_project_takes() -> None:
    asked = SpecifierSet(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"])
    taken = [f"3.{minor}" for minor in range(30) if asked.contains(f"3.{minor}.1")]
    assert f"Python {taken[0]} to {taken[-1]} " in (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (ROOT / "README.md", f"Java {MINIMUM_JAVA} or\nnewer"),
        (ROOT / ".ci" / "run", f"openjdk-{MINIMUM_JAVA}-jre-headless"),
        (INSTALL_JAVA, f"openjdk-{MINIMUM_JAVA}-jre-headless"),
    ],
    ids=["README", "CI", "what to install"],
)
def test_the_oldest_java_is_the_same_everywhere(file: Path, words: str) -> None:
    assert words in file.read_text()


@pytest.mark.parametrize(
    ("version", "exit_code"), [("1.8.0_402", 1), (f"{MINIMUM_JAVA - 1}.0.2", 1), (f"{MINIMUM_JAVA}.0.9", 0)]
)
def test_an_older_java_is_refused_before_anything_is_fetched(tmp_path: Path, version: str, exit_code: int) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(0o755)
    ended = subprocess.run(
        [ROOT / "infra" / "check_java.sh"],
        env=os.environ | {"JAVA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    told = f"Playhead needs Java {MINIMUM_JAVA} or newer. {INSTALL_JAVA.read_text()}" if exit_code else ""
    assert (ended.returncode, ended.stderr) == (exit_code, told)
