"""What viewers type into a search: how queries are compared, and which searches are on the way to another one."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

# Players that search while somebody types send each letter. So long may pass between two, with a remote control, too.
TYPING_SECONDS = 5


def normalised_query() -> Column:
    """Small letters, one space between words."""
    return F.lower(F.trim(F.regexp_replace("query", r"\s+", " ")))


def without_typing(searches: DataFrame) -> DataFrame:
    """The search events without searches that were typed on: `w` and `west` before `western`.

    A search is on the way where, within `TYPING_SECONDS`, its viewer searches for more letters that begin with its own,
    or for the same ones again. Each is held against the next, so that of a word, however long, the last search counts.
    """
    is_search, query = F.col("event_type") == "searched", normalised_query()
    at = F.unix_millis("event_time")
    soon = Window.partitionBy("profile_key", is_search).orderBy(at).rangeBetween(0, 1000 * TYPING_SECONDS)
    # More letters come later in this order, and of the same ones, the later search.
    order = F.struct(F.length(query), at, "event_id")
    following = F.collect_list(F.struct(query.alias("query"), order.alias("order"))).over(soon)
    is_on_the_way = F.exists("_following", lambda other: other["query"].startswith(query) & (other["order"] > order))
    return searches.withColumn("_following", following).where(~(is_search & is_on_the_way)).drop("_following")
