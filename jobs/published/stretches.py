"""Places that lie side by side, put together until each stretch stands for at least `SMALLEST_GROUP` people."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.contracts.smallest_group import SMALLEST_GROUP

_STRETCHES = "array<struct<from_place: bigint, to_place: bigint>>"


def stretches(places: Column) -> Column:
    """An array of `from_place`, `to_place`, both included, from an array of `place`, `people` in order of their place.

    A stretch ends as soon as it has enough people, and the next begins right behind it. A place with enough people of
    its own is a stretch of its own: what lies between it and the stretch before is too small and left out, as is what
    is left at the end.
    """
    nothing = F.struct(
        F.array().cast(_STRETCHES).alias("done"),
        F.lit(0).cast("bigint").alias("from_place"),
        F.lit(0).cast("bigint").alias("people"),
    )
    return F.aggregate(places, nothing, _with_place, lambda found: found["done"])


def _with_place(found: Column, place: Column) -> Column:
    people = found["people"] + place["people"]
    is_enough_alone = place["people"] >= SMALLEST_GROUP
    from_place = F.when(is_enough_alone, place["place"]).otherwise(found["from_place"])
    whole = F.struct(from_place.alias("from_place"), place["place"].alias("to_place"))
    is_whole = people >= SMALLEST_GROUP
    return F.struct(
        F.when(is_whole, F.concat(found["done"], F.array(whole))).otherwise(found["done"]).alias("done"),
        F.when(is_whole, place["place"] + 1).otherwise(found["from_place"]).alias("from_place"),
        F.when(is_whole, F.lit(0).cast("bigint")).otherwise(people).alias("people"),
    )
