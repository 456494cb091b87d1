"""What holds of every table that says what it reads."""

import inspect

import pytest

from jobs.contracts.gold import FROM_SILVER, INSIGHTS, ONLY_JUDGED
from jobs.contracts.table import Table
from jobs.run.derived_tables import function_of
from jobs.run.gold import makers_of_gold

FACTS = {"newest", "as_of", "due"}
BY_HAND = makers_of_gold([])
DECLARED = [one for one in (*FROM_SILVER, *INSIGHTS, *ONLY_JUDGED) if one.reads and one not in BY_HAND]


@pytest.mark.parametrize("table", DECLARED, ids=lambda table: table.full_name)
def test_the_function_of_its_name_takes_what_it_reads(table: Table) -> None:
    assert set(inspect.signature(function_of(table)).parameters) - FACTS == set(table.reads)
