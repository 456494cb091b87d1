"""Whether it can be told from a model's lists whom it learnt from: the attack that a careful stranger would try.

Shokri et al., Membership Inference Attacks against Machine Learning Models, IEEE S&P 2017, in its plainest form: who
was learnt from is given back more of what they liked.
"""

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import LIST_LENGTH
from jobs.recommender.models import Recommender, Rows

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


def attack(model: Recommender, viewers: Rows, outsiders: Rows) -> float | None:
    """`membership_auc` of the share of a list that its viewer liked already, if nothing were left out of it.

    `viewers` are as models take them; those of them who are `outsiders` (`profile_key`) were not learnt from.
    """
    attacked = _attacked_here(viewers, outsiders) if isinstance(viewers, pa.Table) else _attacked(viewers, outsiders)
    lists = model.recommend(attacked.drop("is_member"), LIST_LENGTH)
    known, listed = (rows if isinstance(rows, pa.Table) else rows.toArrow() for rows in (attacked, lists))
    listed_for = dict[str, set[str]]()
    for profile, title in zip(listed["profile_key"].to_pylist(), listed["title_id"].to_pylist(), strict=True):
        listed_for.setdefault(profile, set()).add(title)
    sides: tuple[list[float], list[float]] = ([], [])
    columns = (known[name].to_pylist() for name in ("profile_key", "liked_titles", "is_member"))
    for profile, liked, is_member in zip(*columns, strict=True):
        given_back = len(listed_for.get(profile, set()) & set(liked))
        sides[0 if is_member else 1].append(given_back / min(len(liked), LIST_LENGTH))
    return membership_auc(*sides)


def _attacked(viewers: DataFrame, outsiders: DataFrame) -> DataFrame:
    """So many of each side, by chance, as if they had seen nothing; `is_member` says of which."""
    by_chance = F.xxhash64("profile_key")
    known = viewers.where(F.size("liked_titles") > 0).withColumn("seen_titles", F.array().cast("array<string>"))
    members, others = (
        known.join(outsiders, on="profile_key", how=how).orderBy(by_chance, "profile_key").limit(MOST_ATTACKED)
        for how in ("left_anti", "left_semi")
    )
    marked = members.withColumn("is_member", F.lit(True)).unionByName(others.withColumn("is_member", F.lit(False)))
    return marked.localCheckpoint()


def _attacked_here(viewers: pa.Table, outsiders: pa.Table) -> pa.Table:
    liked = viewers.filter(pc.greater(pc.list_value_length(viewers["liked_titles"]), 0))
    nothing = pa.array([[]] * liked.num_rows, pa.list_(pa.string()))
    known = liked.set_column(liked.schema.get_field_index("seen_titles"), "seen_titles", nothing)
    chance = [zlib.crc32(profile.encode()) for profile in known["profile_key"].to_pylist()]
    known = known.take(pc.sort_indices(pa.array(chance)))
    is_outsider = pc.is_in(known["profile_key"], value_set=outsiders["profile_key"])
    known = known.append_column("is_member", pc.invert(is_outsider))
    sides = (known.filter(pc.equal(known["is_member"], is_member))[:MOST_ATTACKED] for is_member in (True, False))
    return pa.concat_tables(sides)
