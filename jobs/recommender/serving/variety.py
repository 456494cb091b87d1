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
    """Each of the rest knows how like it is to the most alike of the chosen: a step looks at every title once."""
    unlike_any = F.transform(candidates, lambda title: F.struct(title.alias("title"), F.lit(0.0).alias("alike")))
    nothing = F.filter(candidates, lambda _: F.lit(False))
    places = F.sequence(F.lit(1), F.least(F.lit(length), F.size(candidates)))
    start = F.struct(nothing.alias("chosen"), unlike_any.alias("rest"))
    return F.aggregate(places, start, lambda so_far, _: _with_next(so_far), lambda ended: ended["chosen"])


def _with_next(so_far: Column) -> Column:
    def scored(each: Column) -> Column:
        relevance = RELEVANCE_WEIGHT * each["title"]["relevance"] - (1 - RELEVANCE_WEIGHT) * each["alike"]
        return F.struct((-relevance).alias("loss"), each["title"]["title_id"].alias("id"), each["title"].alias("title"))

    def moved(step: Column) -> Column:
        next_title = step["next"]
        others = F.filter(step["rest"], lambda each: each["title"]["title_id"] != next_title["title_id"])

        def compared(each: Column) -> Column:
            alike = F.greatest(each["alike"], likeness(each["title"]["labels"], next_title["labels"]))
            return F.struct(each["title"].alias("title"), alike.alias("alike"))

        return F.struct(
            F.concat(step["chosen"], F.array(next_title)).alias("chosen"), F.transform(others, compared).alias("rest")
        )

    found = F.array_min(F.transform(so_far["rest"], scored))["title"]
    # A list of one: what a lambda is given is computed once, and not wherever it occurs.
    steps = F.array(F.struct(found.alias("next"), so_far["chosen"].alias("chosen"), so_far["rest"].alias("rest")))
    return F.get(F.transform(steps, moved), F.lit(0))


def likeness(labels: Column, others: Column) -> Column:
    """The labels of both / the labels of either; 0 where there are none."""
    common, either = F.size(F.array_intersect(labels, others)), F.size(F.array_union(labels, others))
    return F.coalesce(F.try_divide(common, either), F.lit(0.0))
