"""What the gate found: one expectation on one load of one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from great_expectations.core.expectation_validation_result import ExpectationValidationResult

from expectations.why_not_judged import reports
from jobs.contracts.table import Table


@dataclass(frozen=True)
class Verdict:
    """One expectation judged on one load of one table. `outcome` is passed, failed or errored."""

    load_id: str
    table_name: str
    expectation: str
    column_name: str
    outcome: str
    row_count: int | None
    unexpected_count: int | None
    checked_at: datetime


def outcomes(verdicts: Sequence[Verdict]) -> set[str]:
    return {verdict.outcome for verdict in verdicts}


def what_broke(table: Table, verdicts: Sequence[Verdict], docs: Path) -> str:
    broken = "; ".join(
        f"{verdict.expectation} on {verdict.column_name or 'the table'}: "
        + (
            f"{verdict.unexpected_count} of {verdict.row_count} rows"
            if verdict.unexpected_count is not None
            else verdict.outcome
        )
        for verdict in verdicts
        if verdict.outcome != "passed"
    )
    return f"The gate stopped {table.full_name}: {broken}. Nothing was written to it. See {docs}."


def verdict_on(found: ExpectationValidationResult, table: Table, load_id: str, checked_at: datetime) -> Verdict:
    config = found.expectation_config
    assert config is not None, "a result names its expectation"
    columns = (
        config.kwargs.get("key_columns")
        or config.kwargs.get("column_list")
        or [config.kwargs[name] for name in ("column", "column_A", "column_B") if name in config.kwargs]
    )
    return Verdict(
        load_id=load_id,
        table_name=table.full_name,
        expectation=config.type,
        column_name=", ".join(columns),
        outcome="errored" if is_errored(found) else "passed" if found.success else "failed",
        row_count=found.result.get("element_count"),
        unexpected_count=0 if found.success else found.result.get("unexpected_count"),
        checked_at=checked_at,
    )


def is_errored(found: ExpectationValidationResult) -> bool:
    return any(report["raised_exception"] for report in reports(found.exception_info or {}))
