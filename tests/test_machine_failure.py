"""What a disk that refuses is told as: a sentence, and nothing of what was to be written."""

import errno

import pytest
from deltalake.exceptions import DeltaError

from jobs.cli.spark_failure import explain_machine_failure


def test_what_the_operating_system_says_is_quoted_with_its_file() -> None:
    told = explain_machine_failure(OSError(errno.ENOSPC, "No space left on device", "/lake/x.parquet"))
    assert told is not None
    assert told.startswith("The machine refused: [Errno 28] No space left on device: '/lake/x.parquet'. What was begun")


def test_of_what_delta_says_only_what_the_operating_system_said() -> None:
    error = DeltaError("Failed to parse ann@example.com: Unable to copy data to file: File too large (os error 27)")
    told = explain_machine_failure(error)
    assert told is not None
    assert told.startswith("The machine refused: File too large (os error 27). ")
    assert "ann@example.com" not in told


@pytest.mark.parametrize("error", [ValueError("x"), OSError(errno.ENOENT, "gone"), DeltaError("a value")])
def test_other_faults_are_ours_and_keep_their_traceback(error: Exception) -> None:
    assert explain_machine_failure(error) is None
