"""`gold.title_reactions_weekly`: what people feel along a title."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import MOMENT_SECONDS, TITLE_REACTIONS_WEEKLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.expressions.periods import week_start

_KEY = TITLE_REACTIONS_WEEKLY.key


def title_reactions_weekly(reactions: DataFrame) -> DataFrame:
    """One row a week and ten seconds of a title in which at least `SMALLEST_GROUP` people reacted.

    `reactions` are rows of `silver.reactions`, which only consented ones reach, of whole weeks. Several samples of one
    person in one moment count as their mean, once. People are counted within an epoch of keys, those of the epoch with
    most of them: in a week with two keys, one person may have two pseudonyms, and must not be taken for two.
    """
    of_person = (
        reactions.where(F.col("title_id").isNotNull() & F.col("position_ms").isNotNull())
        .withColumns(
            {
                "week_start_date": week_start("event_date"),
                "moment_start_seconds": MOMENT_SECONDS * F.floor(F.col("position_ms") / (1000 * MOMENT_SECONDS)),
            }
        )
        .groupBy(*_KEY, "key_epoch", "profile_key")
        .agg(F.avg("valence").alias("valence"), F.avg("arousal").alias("arousal"))
    )
    of_epoch = of_person.groupBy(*_KEY, "key_epoch").agg(
        F.count("*").alias("_people"), F.sum("valence").alias("_valence"), F.sum("arousal").alias("_arousal")
    )
    people = F.sum("_people")
    return (
        of_epoch.groupBy(*_KEY)
        .agg(
            F.max("_people").alias("viewers"),
            (F.sum("_valence") / people).alias("valence_mean"),
            (F.sum("_arousal") / people).alias("arousal_mean"),
        )
        .where(F.col("viewers") >= SMALLEST_GROUP)
        .select(*TITLE_REACTIONS_WEEKLY.column_names)
    )
