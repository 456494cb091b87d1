"""Which files arrived and how far each got. What is new is a look-up here, never a scan of the lake."""

import sqlite3

import sqlalchemy as sa
from tenacity import retry, retry_if_exception, stop_after_delay, wait_fixed

from jobs.ledger.batch import Batch, LineCounts
from jobs.ledger.dates import Dates
from jobs.ledger.files import Files
from jobs.ledger.key_epochs import KeyEpochs
from jobs.ledger.loads import LOAD_FILE_LIMIT, Load, Loads
from jobs.ledger.revisions import make_or_refuse, upgrade_tables
from jobs.ledger.stages import INTAKE, REPLAY

# Who works with the ledger finds here what it takes and gives.
__all__ = ["INTAKE", "LOAD_FILE_LIMIT", "REPLAY", "Batch", "Ledger", "LineCounts", "Load", "upgrade_ledger"]

# A writer holds the database for milliseconds; who waits longer waits for something stuck.
_BUSY_TIMEOUT_SECONDS = 30


class Ledger(Files, Loads, Dates, KeyEpochs):
    """The ledger at a SQLAlchemy URL; its tables are made where there are none. Every method is one transaction.

    Raises `jobs.ledger.revisions.LedgerVersionError` where they are those of an earlier or a later version.
    """

    def __init__(self, url: str) -> None:
        engine = _engine(url)
        make_or_refuse(engine)
        super().__init__(engine)


def upgrade_ledger(url: str) -> bool:
    """Gives the ledger the tables of this version; returns whether it lacked any.

    Raises `jobs.ledger.revisions.LedgerVersionError` where there is no way to them.
    """
    return upgrade_tables(_engine(url))


def _engine(url: str) -> sa.Engine:
    is_sqlite = sa.make_url(url).get_backend_name() == "sqlite"
    options = {"connect_args": {"timeout": _BUSY_TIMEOUT_SECONDS}} if is_sqlite else {}
    engine = sa.create_engine(url, **options)
    if is_sqlite:
        sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """What every new connection to SQLite is told first."""
    _log_ahead(connection)
    connection.execute("PRAGMA foreign_keys=ON")


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_BUSY


@retry(
    retry=retry_if_exception(_is_busy),
    stop=stop_after_delay(_BUSY_TIMEOUT_SECONDS),
    wait=wait_fixed(0.02),
    reraise=True,
)
def _log_ahead(connection: sqlite3.Connection) -> None:
    """Readers go on while a run writes. Of two that make the file at once, SQLite lets the second not wait for this."""
    connection.execute("PRAGMA journal_mode=WAL")
