"""The types of the ledger's columns, the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.orm import mapped_column


class UtcDateTime(sa.TypeDecorator[datetime]):
    """SQLite keeps no zone: times go in as UTC and come back as UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


Name = Annotated[str, mapped_column(sa.String(64))]
SourceName = Annotated[str, mapped_column(sa.String(800))]
Stage = Annotated[str, mapped_column(sa.String(16))]
# Sums of 64-bit hashes are longer than any integer that both databases know.
HashSum = Annotated[str, mapped_column(sa.String(40))]
