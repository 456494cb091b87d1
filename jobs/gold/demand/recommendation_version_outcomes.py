"""`gold.recommendation_version_outcomes`: what came of the rows of the page, by the version that made them."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import RECOMMENDATION_VERSION_OUTCOMES
from jobs.gold.demand.shown_titles import outcome_rates, with_outcome


def recommendation_version_outcomes(shown: DataFrame, sessions: DataFrame, titles: DataFrame) -> DataFrame:
    """As `recommendation_outcomes`, of the showings that name their model's version.

    Versions are compared within one row of one week; whom a version was shown to is the service's choice.
    """
    impressions = with_outcome(shown, sessions, titles).where(F.col("model_version").isNotNull())
    rates = impressions.transform(outcome_rates, RECOMMENDATION_VERSION_OUTCOMES.key)
    return rates.select(*RECOMMENDATION_VERSION_OUTCOMES.column_names)
