"""Why a title is in a list, in words that a viewer understands."""

from babel import Locale
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.expressions.labels import is_sensitive, tellable
from jobs.recommender.models.first_rows import first_rows
from jobs.recommender.serving.candidates import NEW, PERSONAL, labels
from jobs.recommender.serving.variety import likeness
from jobs.storage.local_rows import local_rows


def with_reasons(lists: DataFrame, finished: DataFrame, titles: DataFrame) -> DataFrame:
    """Adds `reason` to rows with `source`, `labels`, `genres`, `themes`, `genre_shares`, `theme_shares`, `country`.

    - of a personal title, the title that the viewer finished and that is most like it: Because you finished “…”;
    - or the genre of it that the viewer watches most, or else the theme: Because you watch …; of a new one: New: …;
    - of all others: Popular in Canada.

    No reason has a sensitive genre or theme, or the name of a title that has one, and no title is alike by one.
    """
    named = F.concat(F.lit("Because you finished “"), F.col("finished_name"), F.lit("”"))
    favourite = F.coalesce(_favourite("genres", "genre_shares"), _favourite("themes", "theme_shares"))
    popular = F.concat(F.lit("Popular in "), F.coalesce("country_name", "country", F.lit("your country")))
    is_personal, is_new = F.col("source") == PERSONAL, F.col("source") == NEW
    return (
        lists.join(_most_alike(lists, finished, titles), on=["profile_key", "title_id"], how="left")
        .join(F.broadcast(country_names(lists.sparkSession)), on="country", how="left")
        .withColumn(
            "reason",
            F.when(is_personal & F.col("finished_name").isNotNull(), named)
            .when(is_personal & favourite.isNotNull(), F.concat(F.lit("Because you watch "), favourite))
            .when(is_new & favourite.isNotNull(), F.concat(F.lit("New: "), favourite))
            .otherwise(popular),
        )
    )


def _favourite(labels: str, shares: str) -> Column:
    """Of the title's labels the one that the viewer watches most; null where they watch none of them."""
    shared = F.filter(tellable(F.col(labels)), lambda label: F.col(shares)[label].isNotNull())
    by_share = F.transform(shared, lambda label: F.struct((-F.col(shares)[label]).alias("s"), label.alias("l")))
    return F.get(F.array_sort(by_share), F.lit(0))["l"]


def country_names(spark: SparkSession) -> DataFrame:
    """One row a country: `country` as ISO 3166 has it, and its English name, `country_name`."""
    names = [(code, name) for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()]
    return local_rows(spark, names, "country string, country_name string")


def _most_alike(lists: DataFrame, finished: DataFrame, titles: DataFrame) -> DataFrame:
    """Of each personal title, the name of the one that its viewer finished and that is most like it, if any is.

    Nobody is told that they finished a trailer.
    """
    of_viewer = finished.join(
        titles.where(F.col("kind") != "trailer").select(
            "title_id", F.col("name").alias("finished_name"), labels().alias("_labels")
        ),
        on="title_id",
        how="inner",
    ).select("profile_key", "finished_name", "_labels", F.col("title_id").alias("_finished_id"))
    alike = likeness(tellable(F.col("labels")), F.col("_labels"))
    may_be_named = ~F.exists("_labels", is_sensitive)
    return (
        lists.where(F.col("source") == PERSONAL)
        .select("profile_key", "title_id", "labels")
        .join(of_viewer, on="profile_key", how="inner")
        .withColumn("_alike", alike)
        .where((F.col("_alike") > 0) & F.col("finished_name").isNotNull() & may_be_named)
        .transform(first_rows, 1, ["profile_key", "title_id"], [F.desc("_alike"), "_finished_id"])
        .select("profile_key", "title_id", "finished_name")
    )
