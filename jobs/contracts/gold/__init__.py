"""Gold: what it is good for."""

from importlib import import_module
from pkgutil import iter_modules

from jobs.contracts.gold.audience import (
    AUDIENCE_SEGMENTS,
    PROFILE_SEGMENTS,
)
from jobs.contracts.gold.demand import (
    FIRST_PLAY_WITHIN_DAYS,
    GENRE_DEMAND_DAILY,
    HOURS_BY_DATE,
    HOURS_BY_MONTH,
    TITLE_VALUE_MONTHLY,
)
from jobs.contracts.gold.experience import (
    EXPERIENCE_DAILY,
    SEARCH_DAILY,
    STALL_COST_MONTHLY,
)
from jobs.contracts.gold.publication import (
    BATCHES,
    PUBLICATIONS,
    QUALITY_RESULTS,
    UNCONSENTED_ROWS,
)
from jobs.contracts.gold.recommender import (
    FEWEST_PLAYS,
    FEWEST_VIEWERS,
    INTERACTIONS,
    LIST_LENGTH,
    MOST_EMPTY_LISTS,
    PROFILE_FEATURES,
    RECOMMENDATION_OUTCOMES,
    RECOMMENDATION_VERSION_OUTCOMES,
    RECOMMENDATIONS,
    RECOMMENDED_LISTS,
    TITLE_FEATURES,
)
from jobs.contracts.gold.subscribers import (
    ACTIVITY_DAYS,
    CHURN_SIGNALS,
    HORIZON_DAYS,
    RETENTION_MONTHLY,
    REVENUE_OF_FEED,
    SUBSCRIBER_VALUE_MONTHLY,
)
from jobs.contracts.gold.viewing import (
    FIRST_DAYS,
    LARGEST_COMPLETION_RATIO,
    LONGEST_UNSTATED_SECONDS,
    MOMENT_SECONDS,
    PLAY_RANGES,
    TITLE_ENGAGEMENT_DAILY,
    TITLE_ENGAGEMENT_WEEKLY,
    TITLE_MOMENTS,
    TITLE_PROGRESS,
    TITLE_REACTIONS_WEEKLY,
    VIEWING_CLOCK,
    VIEWING_SESSIONS,
    WITHIN_DAYS,
)
from jobs.contracts.table import Layer, Table

__all__ = [
    "ACTIVITY_DAYS",
    "AUDIENCE",
    "AUDIENCE_SEGMENTS",
    "BATCHES",
    "CHURN_SIGNALS",
    "EXPERIENCE_DAILY",
    "FEWEST_PLAYS",
    "FEWEST_VIEWERS",
    "FIRST_DAYS",
    "FIRST_PLAY_WITHIN_DAYS",
    "FROM_SILVER",
    "GENRE_DEMAND_DAILY",
    "GOLD_TABLES",
    "HORIZON_DAYS",
    "HOURS_BY_DATE",
    "HOURS_BY_MONTH",
    "INSIGHTS",
    "INTERACTIONS",
    "LARGEST_COMPLETION_RATIO",
    "LIST_LENGTH",
    "LONGEST_UNSTATED_SECONDS",
    "MOMENT_SECONDS",
    "MOST_EMPTY_LISTS",
    "ONLY_JUDGED",
    "PLAY_RANGES",
    "PROFILE_FEATURES",
    "PROFILE_SEGMENTS",
    "PUBLICATIONS",
    "PUBLISHED_TOGETHER",
    "QUALITY_RESULTS",
    "READ_AS_PUBLISHED",
    "RECOMMENDATIONS",
    "RECOMMENDATION_OUTCOMES",
    "RECOMMENDATION_VERSION_OUTCOMES",
    "RECOMMENDED_LISTS",
    "RETENTION_MONTHLY",
    "REVENUE_OF_FEED",
    "SEARCH_DAILY",
    "STALL_COST_MONTHLY",
    "SUBSCRIBER_VALUE_MONTHLY",
    "TITLE_ENGAGEMENT_DAILY",
    "TITLE_ENGAGEMENT_WEEKLY",
    "TITLE_FEATURES",
    "TITLE_MOMENTS",
    "TITLE_PROGRESS",
    "TITLE_REACTIONS_WEEKLY",
    "TITLE_VALUE_MONTHLY",
    "UNCONSENTED_ROWS",
    "VIEWING_CLOCK",
    "VIEWING_SESSIONS",
    "WITHIN_DAYS",
]


def _declared() -> list[Table]:
    """The tables of this package's modules, each once: some are imported by others."""
    modules = [import_module(module.name) for module in iter_modules(__path__, f"{__name__}.")]
    values = [value for module in modules for value in vars(module).values()]
    return list(dict.fromkeys(value for value in values if isinstance(value, Table) and value.layer == Layer.GOLD))


# Gold computes these from silver,
FROM_SILVER = (
    VIEWING_SESSIONS,
    PLAY_RANGES,
    TITLE_PROGRESS,
    TITLE_ENGAGEMENT_DAILY,
    VIEWING_CLOCK,
    INTERACTIONS,
    PROFILE_FEATURES,
    TITLE_FEATURES,
)
# and a run of it publishes them together with the ledger's mirror.
PUBLISHED_TOGETHER = (*FROM_SILVER, BATCHES)
# Then a run of insights, from what gold has published, all others that are declared: a new one is found by itself.
INSIGHTS = tuple(table for table in _declared() if table.reads and table.is_kept and table not in FROM_SILVER)
# From what gold has published, too, and silver: groups for marketing, and who may leave.
AUDIENCE = (AUDIENCE_SEGMENTS, PROFILE_SEGMENTS, CHURN_SIGNALS)
# The gate judges these rows, and nobody keeps them.
ONLY_JUDGED = tuple(table for table in _declared() if not table.is_kept)
READ_AS_PUBLISHED = (*PUBLISHED_TOGETHER, *INSIGHTS, *AUDIENCE, SUBSCRIBER_VALUE_MONTHLY, RECOMMENDATIONS)
GOLD_TABLES = (*READ_AS_PUBLISHED, PUBLICATIONS, QUALITY_RESULTS)
