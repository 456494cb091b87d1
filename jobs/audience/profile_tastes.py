"""What clustering sees of a viewer: what they watch, when, on what, and how much."""

from collections.abc import Iterable, Sequence

from pyspark.ml.functions import array_to_vector
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.expressions.labels import is_sensitive
from jobs.gold.demand.genre_demand_daily import with_labels
from jobs.gold.sessions.viewing_clock import local_start
from jobs.gold.sessions.viewing_sessions import is_play

DAYPARTS = ("night", "morning", "afternoon", "evening")
DAYPART_HOURS = 6
DEVICE_TYPES = ("tv", "phone", "tablet", "browser", "console", "stick", "other")
# Services have fewer; a catalogue whose genres are free text must not make thousands of columns.
MOST_GENRES = 24
OTHER_GENRES = "other genres"
_SATURDAY = 5


def catalogue_genres(titles: DataFrame) -> list[str]:
    """The genres with most titles, those of all others together last: as many as clustering can bear, in order.

    Sensitive ones are none of them: nobody is grouped by what they watch of these.
    """
    is_told = (F.col("facet") == "genre") & ~is_sensitive(F.col("label"))
    genres = titles.transform(with_labels).where(is_told).groupBy("label")
    most_titles = genres.agg(F.count("*").alias("titles")).orderBy(F.desc("titles"), "label").limit(MOST_GENRES)
    return [*sorted({row.label for row in most_titles.collect()} - {OTHER_GENRES}), OTHER_GENRES]


def profile_tastes(sessions: DataFrame, titles: DataFrame, genres: Sequence[str]) -> DataFrame:
    """One row a profile that watched anything not sensitive: `watched_hours`, and shares of it, each from 0 to 1.

    `genre_shares`, `daypart_shares` and `device_shares` have every label, also those that it does not watch, and each
    adds up to 1. The hours of a title are shared equally among its genres. Those of sensitive ones are left out: among
    the others they would be most of them. Times are those of the viewer's own clock. `taste` is the same as one vector,
    with the logarithm of the hours: between 1 and 2 lies as much as between 10 and 20.
    """
    described = titles.select("title_id", "genres", "themes")
    watched = (
        sessions.where(is_play())
        .join(described, on="title_id", how="left")
        .transform(with_labels)
        .where((F.col("facet") == "genre") & ~is_sensitive(F.col("label")))
        .select(
            "profile_key",
            (F.col("watched_seconds") * F.col("label_share")).alias("_seconds"),
            _known(F.col("label"), genres).alias("_genre"),
            _daypart().alias("_daypart"),
            _known(F.col("device_type"), DEVICE_TYPES).alias("_device"),
            (F.weekday(local_start()) >= _SATURDAY).alias("_is_weekend"),
        )
    )
    return (
        watched.groupBy("profile_key")
        .agg(
            (F.sum("_seconds") / 3600).alias("watched_hours"),
            _shares("_genre", genres).alias("genre_shares"),
            _shares("_daypart", DAYPARTS).alias("daypart_shares"),
            _shares("_device", DEVICE_TYPES).alias("device_shares"),
            _share(F.col("_is_weekend")).alias("weekend_share"),
        )
        .withColumn("taste", _taste(genres))
    )


def _known(label: Column, labels: Sequence[str]) -> Column:
    """The last label is for all that are not among them."""
    return F.when(label.isin(list(labels)), label).otherwise(F.lit(labels[-1]))


def _daypart() -> Column:
    parts = F.array(*(F.lit(part) for part in DAYPARTS))
    return F.get(parts, F.floor(F.hour(local_start()) / DAYPART_HOURS).cast("int"))


def _shares(column: str, labels: Iterable[str]) -> Column:
    return F.create_map(*(part for label in labels for part in (F.lit(label), _share(F.col(column) == label))))


def _share(condition: Column) -> Column:
    return F.coalesce(F.sum(F.when(condition, F.col("_seconds"))) / F.sum("_seconds"), F.lit(0.0))


def _taste(genres: Sequence[str]) -> Column:
    shares = [
        F.col(name)[label]
        for name, labels in {"genre_shares": genres, "daypart_shares": DAYPARTS, "device_shares": DEVICE_TYPES}.items()
        for label in labels
    ]
    return array_to_vector(F.array(*shares, F.col("weekend_share"), F.log1p("watched_hours")))
