"""What Alembic runs to change a ledger: the one it is given, or, to compare tables with, the one of this home."""

import sqlalchemy as sa
from alembic import context

from jobs.config import Settings
from jobs.ledger.revisions import VERSION_TABLE
from jobs.ledger.tables import Row


def migrate(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        version_table=VERSION_TABLE,
        # Types of ours are named without their module, which each version imports them from.
        user_module_prefix="",
        # SQLite changes a column by copying its table.
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with sa.create_engine(Settings().ledger).connect() as of_this_home:
        migrate(of_this_home)
