"""What came of the titles that registered versions chose, beside their held-out quality."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from rich.markup import escape

from jobs.config import Settings
from jobs.contracts.gold import RECOMMENDATION_VERSION_OUTCOMES
from jobs.storage.stored_tables import open_published, rows_of
from jobs.wording import shown_text


def outcomes_of_versions(settings: Settings, versions: Sequence[str]) -> dict[str, list[str]]:
    """Of each row of the page the rate at which a version's titles were played, in its last week there.

    The versions are in each list in the order in which they were asked for; no row that none of them filled.
    """
    stored = open_published(settings, RECOMMENDATION_VERSION_OUTCOMES)
    if stored is None:
        return {}
    outcomes = rows_of(stored, RECOMMENDATION_VERSION_OUTCOMES).filter(pl.col("model_version").is_in(list(versions)))
    newest = outcomes.sort("week_start_date").group_by("shown_row", "model_version", maintain_order=True).last()
    told = {(row["shown_row"], row["model_version"]): _told(row) for row in newest.collect().iter_rows(named=True)}
    return {
        f"played of shown, {escape(shown_text(shown_row))}": [
            told.get((shown_row, version), "") for version in versions
        ]
        for shown_row in sorted({shown_row for shown_row, _ in told})
    }


def _told(outcome: Mapping[str, Any]) -> str:
    low, high = outcome["play_rate_low"], outcome["play_rate_high"]
    interval = "" if low is None else f" ({low:.4f} to {high:.4f})"
    return f"{outcome['play_rate']:.4f}{interval}, week of {outcome['week_start_date']}"
