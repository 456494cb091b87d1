"""Which version of Playhead a ledger's tables are of, and how they get to this one's.

Alembic is imported where something is to be changed: it takes longer than all that most commands ask of the ledger.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from jobs.errors import PlayheadError
from jobs.ledger.tables import BATCHES, REVISION

if TYPE_CHECKING:
    from alembic.config import Config

# MLflow and Airflow have a table of Alembic's own name, and may share a database with the ledger.
VERSION_TABLE = "ledger_version"
# What ledgers have that were made before they were given versions.
_FIRST_REVISION = "0001"
_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number, as long as nobody else locks by it.
_POSTGRESQL_LOCK = 7_205_759_403


class LedgerVersionError(PlayheadError):
    """The ledger's tables are those of an earlier or a later version of Playhead."""


def make_or_refuse(engine: sa.Engine) -> None:
    """Makes the tables where there are none. Raises `LedgerVersionError` where they are not this version's."""
    with engine.connect() as connection:
        is_new, found = not _has_tables(connection), _revision(connection)
    if is_new:
        _migrate(engine)
    elif found != REVISION:
        _refuse_later_version(engine, found)
        raise LedgerVersionError(
            f"The ledger {engine.url} was made by an earlier version of Playhead: "
            "`playhead upgrade` gives it what it lacks, and loses nothing."
        )


def upgrade_tables(engine: sa.Engine) -> bool:
    """Gives the ledger the tables of this version; returns whether it lacked any. One without tables stays so.

    Raises `LedgerVersionError` for one of a later version, or of one so early that no upgrade is known.
    """
    with engine.connect() as connection:
        found = _revision(connection)
        if found == REVISION or not _has_tables(connection):
            return False
        _refuse_later_version(engine, found)
        if found is None:
            _refuse_without_upgrade(engine, connection)
    _migrate(engine)
    return True


def _migrate(engine: sa.Engine) -> None:
    """Of two that try at once, the second waits, and finds it done."""
    from alembic import command

    with _alone(engine) as connection:
        if _revision(connection) is None and _has_tables(connection):
            command.stamp(_config(connection), _FIRST_REVISION)
        command.upgrade(_config(connection), REVISION)


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction, for one process at a time."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_POSTGRESQL_LOCK)))
            yield connection
        return
    # Python's driver would begin no transaction before a CREATE TABLE.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")


def _config(connection: sa.Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _has_tables(connection: sa.Connection) -> bool:
    return sa.inspect(connection).has_table(BATCHES.name)


def _revision(connection: sa.Connection) -> str | None:
    """Null where no version is noted."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(sa.text(f"SELECT version_num FROM {VERSION_TABLE}"))
    return found


def _refuse_later_version(engine: sa.Engine, found: str | None) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise LedgerVersionError(
            f"The ledger {engine.url} was made by a later version of Playhead: it is of revision {found}, and this "
            f"version knows {REVISION} as the last. Install that version."
        )


def _refuse_without_upgrade(engine: sa.Engine, connection: sa.Connection) -> None:
    from alembic import command

    first = sa.create_engine("sqlite://")
    with first.connect() as example:
        command.upgrade(_config(example), _FIRST_REVISION)
        lacking = sorted(_columns_and_indexes(example) - _columns_and_indexes(connection))
    if lacking:
        raise LedgerVersionError(
            f"The ledger {engine.url} lacks {', '.join(lacking)}: it is too old to be upgraded. Go on with the "
            "version that made it, or land the files in landing/originals anew in another PLAYHEAD_HOME."
        )


def _columns_and_indexes(connection: sa.Connection) -> set[str]:
    found = sa.inspect(connection)
    tables = [table for table in found.get_table_names() if table != VERSION_TABLE]
    columns = {f"{table}.{column['name']}" for table in tables for column in found.get_columns(table)}
    return columns | {f"the index {index['name']}" for table in tables for index in found.get_indexes(table)}
