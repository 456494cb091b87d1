"""What was shown on the page, what was then played from it, and at which rate."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.gold import FEWEST_PLAYS, FEWEST_VIEWERS, WITHIN_DAYS
from jobs.expressions.periods import week_start
from jobs.gold.sessions.viewing_sessions import is_play

# A play within so long is taken for the outcome of the title's last showing before it.
OUTCOME_MINUTES = 60
# A row of the page whose name ends so holds its titles in random order: it shows what a place alone does.
SHUFFLED = "_shuffled"
UNKNOWN_ROW = "UNKNOWN"
# Plays that began on the page; so did those of a row that has a source's own name, as continue_watching has.
PAGE_SOURCES = ("home", "browse")
# Viewers fall into so many groups, and the interval is of what each of them changes.
GROUPS = 20
# Of Student's t with one degree of freedom less than groups: 95 % lie within so many standard errors.
STANDARD_ERRORS = 2.093
_MICROS_OF_A_DAY = 86_400_000_000
_RATES = ("play_rate", "first_place_play_rate")


def with_outcome(shown: DataFrame, sessions: DataFrame, titles: DataFrame) -> DataFrame:
    """One row a title shown: what its viewer did next with it was to play it, soon, and from that row of the page.

    `is_played` is that for a title new to the viewer; `is_resumed` for one played within `WITHIN_DAYS` before it was
    shown, which they might have gone on with anyway. Any episode stands for its series. Of showings at one moment, the
    last in the order of row and place is the last.
    """
    asked = shown.select(
        week_start("event_date").alias("week_start_date"),
        F.coalesce("shown_row", F.lit(UNKNOWN_ROW)).alias("shown_row"),
        *("shown_rank", "model_version", "profile_key", "title_id"),
        F.unix_micros("event_time").alias("_at"),
        F.lit(False).alias("_is_play"),
    )
    played = sessions.where(is_play()).select(
        *("profile_key", "title_id", "play_source"),
        F.coalesce("is_autoplay", F.lit(False)).alias("_is_autoplay"),
        F.unix_micros("started_at").alias("_at"),
        F.lit(True).alias("_is_play"),
    )
    of_series = titles.where(F.col("series_id").isNotNull()).select("title_id", "series_id")
    in_order = Window.partitionBy("profile_key", F.coalesce("series_id", "title_id")).orderBy(
        "_at", "_is_play", "shown_row", "shown_rank"
    )
    is_soon = F.lead("_at").over(in_order) - F.col("_at") <= 60_000_000 * OUTCOME_MINUTES
    source, is_autoplay = F.lead("play_source").over(in_order), F.lead("_is_autoplay").over(in_order)
    is_from_row = source.isNull() | source.isin(*PAGE_SOURCES) | (source == _without_order(F.col("shown_row")))
    is_outcome = F.lead("_is_play").over(in_order) & is_soon & is_from_row & ~is_autoplay
    before = (
        Window.partitionBy("profile_key", F.coalesce("series_id", "title_id"))
        .orderBy("_at")
        .rangeBetween(-WITHIN_DAYS * _MICROS_OF_A_DAY, -1)
    )
    was_begun = F.coalesce(F.max("_is_play").over(before), F.lit(False))
    return (
        asked.unionByName(played, allowMissingColumns=True)
        .join(of_series, on="title_id", how="left")
        .withColumns({"_is_outcome": F.coalesce(is_outcome, F.lit(False)), "_was_begun": was_begun})
        .where(~F.col("_is_play"))
        .withColumn("is_played", F.col("_is_outcome") & ~F.col("_was_begun"))
        .withColumn("is_resumed", F.col("_is_outcome") & F.col("_was_begun"))
    )


def outcome_rates(impressions: DataFrame, key: Sequence[str]) -> DataFrame:
    """One row a value of `key`, which begins with week and row of the page: counts and both rates with their intervals.

    Titles further down are noticed by fewer, whatever they are. So beside the raw rate, `played / shown`, stands

        first_place_play_rate = sum over plays of 1 / propensity(place) / shown

    an estimate of what the rate were if every title were as noticeable as the first of its row: inverse-propensity
    weighting. Propensities come from the week's rows in random order (`SHUFFLED`), where a place says nothing of the
    title: plays at the place / what its showings would have had at the rate of their own row's first place. Places
    are taken together by octaves (1, 2, 3-4, 5-8, ...). A row with a place whose propensity is not known has no
    estimate.

    It holds where a place is noticed by equally many in each row, and a title noticed is played by equally many at each
    place. Intervals are of the jackknife that leaves out a group of viewers at a time, with the propensities anew; none
    for fewer than `FEWEST_VIEWERS` viewers or `FEWEST_PLAYS` plays, which say too little about it.
    Source: Joachims, Swaminathan and Schnabel, Unbiased Learning-to-Rank with Biased Feedback, 2017; Kott, The
    Delete-a-Group Jackknife, 2001.
    """
    counts = impressions.groupBy(*key).agg(
        F.count_distinct("profile_key").alias("viewers"), F.count_if("is_resumed").alias("resumed")
    )
    rates = impressions.transform(_of_groups, key).localCheckpoint().transform(_without_each_group, key)
    return (
        rates.transform(_rates, key)
        .groupBy(*key)
        .agg(
            *(F.max(F.when(_is_of_all(), F.col(name))).alias(name) for name in ("shown", "played", *_RATES)),
            *(_standard_error(rate).alias(f"_{rate}_error") for rate in _RATES),
        )
        .join(counts, on=list(key), how="inner")
        .withColumns({f"{rate}_low": _end_of_interval(rate, -1) for rate in _RATES})
        .withColumns({f"{rate}_high": _end_of_interval(rate, 1) for rate in _RATES})
    )


def _without_order(row: Column) -> Column:
    return F.regexp_replace(row, f"{SHUFFLED}$", "")


def _of_groups(impressions: DataFrame, key: Sequence[str]) -> DataFrame:
    """One row a value of the key, octave and group of viewers: `_shown` and `_played`."""
    octave, group = F.ceil(F.log2("shown_rank")), F.pmod(F.xxhash64("profile_key"), F.lit(GROUPS))
    return impressions.groupBy(*key, octave.alias("_octave"), group.alias("_group")).agg(
        F.count("*").alias("_shown"), F.count_if("is_played").alias("_played")
    )


def _without_each_group(of_group: DataFrame, key: Sequence[str]) -> DataFrame:
    """One row a value of the key, octave and group left out: `_shown` and `_played` of all others.

    Of group `GROUPS` there is nobody: without it are all.
    """
    place = (*key, "_octave")
    of_all = of_group.groupBy(*place).agg(F.sum("_shown").alias("_by_all"), F.sum("_played").alias("_played_by_all"))
    left_out = F.explode(F.sequence(F.lit(0), F.lit(GROUPS))).alias("_group")
    is_same_octave = F.col("all._octave").eqNullSafe(F.col("own._octave"))
    is_same = [F.col(f"all.{name}") == F.col(f"own.{name}") for name in (*key, "_group")]
    own_shown, own_played = (F.coalesce(f"own.{name}", F.lit(0)) for name in ("_shown", "_played"))
    return (
        of_all.select("*", left_out)
        .alias("all")
        .join(of_group.alias("own"), on=[*is_same, is_same_octave], how="left")
        .select(
            *(F.col(f"all.{name}") for name in (*place, "_group")),
            (F.col("_by_all") - own_shown).alias("_shown"),
            (F.col("_played_by_all") - own_played).alias("_played"),
        )
    )


def _rates(without_group: DataFrame, key: Sequence[str]) -> DataFrame:
    """One row a value of the key and group left out: `shown`, `played` and both rates."""
    propensities = without_group.transform(_propensities, key)
    return (
        without_group.join(propensities, on=["week_start_date", "_group", "_octave"], how="left")
        .withColumn("_weighted", F.try_divide("_played", "_propensity"))
        .groupBy(*key, "_group")
        .agg(
            F.sum("_shown").alias("shown"),
            F.sum("_played").alias("played"),
            F.when(F.count("_weighted") == F.count("*"), F.sum("_weighted")).alias("_weighted"),
        )
        .withColumn("play_rate", F.try_divide("played", "shown"))
        .withColumn("first_place_play_rate", F.try_divide("_weighted", "shown"))
    )


def _propensities(without_group: DataFrame, key: Sequence[str]) -> DataFrame:
    """One row a week, group left out and octave: its `_propensity` beside the first place."""
    of_row = Window.partitionBy(*key, "_group")
    first_rate = F.max(F.when(F.col("_octave") == 0, F.try_divide("_played", "_shown"))).over(of_row)
    return (
        without_group.where(F.col("shown_row").endswith(SHUFFLED))
        .withColumn("_first_rate", first_rate)
        .where(F.col("_first_rate") > 0)
        .groupBy("week_start_date", "_group", "_octave")
        .agg(F.try_divide(F.sum("_played"), F.sum(F.col("_shown") * F.col("_first_rate"))).alias("_propensity"))
    )


def _is_of_all() -> Column:
    return F.col("_group") == GROUPS


def _standard_error(rate: str) -> Column:
    """Of the jackknife: null where one of the groups left out leaves no rate."""
    without = F.when(~_is_of_all(), F.col(rate))
    squares = F.var_pop(without) * (GROUPS - 1)
    return F.when(F.count(without) == GROUPS, F.sqrt(squares))


def _end_of_interval(rate: str, sign: int) -> Column:
    """No rate is below zero."""
    error = F.col(f"_{rate}_error")
    is_known = (F.col("viewers") >= FEWEST_VIEWERS) & (F.col("played") >= FEWEST_PLAYS) & error.isNotNull()
    return F.when(is_known, F.greatest(F.col(rate) + sign * STANDARD_ERRORS * error, F.lit(0.0)))
