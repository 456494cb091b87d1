"""The gate: candidate rows are judged before they are written; what it does not pass is not written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.core.expectation_validation_result import (
    ExpectationValidationResult,
)
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.data_context.types.resource_identifiers import ValidationResultIdentifier
from pyspark.sql import DataFrame

from expectations.offline_docs import make_offline
from expectations.suites import suite_for
from jobs.errors import GateFailedError
from jobs.tables.contract import Table

DATA_DOCS = "data_docs"
# Counts, but no sample of the rows that broke an expectation: they are people's.
_NO_SAMPLES = {"result_format": "BASIC", "partial_unexpected_count": 0}


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


class Gate:
    """Judges candidate rows with the table's suite; results go to Data Docs and to `take_verdicts`."""

    def __init__(self, folder: Path) -> None:
        self._docs = folder / DATA_DOCS
        self._context = gx.get_context(project_config=_config(folder), mode="ephemeral")
        self._source = self._context.data_sources.add_spark("candidates", persist=False)
        self._checkpoints: dict[str, gx.Checkpoint] = {}
        self._verdicts: list[Verdict] = []

    def judge(self, table: Table, rows: DataFrame, load_id: str) -> DataFrame:
        """Returns the rows when every expectation holds.

        The rows are read several times: persist them before. Raises `jobs.errors.GateFailedError`.
        """
        checked_at = datetime.now(UTC)
        checkpoint = self._checkpoint(table)
        result = checkpoint.run(
            batch_parameters={"dataframe": rows},
            run_id=RunIdentifier(run_name=load_id[:12], run_time=checked_at),
        )
        ((judgement, validation),) = result.run_results.items()
        self._write_pages(judgement)
        verdicts = [_verdict(found, table, load_id, checked_at) for found in validation.results]
        self._verdicts.extend(verdicts)
        if not validation.success or not verdicts or any(verdict.outcome != "passed" for verdict in verdicts):
            raise GateFailedError(_what_broke(table, verdicts, self._docs / "index.html"))
        return rows

    def take_verdicts(self) -> list[Verdict]:
        """What was judged since the last call."""
        taken, self._verdicts = self._verdicts, []
        return taken

    def _write_pages(self, judgement: ValidationResultIdentifier) -> None:
        """The judgement's page, its suite's and our front page; Great Expectations' own one reads all of history."""
        sections: dict[str, Any] = {"validations": judgement, "expectations": judgement.expectation_suite_identifier}
        self._context.build_data_docs(resource_identifiers=list(sections.values()), build_index=False)
        pages = ["/".join([name, *what.to_tuple()]) + ".html" for name, what in sections.items()]
        make_offline(self._docs, [self._docs / page for page in pages])

    def _checkpoint(self, table: Table) -> gx.Checkpoint:
        """The table's suite bound to the rows of the moment, made once a process."""
        name = table.full_name
        if name not in self._checkpoints:
            suite = self._context.suites.add(suite_for(table))
            rows = self._source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("candidate rows")
            definition = self._context.validation_definitions.add(
                gx.ValidationDefinition(name=name, data=rows, suite=suite)
            )
            self._checkpoints[name] = self._context.checkpoints.add(
                gx.Checkpoint(
                    name=name,
                    validation_definitions=[definition],
                    result_format=_NO_SAMPLES,
                )
            )
        return self._checkpoints[name]


def _what_broke(table: Table, verdicts: Sequence[Verdict], docs: Path) -> str:
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


def _config(folder: Path) -> DataContextConfig:
    """Suites live in code, so their store is memory; only results and pages stay on disk."""
    defaults = InMemoryStoreBackendDefaults()
    defaults.stores[defaults.validation_results_store_name] = {
        "class_name": "ValidationResultsStore",
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(folder / "validations"),
        },
    }
    return DataContextConfig(
        store_backend_defaults=defaults,
        data_docs_sites={
            "playhead": {
                "class_name": "SiteBuilder",
                "show_how_to_buttons": False,
                "store_backend": {
                    "class_name": "TupleFilesystemStoreBackend",
                    "base_directory": str(folder / DATA_DOCS),
                },
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            }
        },
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )


def _verdict(found: ExpectationValidationResult, table: Table, load_id: str, checked_at: datetime) -> Verdict:
    config = found.expectation_config
    assert config is not None, "a result names its expectation"
    columns = config.kwargs.get("column_list") or [
        config.kwargs[name] for name in ("column", "column_A", "column_B") if name in config.kwargs
    ]
    is_errored = bool(found.exception_info and _raised(found.exception_info))
    return Verdict(
        load_id=load_id,
        table_name=table.full_name,
        expectation=config.type,
        column_name=", ".join(columns),
        outcome="errored" if is_errored else "passed" if found.success else "failed",
        row_count=found.result.get("element_count"),
        unexpected_count=found.result.get("unexpected_count"),
        checked_at=checked_at,
    )


def _raised(exception_info: dict[str, Any]) -> bool:
    """GX keeps either one report, or one a metric."""
    if "raised_exception" in exception_info:
        return bool(exception_info["raised_exception"])
    return any(report["raised_exception"] for report in exception_info.values())
