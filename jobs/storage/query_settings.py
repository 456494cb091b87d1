"""How Spark plans and runs a query: for few rows it costs more to prepare one than to run it."""

from pyspark.sql import SparkSession

# A day of a small service, with all that is computed anew around it. Beyond it, generated code earns its compilation.
MOST_FEW_ROWS = 1_000_000
# Without code generated and compiled for each query, plans made stage by stage, a description of each plan for a page
# that nobody opens, a check after each rule of the optimizer, and two tasks for a handful of small files.
_FOR_FEW_ROWS = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.ui.explainMode": "simple",
    "spark.sql.lightweightPlanChangeValidation": "false",
    "spark.sql.files.minPartitionNum": "1",
}


def suit_queries(spark: SparkSession, row_count: int | None) -> bool:
    """Has Spark run the following queries as suits so many rows, and says whether they are few.

    None: nobody knows, so many.
    """
    is_few = row_count is not None and row_count <= MOST_FEW_ROWS
    started_with = spark.sparkContext.getConf()
    for name, for_few in _FOR_FEW_ROWS.items():
        value = for_few if is_few else started_with.get(name)
        if value is None:
            spark.conf.unset(name)
        else:
            spark.conf.set(name, value)
    return is_few
