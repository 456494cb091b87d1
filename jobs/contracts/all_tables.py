"""Every table that exists, column by column: the catalogue, the DDL, the gates and test rows derive from here."""

from jobs.contracts.bronze import BRONZE_TABLES
from jobs.contracts.gold import GOLD_TABLES
from jobs.contracts.published import PUBLISHED_TABLES
from jobs.contracts.silver import SILVER_TABLES
from jobs.contracts.table import by_full_name

ALL_TABLES = (*BRONZE_TABLES, *SILVER_TABLES, *GOLD_TABLES, *PUBLISHED_TABLES)
TABLES = by_full_name(ALL_TABLES)
