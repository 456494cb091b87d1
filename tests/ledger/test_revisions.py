import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from jobs.ledger import revisions
from jobs.ledger.ledger import Batch, Ledger, upgrade_ledger
from jobs.ledger.revisions import VERSION_TABLE, LedgerVersionError
from jobs.ledger.tables import REVISION, Row

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
# As commit 9fe665b made it, of two files that do not exist.
OLDER_LEDGER = Path(__file__).with_name("ledger_at_9fe665b.sql").read_text()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url)
    yield engine
    engine.dispose()


def written(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.executescript(statement)
    connection.close()


def dumped(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def test_the_last_revision_is_the_one_that_a_ledger_is_asked_for() -> None:
    assert ScriptDirectory.from_config(revisions._config()).get_heads() == [REVISION]


def test_the_revisions_end_in_the_tables_that_are_mapped(url: str, engine: sa.Engine) -> None:
    Ledger(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, Row.metadata) == []


def test_the_revisions_make_the_indexes_with_their_conditions(url: str, engine: sa.Engine) -> None:
    """Alembic does not compare these."""
    indexes = sa.text("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
    Ledger(url)
    mapped = sa.create_engine("sqlite://")
    Row.metadata.create_all(mapped)
    with engine.connect() as connection, mapped.connect() as example:
        assert connection.scalars(indexes).all() == example.scalars(indexes).all()


def test_a_ledger_of_an_earlier_version_is_refused_with_the_command_that_mends_it(path: Path, url: str) -> None:
    written(path, OLDER_LEDGER)
    with pytest.raises(LedgerVersionError, match=r"ledger\.db was made by an earlier version .* `playhead upgrade`"):
        Ledger(url)


def test_a_ledger_of_an_earlier_version_keeps_what_it_knows(path: Path, url: str) -> None:
    written(path, OLDER_LEDGER)
    assert upgrade_ledger(url)
    ledger = Ledger(url)
    assert list(ledger.all_batches()) == [
        Batch(
            "a" * 64,
            "events",
            "a.ndjson",
            size_bytes=10,
            line_count=2,
            landed_at=NOON,
            bronze_at=NOON,
            silver_at=NOON,
            accepted_count=1,
            quarantined_count=1,
            duplicate_count=0,
            accepted_hash="10",
            duplicate_hash="0",
        ),
        Batch("b" * 64, "events", "b.ndjson", size_bytes=10, line_count=2, landed_at=NOON),
    ]
    assert ledger.dates_due() == {date(2026, 6, 1): "load-1"}
    assert ledger.known_keys() == {1: "a" * 16}


def test_a_load_goes_on_where_the_earlier_version_left_it(path: Path, url: str) -> None:
    written(path, OLDER_LEDGER)
    upgrade_ledger(url)
    waiting = {stage: Ledger(url).open_load(stage, NOON) for stage in ("bronze", "silver", "published")}
    assert {stage: load and [name[0] for name in load.batch_ids] for stage, load in waiting.items()} == {
        "bronze": ["b"],
        "silver": None,
        "published": ["a"],
    }


def test_a_second_upgrade_changes_nothing(path: Path, url: str) -> None:
    written(path, OLDER_LEDGER)
    upgrade_ledger(url)
    once = dumped(path)
    assert not upgrade_ledger(url)
    assert dumped(path) == once


@pytest.mark.parametrize("act", [Ledger, upgrade_ledger])
def test_a_ledger_of_a_later_version_is_refused(path: Path, url: str, act: type[Ledger]) -> None:
    Ledger(url)
    written(path, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(LedgerVersionError, match=r"ledger\.db was made by a later version .* revision 9999"):
        act(url)


def test_a_ledger_from_before_the_first_known_tables_is_refused_with_what_it_lacks(path: Path, url: str) -> None:
    written(path, OLDER_LEDGER, "ALTER TABLE batches DROP COLUMN withheld_count", "DROP INDEX newest_date_of_table")
    before = dumped(path)
    with pytest.raises(LedgerVersionError, match=r"lacks batches\.withheld_count, the index newest_date_of_table: it"):
        upgrade_ledger(url)
    assert dumped(path) == before


def test_two_that_make_the_ledger_at_once_both_have_it(tmp_path: Path) -> None:
    for number in range(6):
        url = f"sqlite:///{tmp_path / f'{number}.db'}"
        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(Ledger, [url, url])
        first.record_key(1, "a" * 16, NOON)
        assert second.known_keys() == {1: "a" * 16}


def test_an_upgrade_that_dies_leaves_the_ledger_as_it_was(
    path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(path, OLDER_LEDGER)
    before = dumped(path)
    monkeypatch.setattr(revisions, "REVISION", "of no file")
    with pytest.raises(Exception, match="of no file"):
        upgrade_ledger(url)
    assert dumped(path) == before
