"""The gate: candidate rows are judged before they are written; what it does not pass is not written."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
import pyarrow as pa
from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)
from pyspark.sql import DataFrame

from expectations.deciding_values import deciding_values, rows_of_repeated_keys
from expectations.offline_docs import make_offline
from expectations.stored_results import StoredResults
from expectations.suites import columns_of, suite_for, suites_for
from expectations.unique_key import ExpectKeyToBeUnique
from expectations.verdict import Verdict, is_errored, outcomes, verdict_on, what_broke
from expectations.why_not_judged import why_not_judged
from jobs.contracts.table import Table
from jobs.errors import GateFailedError, NotJudgedError

DATA_DOCS = "data_docs"
# Neither keeps a sample of the rows that broke an expectation: they are people's. Counting them costs a Spark job an
# expectation, so only what failed is judged a second time, with counts.
_VERDICT = "verdict"
_COUNTS = "counts"
_RESULT_FORMATS: dict[str, dict[str, Any]] = {
    _VERDICT: {"result_format": "BOOLEAN_ONLY"},
    _COUNTS: {"result_format": "BASIC", "partial_unexpected_count": 0},
}


Rows = TypeVar("Rows", DataFrame, pa.Table)


class Gate:
    """Judges candidate rows with the table's suite; what it found is kept until `report`."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._now = now
        self._docs = folder / DATA_DOCS
        self._context = gx.get_context(project_config=_config(folder), mode="ephemeral")
        sources = self._context.data_sources
        # One asset for whatever rows come, table after table: with each that is added, Great Expectations writes all of
        # its configuration down anew.
        self._candidates = {
            is_in_driver: source.add_dataframe_asset("candidates").add_batch_definition_whole_dataframe(
                "candidate rows"
            )
            for is_in_driver, source in (
                (False, sources.add_spark("Spark", persist=False)),
                (True, sources.add_pandas("driver")),
            )
        }
        self._suites: dict[tuple[str, bool], Sequence[gx.ExpectationSuite]] = {}
        self._validations: dict[str, gx.ValidationDefinition] = {}
        self._verdicts: list[Verdict] = []
        self._judgements: dict[ValidationResultIdentifier, None] = {}

    def judge(self, table: Table, rows: Rows, load_id: str) -> Rows:
        """Returns the rows when every expectation holds.

        Rows in Spark are read several times: compute them before. Raises `jobs.errors.GateFailedError` for rows that
        broke an expectation, and `NotJudgedError` where none is broken but not all could be looked at: Spark's process
        died.
        """
        checked_at = self._now()
        verdicts, faults = self._run(_VERDICT, table, rows, load_id, checked_at)
        if "failed" in outcomes(verdicts):
            counted, _ = self._run(_COUNTS, table, rows, load_id, checked_at)
            # What failed once has failed, whatever a second look finds.
            broken = counted if "failed" in outcomes(counted) else verdicts
            self._verdicts.extend(broken)
            raise GateFailedError(what_broke(table, broken, self._docs / "index.html"))
        self._verdicts.extend(verdicts)
        if outcomes(verdicts) != {"passed"}:
            why = faults[0] if faults else "nothing is expected of it"
            raise NotJudgedError(
                f"The gate could not judge {table.full_name} ({why}). Nothing was written to it. "
                "What was begun is finished by the next run: see to the cause and run again."
            )
        return rows

    def report(self) -> list[Verdict]:
        """Writes the Data Docs of what was judged since the last call, and returns its verdicts.

        Great Expectations compiles its templates anew each time it writes pages: once a load, not once a table.
        """
        self.write_pages()
        found, self._verdicts = self._verdicts, []
        return found

    def write_pages(self) -> None:
        """Writes the Data Docs of what was judged since the last call: while tables are written, nobody waits for them.

        A page a judgement, one a suite, and our front page; Great Expectations' own reads all of history.
        """
        judged, self._judgements = list(self._judgements), {}
        if not judged:
            return
        suites = dict.fromkeys(judgement.expectation_suite_identifier for judgement in judged)
        pages: dict[Any, str] = dict.fromkeys(judged, "validations") | dict.fromkeys(suites, "expectations")
        self._context.build_data_docs(resource_identifiers=list(pages), build_index=False)
        make_offline(
            self._docs,
            [self._docs / f"{'/'.join([section, *page.to_tuple()])}.html" for page, section in pages.items()],
        )

    def _run(
        self, how: str, table: Table, rows: DataFrame | pa.Table, load_id: str, checked_at: datetime
    ) -> tuple[list[Verdict], list[str]]:
        """A verdict an expectation, and why those that errored did."""
        run = RunIdentifier(
            # Great Expectations looks for a date in the name, and finds one in ids like 4a3512687726.
            run_name=f"load-{load_id[:12]}",
            run_time=checked_at,
        )
        verdicts, faults = [], []
        for suite, frame in self._parts(how, table, rows):
            found = self._validation(suite, isinstance(rows, pa.Table)).run(
                batch_parameters={"dataframe": frame}, result_format=_RESULT_FORMATS[how], run_id=run
            )
            self._judgements[_place_of(found, run)] = None
            verdicts += [verdict_on(one, table, load_id, checked_at) for one in found.results]
            faults += [why_not_judged(one.exception_info or {}) for one in found.results if is_errored(one)]
        return verdicts, faults

    def _parts(
        self, how: str, table: Table, rows: DataFrame | pa.Table
    ) -> Iterator[tuple[gx.ExpectationSuite, DataFrame | pd.DataFrame]]:
        """The table's suites, each with the frame that it is judged on.

        Great Expectations looks at a pandas frame row by row, so it is given no more rows than decide.
        """
        if not isinstance(rows, pa.Table):
            yield self._suites_of(table, is_in_driver=False)[0], rows
            return
        of_columns, across = self._suites_of(table, is_in_driver=True)
        by_range = {one.column for one in of_columns.expectations if isinstance(one, gxe.ExpectColumnValuesToBeBetween)}
        by_value = {
            one.column
            for one in of_columns.expectations
            if hasattr(one, "column")
            and not isinstance(one, gxe.ExpectColumnValuesToBeBetween | gxe.ExpectColumnValuesToNotBeNull)
        }
        yield of_columns, _as_pandas(rows if how == _COUNTS else deciding_values(rows, by_value, by_range))
        if how == _VERDICT and all(isinstance(one, ExpectKeyToBeUnique) for one in across.expectations):
            yield across, _as_pandas(rows_of_repeated_keys(rows, table.key))
        else:
            together = {name for one in across.expectations for name in columns_of(one)}
            yield across, _as_numpy(rows.select([name for name in rows.column_names if name in together]))

    def _suites_of(self, table: Table, is_in_driver: bool) -> Sequence[gx.ExpectationSuite]:
        """The table's suites, made once a process."""
        key = (table.full_name, is_in_driver)
        if key not in self._suites:
            self._suites[key] = suites_for(table) if is_in_driver else [suite_for(table)]
        return self._suites[key]

    def _validation(self, suite: gx.ExpectationSuite, is_in_driver: bool) -> gx.ValidationDefinition:
        """The suite bound to the rows of the moment, made once a process.

        No checkpoint is around it: one compares all that it holds with what was stored, at every run.
        """
        if suite.name not in self._validations:
            self._validations[suite.name] = self._context.validation_definitions.add(
                gx.ValidationDefinition(
                    name=suite.name, data=self._candidates[is_in_driver], suite=self._context.suites.add(suite)
                )
            )
        return self._validations[suite.name]


def _place_of(found: ExpectationSuiteValidationResult, run: RunIdentifier) -> ValidationResultIdentifier:
    """What the result is stored under."""
    return ValidationResultIdentifier(
        expectation_suite_identifier=ExpectationSuiteIdentifier(name=found.suite_name),
        run_id=run,
        batch_identifier=found.batch_id,
    )


def _as_pandas(rows: pa.Table) -> pd.DataFrame:
    """Columns stay in Arrow: nothing is copied, integers beside nulls stay integers, and a pattern is matched in C."""
    frame: pd.DataFrame = rows.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _as_numpy(rows: pa.Table) -> pd.DataFrame:
    """As two columns are compared: Great Expectations' comparison of Arrow's fails where one has a missing value."""
    frame: pd.DataFrame = rows.to_pandas(date_as_object=False)
    return frame


def _config(folder: Path) -> DataContextConfig:
    """Suites live in code, so their store is memory; only results and pages stay on disk."""
    defaults = InMemoryStoreBackendDefaults()
    defaults.stores[defaults.validation_results_store_name] = {
        "class_name": "ValidationResultsStore",
        "store_backend": {
            "module_name": StoredResults.__module__,
            "class_name": StoredResults.__name__,
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
