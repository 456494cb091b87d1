"""The demo: a whole lake from nothing, and what came of it on one page."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from rich.markup import escape
from rich.table import Table as RichTable

from jobs.cli.model_tables import comparison_table
from jobs.cli.terminal import console, show_table
from jobs.contracts.gold import RECOMMENDATIONS, TITLE_ENGAGEMENT_DAILY, VIEWING_SESSIONS
from jobs.contracts.silver import TITLES
from jobs.errors import WrongUsageError
from jobs.gold.sessions.viewing_sessions import is_play
from jobs.recommender.learning.train import train
from jobs.report.build_report import build_report
from jobs.run import pipeline
from jobs.run.workspace import Workspace
from jobs.simulator import simulate
from jobs.storage.lake import PublishedLake
from jobs.value.worth import worth
from jobs.wording import counted, shown_text

logger = logging.getLogger(__name__)

SEED = 7
# A few broken, late and repeated lines, so that quarantine and audit have something to show.
FAULTS = 0.02
# A Sunday, and the end of a month: what is released by week and by month has its periods.
LAST_DAY = date(2026, 5, 31)
# One of the invented viewers, who have no other names; most of the first ones have watched something.
_SOMEBODY = f"profile-{SEED}-{{viewers}}-{{number:05}}-1"
_FIRST_VIEWERS = 50


def run_demo(work: Workspace, days: int, viewers: int) -> None:
    """Fills the home with a simulated lake and prints what it holds. A second run finds everything known."""
    inbox = work.settings.inbox
    with _step(f"simulate {days} days of {viewers} viewers"):
        report = simulate(days, viewers, SEED, inbox, FAULTS, LAST_DAY - timedelta(days=days - 1))
    logger.info("%s in %s", counted(report.lines, "line"), counted(len(report.event_files), "event file"))
    with _step("land: check, number and keep every line"):
        pipeline.run_intake(work)
    with _step("start Spark"):
        work.lake.spark.range(1).count()
    with _step("bronze: what arrived"):
        pipeline.run_bronze(work)
    with _step("silver: what is true"):
        pipeline.run_silver(work)
    with _step("gold: what it is good for"):
        pipeline.run_gold(work)
        pipeline.run_insights(work)
    with _step("train: recommenders against each other, into MLflow"):
        training = train(work.lake, work.settings, work.now().date())
    with _step("recommend: a list for every viewer"):
        pipeline.run_recommend(work)
    with _step("audience: segments, who may leave, what subscribers are worth"):
        logger.info("%s", pipeline.run_audience(work))
        pipeline.run_value(work)
    with _step("publish: what may leave, ten people behind every row"):
        pipeline.run_publish(work)
    with _step("report: pictures of it, on one page"):
        report_page = build_report(work.settings)
    show_table(_lines(work))
    published = work.lake.published()
    titles = work.lake.read(TITLES)
    show_table(_engagement(published, titles))
    show_table(comparison_table("Held-out quality, split by time", training.results, training.gains))
    show_table(_recommendations(published, titles))
    show_table(_where_to_look(work, report_page, viewers))


@contextmanager
def _step(name: str) -> Iterator[None]:
    started = time.monotonic()
    with console.status(name):
        if not console.is_terminal:
            console.print(f"{name} …")
        yield
    console.print(f"[green]✓[/] {name} ({time.monotonic() - started:.0f} s)")


def _lines(work: Workspace) -> RichTable:
    batches = list(work.ledger.all_batches())
    table = RichTable("files", "lines in", "accepted", "quarantined", "duplicates", title="Where the lines went")
    counts = ("line_count", "accepted_count", "quarantined_count", "duplicate_count")
    totals = [sum(getattr(batch, name) or 0 for batch in batches) for name in counts]
    table.add_row(f"{len(batches):,}", *(f"{total:,}" for total in totals))
    return table


def _engagement(published: PublishedLake, titles: DataFrame) -> RichTable:
    hours = (F.sum("watched_seconds") / 3600).alias("hours")
    total = published.read(VIEWING_SESSIONS).where(is_play()).agg(F.count("*").alias("plays"), hours).head()
    assert total is not None, "an aggregate without groups has one row"
    table = RichTable(
        "title",
        "hours",
        "views (hours / runtime)",
        title=f"{total.plays:,} plays, {total.hours or 0:,.0f} hours; the top five titles",
    )
    for row in _top_titles(published.read(TITLE_ENGAGEMENT_DAILY), titles).collect():
        table.add_row(escape(shown_text(row["name"])), f"{row.hours:,.1f}", f"{row.views:,.1f}")
    return table


def _top_titles(engagement: DataFrame, titles: DataFrame) -> DataFrame:
    return (
        engagement.groupBy("title_id")
        .agg(F.sum("watched_hours").alias("hours"), F.sum("views").alias("views"))
        .orderBy(F.col("hours").desc(), "title_id")
        .limit(5)
        .join(titles, on="title_id", how="inner")
        .orderBy(F.col("hours").desc(), "title_id")
    )


def _recommendations(published: PublishedLake, titles: DataFrame) -> RichTable:
    table = RichTable("rank", "title", "reason", title="Three recommendations for one viewer")
    lists = published.read(RECOMMENDATIONS)
    one_viewer = lists.select(F.min("profile_key").alias("profile_key"))
    chosen = (
        lists.join(F.broadcast(one_viewer), on="profile_key", how="left_semi")
        .join(titles, on="title_id", how="inner")
        .where(F.col("rank") <= 3)
        .orderBy("rank")
    )
    for row in chosen.collect():
        table.add_row(str(row["rank"]), escape(shown_text(row["name"])), escape(shown_text(row.reason)))
    return table


def _worth_of_somebody(work: Workspace, viewers: int) -> dict[str, str]:
    for number in range(1, _FIRST_VIEWERS):
        profile = _SOMEBODY.format(viewers=viewers, number=number)
        with suppress(WrongUsageError):
            worth(work.settings, work.key, profile)
            return {".venv/bin/playhead worth": f"what one of them is worth, in words; say {profile}, for one"}
    return {}


def _where_to_look(work: Workspace, report_page: Path, viewers: int) -> RichTable:
    table = RichTable(box=None, show_header=False, title="Where to look next", title_justify="left")
    for place, what in {
        escape(str(report_page)): "the report: open it in a browser",
        escape(f"{work.settings.home}/quality/data_docs/index.html"): "what the gate found",
        "make up": "the report, Airflow, MLflow and the Data Docs, on this lake",
        ".venv/bin/playhead audit": "every file and where its lines went",
        ".venv/bin/playhead quarantine": "what was refused and why: most are reactions, which are off",
        ".venv/bin/playhead show gold.viewing_sessions": "what was watched",
        **_worth_of_somebody(work, viewers),
    }.items():
        table.add_row(place, what)
    return table
