"""Every table that exists, column by column: the catalogue, the DDL, the gates and test rows derive from here."""

from jobs.tables.bronze import BRONZE_TABLES
from jobs.tables.contract import by_full_name
from jobs.tables.gold import GOLD_TABLES
from jobs.tables.published import PUBLISHED_TABLES
from jobs.tables.silver import SILVER_TABLES

ALL_TABLES = (*BRONZE_TABLES, *SILVER_TABLES, *GOLD_TABLES, *PUBLISHED_TABLES)
TABLES = by_full_name(ALL_TABLES)
