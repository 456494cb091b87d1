from pathlib import Path

import pytest

from jobs.bronze.build_bronze import LandedLinesMissingError, landed_lines
from jobs.ledger.ledger import Batch
from tests.factories import NOON


def test_lines_that_are_gone_are_named_with_their_file_and_what_to_do(tmp_path: Path) -> None:
    batch = Batch("a" * 64, "events", "a.ndjson", size_bytes=10, line_count=2, landed_at=NOON)
    with pytest.raises(
        LandedLinesMissingError, match=rf"{batch.batch_id}\.parquet, the lines of a\.ndjson, is gone.+Land"
    ):
        landed_lines(tmp_path, batch)
