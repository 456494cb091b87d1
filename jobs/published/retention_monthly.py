"""`published.retention_monthly`: how long the subscribers of a plan stay, in steps that nobody takes alone."""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.published import MONTHS_BETWEEN_STEPS, RETENTION_MONTHLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.gold.subscribers.retention_monthly import ALL_PLANS, curves
from jobs.gold.subscribers.tenures import end_of, tenures
from jobs.published.stretches import stretches
from jobs.storage.spark_schema import in_columns_of

# A share to more places would tell how many people it is a share of.
_PLACES = 2


def retention_monthly(subscriptions: DataFrame, told: DataFrame, as_of: date) -> DataFrame:
    """One row a step of a plan's Kaplan–Meier curve, over all accounts that began with it, and the first time only.

    Steps are at every third month: those by which `SMALLEST_GROUP` subscribers have left since the step before, and as
    many stay on at least. Plans are of different people, and no row is of all plans: nothing is left when they are
    subtracted. A plan of which fewer have left since it was `told` (the rows as they are released) is told as it was,
    and so is one that has a step by which some have left since, and fewer.
    """
    first = F.row_number().over(Window.partitionBy("account_key").orderBy("started_at"))
    everybody = (
        subscriptions.transform(tenures, as_of)
        .withColumn("_number", first)
        .where(F.col("_number") == 1)
        .withColumn("signup_month", F.lit(None).cast("date"))
        .localCheckpoint()
    )
    steps = everybody.transform(_steps).localCheckpoint()
    is_held_back = everybody.transform(_few_left_since, steps, told, as_of).localCheckpoint()
    return (
        steps.join(is_held_back, on="plan", how="left_anti")
        .withColumns({name: F.round(name, _PLACES) for name in ("kept_share", "kept_share_low", "kept_share_high")})
        .withColumn("as_of_date", F.lit(as_of))
        .transform(in_columns_of, RETENTION_MONTHLY)
        .unionByName(told.join(is_held_back, on="plan", how="left_semi"))
    )


def _few_left_since(everybody: DataFrame, steps: DataFrame, told: DataFrame, as_of: date) -> DataFrame:
    """The plans whose curve of then and of now would differ by who left since, and those are few, or few at a step."""
    last_told = told.groupBy("plan").agg(F.max("as_of_date").alias("_told_as_of"))
    months_ago = F.months_between(end_of(F.lit(as_of)), end_of(F.col("_told_as_of")))
    has_left_since = F.col("has_left") & (F.col("months_to_as_of") - F.col("months") < months_ago)
    followed = last_told.join(everybody, on="plan", how="left").withColumn("_has_left_since", has_left_since)
    of_plan = followed.groupBy("plan").agg(F.count_if("_has_left_since").alias("_left_since"))
    # Who leaves within a month has left at its end.
    reached = F.col("months_since") >= F.ceil("months")
    of_step = (
        followed.where("_has_left_since")
        .join(steps.select("plan", "months_since"), on="plan", how="inner")
        .where(reached)
        .groupBy("plan", "account_key")
        .agg(F.min("months_since").alias("months_since"))
        .groupBy("plan", "months_since")
        .agg(F.count("*").alias("_left_since"))
        .drop("months_since")
    )
    return of_plan.unionByName(of_step).where(F.col("_left_since") < SMALLEST_GROUP).select("plan").distinct()


def _steps(everybody: DataFrame) -> DataFrame:
    of_plan = (
        everybody.transform(curves)
        .where((F.col("plan") != ALL_PLANS) & (F.col("months_since") % MONTHS_BETWEEN_STEPS == 0))
        .where((F.col("followed_subscribers") >= SMALLEST_GROUP) & (F.col("subscribers") >= SMALLEST_GROUP))
    )
    left_before = F.lag("left_subscribers", 1, 0).over(Window.partitionBy("plan").orderBy("months_since"))
    left = of_plan.withColumn("people", F.col("left_subscribers") - left_before)
    place = F.struct(F.col("months_since").cast("bigint").alias("place"), "people")
    steps = (
        left.groupBy("plan")
        .agg(F.array_sort(F.collect_list(place)).alias("_places"))
        .select("plan", F.inline(stretches(F.col("_places"))))
        .select("plan", F.col("to_place").alias("months_since"))
    )
    begins = of_plan.where(F.col("months_since") == 0).where(F.col("left_subscribers") == 0)
    return of_plan.join(steps, on=["plan", "months_since"], how="left_semi").unionByName(begins).distinct()
