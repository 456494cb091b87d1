import doctest
from datetime import date

import pytest

from jobs.audience import churn_signals
from jobs.audience.churn_signals import dates_due

APRIL, MAY = date(2026, 4, 30), date(2026, 5, 31)


@pytest.mark.parametrize(
    ("newest", "done", "due"),
    [
        (date(2026, 6, 2), [], [APRIL, MAY, date(2026, 6, 2)]),
        (date(2026, 6, 2), [APRIL, MAY, date(2026, 6, 2)], [date(2026, 6, 2)]),
        (date(2026, 6, 2), [APRIL, date(2026, 5, 20)], [MAY, date(2026, 6, 2)]),
        (MAY, [APRIL], [MAY]),
        (MAY, [APRIL, MAY], []),
    ],
    ids=["never computed", "the running month", "over since", "over today", "nothing"],
)
def test_months_that_are_not_over_or_were_never_computed_are_due(
    newest: date, done: list[date], due: list[date]
) -> None:
    assert dates_due(date(2026, 4, 20), newest, done) == due


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(churn_signals).failed == 0
