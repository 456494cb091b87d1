"""One expectation of our own: that a table's key is there once. Great Expectations sorts all rows for it."""

from typing import Any

from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine import PandasExecutionEngine, SparkDFExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer
from pyspark.sql import functions as F


class RowsOfKnownKeys(TableMetricProvider):
    """How many rows there are beyond the first one of each key."""

    metric_name = "table.rows_of_known_keys"
    value_keys = ("key_columns",)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> int:
        rows, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE)
        return int(rows.duplicated(subset=metric_value_kwargs["key_columns"]).sum())

    @metric_value(engine=SparkDFExecutionEngine)
    def _spark(
        cls,  # noqa: N805  (the decorator binds it so)
        execution_engine: SparkDFExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> int:
        rows, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE)
        key = metric_value_kwargs["key_columns"]
        hashes = rows.select(F.xxhash64(*key).alias("hash"))
        ((count, distinct),) = hashes.agg(F.count("*"), F.countDistinct("hash")).collect()
        if count == distinct:
            return 0
        # Two keys may share a hash: now it is worth a look at the keys themselves.
        return int(count - rows.select(*key).distinct().count())


class ExpectKeyToBeUnique(BatchExpectation):
    """No two rows have the same values in the key's columns; a null is a value, too."""

    key_columns: list[str]

    metric_dependencies = ("table.row_count", "table.rows_of_known_keys")
    success_keys = ("key_columns",)
    args_keys = ("key_columns",)

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: dict[str, Any] | None = None
    ) -> list[RenderedStringTemplateContent]:
        names = ", ".join(configuration.kwargs["key_columns"])
        return [
            RenderedStringTemplateContent(
                content_block_type="string_template",
                string_template={
                    "template": "Each row must have a key of its own: $names.",
                    "params": {"names": names},
                },
            )
        ]

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        rows, again = metrics["table.row_count"], metrics["table.rows_of_known_keys"]
        found = {
            "element_count": rows,
            "unexpected_count": again,
            "unexpected_percent": 100 * again / rows if rows else 0.0,
        }
        return {"success": again == 0, "result": found}
