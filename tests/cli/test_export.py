import pytest

from jobs.cli.export import export
from jobs.config import Settings
from jobs.contracts.all_tables import ALL_TABLES
from jobs.contracts.published import EXPORTED_TABLES
from jobs.errors import WrongUsageError


def test_no_other_table_leaves(settings: Settings) -> None:
    for name in (table.full_name for table in ALL_TABLES if table not in EXPORTED_TABLES):
        with pytest.raises(WrongUsageError, match=f"'{name}' may not leave: only released tables do"):
            export(settings, name, "csv", None)


def test_before_the_first_release_it_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(WrongUsageError, match="`playhead publish` releases"):
        export(settings, "viewing_daily", "csv", None)
