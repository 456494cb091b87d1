"""What is popular in a viewer's country, of what it is old enough for."""

from functools import reduce

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from jobs.recommender.learning.learnable import learnable
from jobs.recommender.models.popularity import PopularityParameters, fit_popularity, with_everywhere
from jobs.recommender.serving.age_limits import AGE_LIMIT
from jobs.recommender.serving.candidates import POPULAR, relevant
from jobs.recommender.serving.offered import is_old_enough
from jobs.recommender.serving.works import by_work

POPULAR_FOR_DAYS = 30
_NO_LIMIT = {"highest_age": None, "takes_unrated": True}


def popular_works(
    due: DataFrame, asked: DataFrame, liked: DataFrame, titles: DataFrame, works: DataFrame, count: int
) -> DataFrame:
    """Candidates for all who are `due`, by work (`title_id`): the `count` most liked ones, of an age limit each.

    Of what all like, a viewer with an age limit may be allowed too little for a list: those have their own most liked.
    """
    limits = due.select(*AGE_LIMIT).distinct().orderBy(*AGE_LIMIT).collect() or [Row(**_NO_LIMIT)]
    by_country = PopularityParameters(POPULAR_FOR_DAYS, by_country=True)
    sources = []
    for limit in limits:
        values = {name: F.lit(limit[name]).cast(due.schema[name].dataType) for name in AGE_LIMIT}
        suitable = titles.withColumns(values).where(is_old_enough()).select("title_id")
        liked_there = liked.join(suitable, on="title_id", how="left_semi").transform(by_work, works)
        in_country = fit_popularity(liked_there.transform(learnable).localCheckpoint(), by_country, with_rare=True)
        popular = with_everywhere(in_country)
        has_limit = reduce(lambda both, one: both & one, (F.col(n).eqNullSafe(value) for n, value in values.items()))
        of_limit = asked.join(due.where(has_limit), on="profile_key", how="left_semi")
        sources.append(popular.recommend(of_limit, count).transform(relevant, POPULAR))
    return reduce(DataFrame.unionByName, sources)
