"""Variety: a list that does not say the same ten times."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

# How much being relevant counts beside not being like what stands above.
RELEVANCE_WEIGHT = 0.8


def varied_lists(candidates: DataFrame, length: int) -> DataFrame:
    """Cuts each viewer's candidates to a list, with `rank` from 1, by maximal marginal relevance.

    The next title is the one with the largest `RELEVANCE_WEIGHT` × `relevance` - the rest × its likeness to the most
    alike of those above it. `candidates` have `profile_key`, `title_id`, `relevance` and `labels`; likeness is the
    share of labels in common (Jaccard). Equal ones go by title. Source: Carbonell and Goldstein, SIGIR 1998.
    """
    chosen = (
        candidates.groupBy("profile_key")
        .agg(F.collect_list(F.struct("title_id", "relevance", "labels")).alias("_candidates"))
        .select("profile_key", F.posexplode(_chosen(F.col("_candidates"), length)).alias("_place", "_title"))
        .select("profile_key", F.col("_title.title_id").alias("title_id"), (F.col("_place") + 1).alias("rank"))
    )
    return candidates.join(chosen, on=["profile_key", "title_id"], how="inner")


def list_variety(lists: DataFrame) -> float | None:
    """Mean over the pairs of titles in each list of 1 - likeness: 1 where none is like another; None without a pair.

    A list of three titles, of which two have the same labels and the third has others: (0 + 1 + 1) / 3.
    """
    one = lists.select("profile_key", "rank", "labels")
    other = one.select("profile_key", F.col("rank").alias("_rank"), F.col("labels").alias("_labels"))
    pairs = one.join(other, on="profile_key", how="inner").where(F.col("rank") < F.col("_rank"))
    found = pairs.agg(F.avg(1 - likeness(F.col("labels"), F.col("_labels"))).alias("variety")).head()
    return found.variety if found else None


def _chosen(candidates: Column, length: int) -> Column:
    start = F.struct(F.filter(candidates, lambda _: F.lit(False)).alias("chosen"), candidates.alias("rest"))

    def with_next(so_far: Column, _: Column) -> Column:
        scored = F.transform(
            so_far["rest"],
            lambda title: F.struct(
                -_marginal_relevance(title, so_far["chosen"]).alias("loss"),
                title["title_id"].alias("id"),
                title.alias("title"),
            ),
        )
        best = F.array_min(scored)["title"]
        return F.struct(
            F.concat(so_far["chosen"], F.array(best)).alias("chosen"),
            F.filter(so_far["rest"], lambda title: title["title_id"] != best["title_id"]).alias("rest"),
        )

    places = F.sequence(F.lit(1), F.least(F.lit(length), F.size(candidates)))
    return F.aggregate(places, start, with_next, lambda ended: ended["chosen"])


def _marginal_relevance(title: Column, above: Column) -> Column:
    alike = F.array_max(F.transform(above, lambda other: likeness(title["labels"], other["labels"])))
    return RELEVANCE_WEIGHT * title["relevance"] - (1 - RELEVANCE_WEIGHT) * F.coalesce(alike, F.lit(0.0))


def likeness(labels: Column, others: Column) -> Column:
    """The labels of both / the labels of either; 0 where there are none."""
    common, either = F.size(F.array_intersect(labels, others)), F.size(F.array_union(labels, others))
    return F.coalesce(F.try_divide(common, either), F.lit(0.0))
