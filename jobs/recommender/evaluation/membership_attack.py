"""Whether it can be told from a model's lists whom it learnt from: the attack that a careful stranger would try.

Shokri et al., Membership Inference Attacks against Machine Learning Models, IEEE S&P 2017, in its plainest form: who
was learnt from is given back more of what they liked.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import LIST_LENGTH
from jobs.recommender.models import Recommender

# One account in ten is learnt from by no model that is tested: the attack has to tell them from the others.
OUTSIDERS_ONE_IN = 10
# So many of each side, by chance, tell the area to two hundredths.
MOST_ATTACKED = 1_000


def membership_auc(members: Sequence[float], outsiders: Sequence[float]) -> float | None:
    """The chance that a member has a higher score than an outsider, ties counting half; null where a side is empty.

    The area under the attack's ROC curve (Mann and Whitney's U): 0.5 where nothing can be told, 1 where everything.

    >>> membership_auc([3.0, 2.0], [1.0, 2.0])
    0.875
    """
    if not members or not outsiders:
        return None
    ranked = sorted(members)
    # Twice the number of pairs that the member wins.
    won = sum(2 * len(ranked) - bisect_left(ranked, score) - bisect_right(ranked, score) for score in outsiders)
    return won / (2 * len(ranked) * len(outsiders))


def attack(model: Recommender, viewers: DataFrame, outsiders: DataFrame) -> float | None:
    """`membership_auc` of the share of a list that its viewer liked already, if nothing were left out of it.

    `viewers` are as models take them; those of them who are `outsiders` (`profile_key`) were not learnt from.
    """
    by_chance = F.xxhash64("profile_key")
    known = viewers.where(F.size("liked_titles") > 0).withColumn("seen_titles", F.array().cast("array<string>"))
    sides = [
        known.join(outsiders, on="profile_key", how=how).orderBy(by_chance, "profile_key").limit(MOST_ATTACKED)
        for how in ("left_anti", "left_semi")
    ]
    attacked = (
        sides[0]
        .withColumn("is_member", F.lit(True))
        .unionByName(sides[1].withColumn("is_member", F.lit(False)))
        .localCheckpoint()
    )
    liked = attacked.select("profile_key", F.explode("liked_titles").alias("title_id"))
    given_back = (
        model.recommend(attacked.drop("is_member"), LIST_LENGTH)
        .join(liked, on=["profile_key", "title_id"], how="left_semi")
        .groupBy("profile_key")
        .agg(F.count("*").alias("_given_back"))
    )
    most = F.least(F.size("liked_titles"), F.lit(LIST_LENGTH))
    found = (
        attacked.join(given_back, on="profile_key", how="left")
        .select("is_member", (F.coalesce("_given_back", F.lit(0)) / most).alias("score"))
        .collect()
    )
    return membership_auc(*([row.score for row in found if row.is_member == side] for side in (True, False)))
