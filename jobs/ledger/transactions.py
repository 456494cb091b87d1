"""Transactions of the ledger, and the inserts that two runs may make at once."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from jobs.ledger.tables import Row


class Transactions:
    """What the parts of the ledger have in common: each of their methods is one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        # No session keeps a row: what an update changes need not be looked for there.
        self._sessions = sessionmaker(engine, execution_options={"synchronize_session": False})


def insert_if_absent(session: Session, row: Row) -> bool:
    """One statement, so that of two writers of the same row exactly one is told that it was new."""
    return rows_changed(session, insertion(session, row).on_conflict_do_nothing()) == 1


def insertion(session: Session, row: Row) -> "sqlite.Insert | postgresql.Insert":
    kind = type(row)
    values = {column.key: getattr(row, column.key) for column in sa.inspect(kind).column_attrs}
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return (postgresql.insert(kind) if is_postgresql else sqlite.insert(kind)).values(values)


def rows_changed(session: Session, statement: sa.UpdateBase) -> int:
    result: Any = session.execute(statement)
    return int(result.rowcount)
