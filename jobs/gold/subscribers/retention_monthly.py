"""`gold.retention_monthly`: how many of those who sign up stay, and for how long."""

from datetime import date, timedelta
from statistics import NormalDist

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.gold import RETENTION_MONTHLY
from jobs.expressions.periods import first_of_month
from jobs.gold.subscribers.tenures import tenures
from jobs.storage.spark_schema import in_columns_of

ALL_PLANS = "all"
CONFIDENCE = 0.95
# So many standard errors to either side make the interval.
STANDARD_ERRORS = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
_COHORT = ("signup_month", "plan")


def last_full_month(newest: date) -> date:
    """The last day of the last month that is over at the end of that day."""
    return first_of_month(newest + timedelta(days=1)) - timedelta(days=1)


def retention_monthly(subscriptions: DataFrame, as_of: date) -> DataFrame:
    """One row a month of signing up, plan and whole month since, for as long as anybody could be followed.

    `kept_share` is the Kaplan–Meier estimate: the product of 1 - left / at risk over all moments at which somebody
    left. Who still subscribes at the end of `as_of` was followed so far and no further. The interval comes from
    Greenwood's variance of log(-log(share)) and has no value until somebody left, nor once nobody is kept.
    Source: Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, 2nd edition, section 1.4.
    """
    return (
        subscriptions.transform(tenures, as_of)
        .transform(curves)
        .withColumn("as_of_date", F.lit(as_of))
        .transform(in_columns_of, RETENTION_MONTHLY)
    )


def curves(of_accounts: DataFrame) -> DataFrame:
    """One row a cohort and whole month since: what `gold.retention_monthly` says of it, from rows of `tenures`."""
    return of_accounts.transform(_left_and_at_risk).transform(_kept).transform(_at_whole_months)


def _left_and_at_risk(of_accounts: DataFrame) -> DataFrame:
    """One row a moment of a cohort and of all its plans together, with the moment at which it begins: month 0."""
    plans = F.explode(F.array("plan", F.lit(ALL_PLANS))).alias("plan")
    ends = of_accounts.select(
        "signup_month", plans, "months", "months_to_as_of", "has_left", F.lit(1).alias("_accounts")
    )
    begins = ends.select(*_COHORT).distinct()
    from_here_on = Window.partitionBy(*_COHORT).orderBy(F.desc("months"))
    return (
        ends.unionByName(begins.withColumn("months", F.lit(0.0)), allowMissingColumns=True)
        .groupBy(*_COHORT, "months")
        .agg(
            F.count_if("has_left").alias("_left"),
            F.coalesce(F.sum("_accounts"), F.lit(0)).alias("_ended"),
            F.max("months_to_as_of").alias("months_to_as_of"),
        )
        .withColumn("_at_risk", F.sum("_ended").over(from_here_on))
    )


def _kept(moments: DataFrame) -> DataFrame:
    so_far = Window.partitionBy(*_COHORT).orderBy("months")
    left, at_risk = F.col("_left"), F.col("_at_risk")
    stays = 1 - left / at_risk
    # Greenwood's sum has no term for the moment at which the last one left.
    term = F.try_divide(left, at_risk * (at_risk - left))
    share = F.when(F.min(stays).over(so_far) > 0, F.exp(F.sum(F.when(stays > 0, F.log(stays))).over(so_far)))
    has_interval = (F.col("kept_share") > 0) & (F.col("kept_share") < 1)
    error = F.sqrt(F.sum(term).over(so_far)) / -F.log("kept_share")
    return (
        moments.withColumn("subscribers", F.max("_at_risk").over(Window.partitionBy(*_COHORT)))
        .withColumn("left_subscribers", F.sum("_left").over(so_far))
        .withColumn("followed_subscribers", F.col("_at_risk") - F.col("_ended"))
        .withColumn("kept_share", F.coalesce(share, F.lit(0.0)))
        .withColumns(
            {
                "kept_share_low": F.when(has_interval, _powered(F.exp(STANDARD_ERRORS * error))),
                "kept_share_high": F.when(has_interval, _powered(F.exp(-STANDARD_ERRORS * error))),
            }
        )
    )


def _powered(exponent: Column) -> Column:
    return F.pow("kept_share", exponent)


def _at_whole_months(moments: DataFrame) -> DataFrame:
    """What was so at the last moment before each whole month stands for it, for as long as anybody was followed.

    Of a cohort of which nobody is left, that stays so.
    """
    of_cohort = Window.partitionBy(*_COHORT)
    following = F.lead("months").over(of_cohort.orderBy("months"))
    followed_to = F.when(F.col("kept_share") > 0, F.col("months")).otherwise(F.max("months_to_as_of").over(of_cohort))
    first = F.ceil("months")
    last = F.when(following.isNotNull(), F.ceil(following) - 1).otherwise(F.floor(followed_to))
    return (
        moments.withColumns({"_first": first, "_last": last})
        .where(F.col("_first") <= F.col("_last"))
        .withColumn("months_since", F.explode(F.sequence("_first", "_last")))
    )
