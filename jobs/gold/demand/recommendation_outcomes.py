"""`gold.recommendation_outcomes`: what came of the rows of the page."""

from pyspark.sql import DataFrame

from jobs.contracts.gold import RECOMMENDATION_OUTCOMES
from jobs.gold.demand.shown_titles import outcome_rates, with_outcome


def recommendation_outcomes(shown: DataFrame, sessions: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a week and row of the page, from `silver.browse_events` and the `gold.viewing_sessions` around them.

    A week is right where the showings and plays of the day after it are there, too.
    """
    rates = with_outcome(shown, sessions, titles).transform(outcome_rates, RECOMMENDATION_OUTCOMES.key)
    return rates.select(*RECOMMENDATION_OUTCOMES.column_names)
