"""The partition of a week: every hour watched is in one released part, and each part is of enough people.

A part is a title, within it a day of the week, within that three hours. What fails is told together with its
neighbours, as `OTHER`, which passes, too. As no hour is in two parts, nothing can be had by subtraction but what is
released: sums of parts, of more people still. Polars, no Spark: a week's contributions are held in memory.
"""

from collections.abc import Sequence

import polars as pl

from jobs.contracts.published import DOMINANCE_PERCENT, MOST_HOURS_A_WEEK, OTHER
from jobs.contracts.smallest_group import SMALLEST_GROUP

WEEK = "week_start_date"
# Coarse to fine.
LABELS = ("title_id", "local_day", "time_of_day")
PART = (WEEK, *LABELS)
_HOUR = 3600
# Whose account nobody knows counts as one and the same.
_NO_ACCOUNT = ""


def released_parts(contributions: pl.DataFrame) -> pl.DataFrame:
    """One row a released part: `PART`, its whole `watched_hours`, and who stands behind it.

    `contributions`: one row a profile and part before anything is folded: `PART`, `account_key`, `profile_key`,
    `watched_seconds`. `viewers` are the profiles of the part's title in that week. A week that does not pass as a
    whole has no rows.
    """
    rows = _bounded(contributions)
    rows = rows.join(_measured(rows, [WEEK]).filter(_passes()), on=WEEK, how="semi")
    parent = [WEEK]
    for label in LABELS:
        rows = _folded(rows, parent, label)
        parent = [*parent, label]
    viewers = rows.group_by(WEEK, "title_id").agg(viewers=pl.col("profile_key").n_unique())
    return _measured(rows, PART).pipe(_rounded).join(viewers, on=[WEEK, "title_id"], how="left")


def _bounded(contributions: pl.DataFrame) -> pl.DataFrame:
    """Nobody adds more than so many hours to a week. In whole seconds: sums of them are exact."""
    known = contributions.with_columns(pl.col("account_key").fill_null(_NO_ACCOUNT))
    all_seconds = pl.col("watched_seconds").sum().over(WEEK, "account_key")
    part_kept = pl.min_horizontal(1.0, MOST_HOURS_A_WEEK * _HOUR / all_seconds)
    return known.with_columns(watched_seconds=(pl.col("watched_seconds") * part_kept).ceil().cast(pl.Int64))


def _measured(rows: pl.DataFrame, cell: Sequence[str]) -> pl.DataFrame:
    """One row a cell: `seconds`, `accounts`, `profiles`, and the seconds of the two accounts with most of them."""
    profiles = rows.group_by(*cell).agg(profiles=pl.col("profile_key").n_unique())
    seconds = pl.col("watched_seconds")
    return (
        rows.group_by(*cell, "account_key")
        .agg(seconds.sum())
        .group_by(*cell)
        .agg(
            seconds=seconds.sum(),
            accounts=pl.len(),
            largest=seconds.max(),
            second=seconds.top_k(2).sum() - seconds.max(),
        )
        .join(profiles, on=list(cell), how="left")
    )


def _is_of_enough() -> pl.Expr:
    return (pl.col("accounts") >= SMALLEST_GROUP) & (pl.col("profiles") >= SMALLEST_GROUP)


def _excess() -> pl.Expr:
    """Above 0 the second account can work out the first: all less its own is within p % of it.

    The p % rule, times a hundred. Of cells that are joined it is at most the sum (subadditive).
    Source: Cox, "Linear sensitivity measures in statistical disclosure control", 1981.
    """
    others = pl.col("seconds") - pl.col("largest") - pl.col("second")
    return DOMINANCE_PERCENT * pl.col("largest") - 100 * others


def _passes() -> pl.Expr:
    return _is_of_enough() & (_excess() <= 0)


def _folded(rows: pl.DataFrame, parent: Sequence[str], label: str) -> pl.DataFrame:
    """The rows with the label `OTHER` where their cell fails, or is needed for that one to pass.

    The smallest that pass join, as many as it takes: until there are enough people, no account dominates, and none
    of the cells that fail is all but p % of what is told together. All of them are the parent, which passes.
    """
    cell = [*parent, label]
    cells = _measured(rows, cell)
    # A title may be called so.
    is_apart = _passes() & (pl.col(label) != OTHER)
    failing = cells.filter(~is_apart)
    largest_cell = failing.filter(~_passes()).group_by(*parent).agg(largest_cell=pl.col("seconds").max())
    together = (
        _measured(rows.join(failing, on=cell, how="semi"), parent)
        .join(largest_cell, on=list(parent), how="left")
        .select(
            *parent,
            lacks_people=~_is_of_enough(),
            excess_together=_excess(),
            lacking=DOMINANCE_PERCENT * pl.col("largest_cell") - 100 * (pl.col("seconds") - pl.col("largest_cell")),
        )
    )
    before = pl.cum_count(label).over(parent) - 1
    joining = (
        cells.filter(is_apart)
        .join(together, on=list(parent), how="inner")
        .sort(*parent, "seconds", label)
        .with_columns(
            excess_before=pl.col("excess_together") + _sum_before(_excess(), parent),
            lacking_before=pl.col("lacking") - _sum_before(100 * pl.col("seconds"), parent),
        )
        .filter(
            (pl.col("lacks_people") & (before == 0)) | (pl.col("excess_before") > 0) | (pl.col("lacking_before") > 0)
        )
    )
    folded = pl.concat([failing.select(cell), joining.select(cell)]).with_columns(is_folded=True)
    named = pl.when(pl.col("is_folded")).then(pl.lit(OTHER)).otherwise(pl.col(label))
    return rows.join(folded, on=cell, how="left").with_columns(named.alias(label)).drop("is_folded")


def _sum_before(values: pl.Expr, parent: Sequence[str]) -> pl.Expr:
    """Of the rows of the same parent that stand before."""
    return values.cum_sum().over(parent) - values


def _rounded(parts: pl.DataFrame) -> pl.DataFrame:
    """Whole hours that add up: a title's are those of its parts, a week's those of its titles.

    A part has what the rounded sum grows by; it is off by less than an hour. (Cumulative rounding.)
    """
    up_to = (pl.col("seconds").cum_sum().over(WEEK) + _HOUR // 2) // _HOUR
    up_to_before = (_sum_before(pl.col("seconds"), [WEEK]) + _HOUR // 2) // _HOUR
    others = pl.col("seconds") - pl.col("largest") - pl.col("second")
    return parts.sort(PART).select(
        *PART,
        watched_hours=(up_to - up_to_before).cast(pl.Float64),
        accounts=pl.col("accounts").cast(pl.Int64),
        profiles=pl.col("profiles").cast(pl.Int64),
        remainder_ratio=others / pl.col("largest"),
    )
