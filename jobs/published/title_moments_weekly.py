"""`published.title_moments_weekly`: where in a title people leave, pause, go back, skip and wait."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.gold import MOMENT_SECONDS
from jobs.contracts.published import MOST_HALVINGS, MOST_TIMES, OTHER, TITLE_MOMENTS_WEEKLY
from jobs.contracts.smallest_group import SMALLEST_GROUP
from jobs.expressions.periods import week_start
from jobs.published.rounding import in_tens

# It says where plays are and not what happened: its steps are single plays.
_LEFT_OUT = "plays_covering"
_TITLE = ("week_start_date", "title_id")
_CURVE = (*_TITLE, "measure")
_WHAT = ("title_id", "measure", "account_key", "profile_key", "from_moment")
_ALL = ("_all_accounts", "_all_profiles")
# A title is halved so many times: stretch 0 is its beginning.
_STRETCH = (*_CURVE, "halvings", "stretch")


def title_moments_weekly(
    ranges: DataFrame, viewers: DataFrame, titles_released: DataFrame, titles: DataFrame
) -> DataFrame:
    """One row a stretch of a title in which one thing happened, to at least `SMALLEST_GROUP` accounts and profiles.

    A title is told as a whole, and halved as long as each half is of enough people, or of none: its stretches end at
    halves, quarters, eighths and sixteenths of its runtime, wherever somebody was. `ranges` are those of
    `jobs.gold.titles.title_moments.moment_ranges`; what spans more than a moment counts where it begins. Of an account,
    `MOST_TIMES` count in a stretch: of ten accounts, none dominates it. `titles_released` is
    `published.title_viewing_weekly`: only its titles have stretches. Its `viewers` (`viewers_of_titles`) are those who
    count, in a stretch and beside it: of none are the title's other viewers too few.
    """
    named = (
        titles_released.where(F.col("title_id") != OTHER)
        .select(*_TITLE, "name")
        .join(viewers, on=list(_TITLE), how="inner")
        .groupBy(*_TITLE, "name")
        .agg(
            # Who has no account counts as of one.
            F.count_distinct(F.coalesce("account_key", F.lit(""))).alias("_all_accounts"),
            F.count_distinct("profile_key").alias("_all_profiles"),
        )
    )
    lengths = titles.where(F.col("runtime_seconds") > 0).select("title_id", "runtime_seconds")
    happened = (
        ranges.where(F.col("measure") != _LEFT_OUT)
        .select(week_start("session_date").alias("week_start_date"), *_WHAT)
        .join(viewers, on=[*_TITLE, "profile_key"], how="left_semi")
        .join(named, on=list(_TITLE), how="inner")
        .join(lengths, on="title_id", how="inner")
    )
    stretches = happened.transform(_stretches).localCheckpoint()
    return (
        stretches.join(stretches.transform(_told), on=list(_STRETCH), how="left_semi")
        .where(_leaves_enough())
        .select(
            *_CURVE,
            "name",
            _boundary(F.col("stretch")).alias("from_seconds"),
            _boundary(F.col("stretch") + 1).alias("to_seconds"),
            in_tens(F.col("times")).alias("times"),
            F.col("profiles").alias("viewers"),
        )
        .select(*TITLE_MOMENTS_WEEKLY.column_names)
    )


def _stretches(happened: DataFrame) -> DataFrame:
    """One row a stretch, however short, with what happened in it: `times`, and to how many accounts and profiles."""
    parts = 2**MOST_HALVINGS
    part = F.floor(F.col("from_moment") * MOMENT_SECONDS * parts / F.col("runtime_seconds"))
    halvings = F.explode(F.sequence(F.lit(0), F.lit(MOST_HALVINGS))).alias("halvings")
    return (
        # What lies beyond the runtime belongs to the end.
        happened.withColumn("_part", F.least(part, F.lit(parts - 1)).cast("bigint"))
        .select("*", halvings)
        .withColumn("stretch", F.expr(f"shiftright(_part, {MOST_HALVINGS} - halvings)"))
        .groupBy(*_STRETCH, "name", "runtime_seconds", *_ALL, "account_key")
        .agg(F.least(F.count("*"), F.lit(MOST_TIMES)).alias("times"), F.count_distinct("profile_key").alias("profiles"))
        .groupBy(*_STRETCH, "name", "runtime_seconds", *_ALL)
        .agg(F.sum("times").alias("times"), F.count("*").alias("accounts"), F.sum("profiles").alias("profiles"))
    )


def _told(stretches: DataFrame) -> DataFrame:
    """The stretches that are told: no other of them lies within one, and all that happened lies within one of them."""
    sizes = stretches.select(*_STRETCH, (F.col("accounts") >= SMALLEST_GROUP).alias("_is_enough"))
    # 0 and 1 are the halves of 0, 2 and 3 those of 1.
    sibling = F.col("stretch").bitwiseXOR(F.lit(1)).alias("stretch")
    siblings = sizes.select(*_CURVE, "halvings", sibling, F.col("_is_enough").alias("_other_half_is_enough"))
    sound = sizes.join(siblings, on=list(_STRETCH), how="left").select(
        *_STRETCH, (F.col("_is_enough") & F.coalesce("_other_half_is_enough", F.lit(True))).alias("_is_sound")
    )
    within = F.explode(F.sequence(F.lit(0), F.col("halvings"))).alias("halvings")
    valid = (
        sound.select(*_CURVE, F.col("halvings").alias("_halvings"), F.col("stretch").alias("_stretch"), within)
        .withColumn("stretch", F.expr("shiftright(_stretch, _halvings - halvings)"))
        .join(sound, on=list(_STRETCH), how="inner")
        .groupBy(*_CURVE, F.col("_halvings").alias("halvings"), F.col("_stretch").alias("stretch"))
        .agg(F.bool_and("_is_sound").alias("_is_valid"))
        .where("_is_valid")
    )
    halved = valid.select(
        *_CURVE, (F.col("halvings") - 1).alias("halvings"), F.expr("shiftright(stretch, 1)").alias("stretch")
    )
    return valid.join(halved, on=list(_STRETCH), how="left_anti")


def _boundary(stretch: Column) -> Column:
    return F.round(F.col("runtime_seconds") * stretch / F.pow(F.lit(2), "halvings")).cast("bigint")


def _leaves_enough() -> Column:
    """Whether those to whom it did not happen are enough people, too, or none."""
    other_accounts = F.col("_all_accounts") - F.col("accounts")
    other_profiles = F.col("_all_profiles") - F.col("profiles")
    return (other_profiles == 0) | ((other_profiles >= SMALLEST_GROUP) & (other_accounts >= SMALLEST_GROUP))
