"""`playhead`: one subcommand per job. Messages go to standard error; exit codes are 0, 1, 2 and 3 as in --help."""

import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from pydantic import ValidationError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from jobs.cli.messages import messages_shown, wanted_format
from jobs.cli.terminal import console, emit, show_table, show_text
from jobs.config import PSEUDONYM_KEY, Settings, wrong_setting
from jobs.errors import PlayheadError, WrongUsageError
from jobs.ledger.ledger import REPLAY
from jobs.wording import counted

if TYPE_CHECKING:
    import pyarrow as pa

    from jobs.ledger.ledger import Batch
    from jobs.run.workspace import Workspace

logger = logging.getLogger(__name__)

app = typer.Typer(
    help="Playhead: raw playback events to engagement figures and recommendations.\n\n"
    "Exit codes: 0 done; 1 a fault of ours or the machine's; 2 wrong usage; 3 a quality gate stopped it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
imports = typer.Typer(help="Real data into the inbox, as raw events and reference data.", no_args_is_help=True)
app.add_typer(imports, name="import")
keys = typer.Typer(help="The secret keys that make pseudonyms, one an epoch.", no_args_is_help=True)
app.add_typer(keys, name="keys")
evaluations = typer.Typer(help="How good recommenders are, on data that they have not seen.", no_args_is_help=True)
app.add_typer(evaluations, name="evaluate")
models = typer.Typer(help="The recommender's versions in MLflow.", no_args_is_help=True)
app.add_typer(models, name="model")
quarantined = typer.Typer(invoke_without_command=True)
app.add_typer(quarantined, name="quarantine")

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
BatchOption = Annotated[
    str | None, typer.Option("--batch", help="Only this file: its name, or its SHA-256 or the start of it.")
]
Day = datetime | None


def main() -> None:
    """Runs the command line and shows what is logged; known faults end with one message and their exit code."""
    with messages_shown(wanted_format()):
        _run_app()


def _run_app() -> None:
    try:
        app()
    except PlayheadError as error:
        logger.error("%s: %s", type(error).__name__, error)
        sys.exit(error.exit_code)
    except ValidationError as error:
        logger.error("%s", wrong_setting(error))
        sys.exit(WrongUsageError.exit_code)
    except Exception as error:
        # Imported only where something failed: a command without Spark starts faster.
        from jobs.cli.spark_failure import SPARK_FAILURES, explain_machine_failure, explain_spark_failure

        told = explain_spark_failure(error) if isinstance(error, SPARK_FAILURES) else explain_machine_failure(error)
        if told is None:
            raise
        logger.error("%s", told)
        sys.exit(PlayheadError.exit_code)


def workspace() -> "Workspace":
    from jobs.run.workspace import Workspace

    return Workspace(Settings())


@app.command()
def demo(
    days: Annotated[int, typer.Option(min=2, max=90, help="Days to simulate.")] = 14,
    viewers: Annotated[int, typer.Option(min=10, help="People watching.")] = 300,
) -> None:
    """A whole lake from nothing, with models and lists, and a report of what may leave."""
    from jobs.cli.demo import run_demo

    run_demo(workspace(), days, viewers)


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder for the files; an inbox has this shape.")],
    days: Annotated[int, typer.Option(min=1, help="Days of traffic.")] = 1,
    viewers: Annotated[int, typer.Option(min=1, help="People watching.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same bytes, for the same lists.")] = 7,
    faults: Annotated[float, typer.Option(min=0.0, max=0.5, help="Share of events with an injected fault.")] = 0.0,
    start_date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; else 1 June 2026.")
    ] = None,
    recommended: Annotated[
        bool,
        typer.Option(help="Show viewers the lists of this lake; they play some of what they see. After its last day."),
    ] = False,
) -> None:
    """Event files and reference data of people who do not exist, with faults on request."""
    from jobs.simulator import DEFAULT_START_DATE, profile_ids
    from jobs.simulator import simulate as simulate_traffic

    first_day = start_date.date() if start_date else DEFAULT_START_DATE
    lists = lists_for(profile_ids(seed, viewers), first_day) if recommended else None
    columns = (TextColumn("simulating"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("days", total=days)
        report = simulate_traffic(
            days,
            viewers,
            seed,
            out,
            faults,
            first_day,
            on_day=lambda _: progress.advance(task),
            lists=lists,
        )
    files, lines = counted(len(report.event_files), "event file"), counted(report.lines, "line")
    logger.info("Wrote %s with %s to %s.", files, lines, out)


@imports.command("netflix-export")
def import_netflix_export(
    directory: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The unpacked export.")],
    account: Annotated[str | None, typer.Option(help="A name for the household, when you have several.")] = None,
) -> None:
    """The export that Netflix gives to any subscriber, into the inbox. Nothing leaves this machine."""
    from jobs.importers.netflix_export import import_netflix_export as into_inbox

    for line in into_inbox(directory, Settings().inbox, account).lines():
        logger.info("%s", line)


@imports.command("movielens")
def import_movielens(
    directory: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder with ratings.csv.")],
) -> None:
    """MovieLens ratings and titles, into the inbox."""
    from jobs.importers.movielens import import_movielens as into_inbox

    for line in into_inbox(directory, Settings().inbox).lines():
        logger.info("%s", line)


@app.command()
def land(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; default: the inbox.")] = None,
    feed: Annotated[str | None, typer.Option(help="What the files are, where their folder does not say it.")] = None,
    as_json: Json = False,
) -> None:
    """Intake: checks files, splits them into numbered lines, enters them in the ledger."""
    from jobs.run.pipeline import run_intake

    report = run_intake(workspace(), paths or [], feed)
    if as_json:
        emit([asdict(file) for file in report.files])


@app.command()
def bronze(batch: BatchOption = None) -> None:
    """What was landed, into bronze, line for line."""
    from jobs.run.pipeline import run_bronze

    work = workspace()
    logger.info("%s", run_bronze(work, reopened(work, batch, "bronze")))


@app.command()
def silver(batch: BatchOption = None) -> None:
    """Bronze into silver: typed, judged, pseudonymised, deduplicated; refused lines into quarantine."""
    from jobs.run.pipeline import run_silver

    work = workspace()
    logger.info("%s", run_silver(work, reopened(work, batch, "silver")))


@app.command()
def gold(
    batch: BatchOption = None,
    from_date: Annotated[Day, typer.Option("--from", formats=["%Y-%m-%d"], help="First date to compute anew.")] = None,
    to_date: Annotated[Day, typer.Option("--to", formats=["%Y-%m-%d"], help="Last date to compute anew.")] = None,
) -> None:
    """Engagement, features and insights of the dates that new silver rows touch, or of the dates given."""
    from jobs.run.pipeline import rebuild_gold, run_gold, run_insights

    work = workspace()
    if from_date is None and to_date is None:
        logger.info("%s", run_gold(work, reopened(work, batch, "published")))
        logger.info("%s", run_insights(work))
        return
    if batch:
        raise WrongUsageError("Give either --batch, or --from and --to.")
    dates = days_between(from_date, to_date)
    rebuild_gold(work, dates)
    logger.info("gold: %s computed anew.", counted(len(dates), "date"))
    logger.info("%s", run_insights(work))


@app.command()
def run() -> None:
    """A whole cycle in one session: land → bronze → silver → gold and its insights."""
    from jobs.run.pipeline import run_cycle, run_insights

    work = workspace()
    reports = run_cycle(work)
    insights = run_insights(work)
    logger.info("%s", insights)
    if all(report.did_nothing for report in (*reports, insights)):
        logger.info(
            "Nothing new: no file was written. Put event files into the inbox, or `playhead simulate --out` there."
        )


@app.command()
def train() -> None:
    """Searches among recommenders, tests and registers the best in MLflow; champion if it beats the last one."""
    from jobs.recommender.learning.recipe import EXPERIMENT
    from jobs.recommender.learning.train import train as train_model
    from jobs.storage import tracking

    work = workspace()
    # Where MLflow does not answer, nobody waits for Spark to start.
    tracking.connect(work.settings, EXPERIMENT)
    logger.info("%s", train_model(work.lake, work.settings, work.now().date()))


@evaluations.command("ratings")
def evaluate_ratings(
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file of user, item, rating, timestamp.")],
    item_column: Annotated[str | None, typer.Option(help="The item's column, if not item or movieId.")] = None,
    protocol: Annotated[
        Literal["stratified", "time", "users"],
        typer.Option(help="Learn from 75 % of each user's ratings, of all by time, or of the users."),
    ] = "stratified",
    as_json: Json = False,
) -> None:
    """All models on a file of ratings, side by side, each figure with its interval. Touches no lake."""
    from jobs.cli.model_tables import comparison_table
    from jobs.recommender.evaluation.comparison import comparison_rows
    from jobs.recommender.evaluation.evaluate_ratings import evaluate_ratings as evaluate
    from jobs.storage.session import build_session

    found = evaluate(build_session(Settings()), path, item_column, protocol)
    if as_json:
        emit({"models": comparison_rows(found.results, found.gains), "explicit_als": asdict(found.explicit)})
        return
    show_table(comparison_table(found.title, found.results, found.gains))
    ratings = counted(found.explicit.ratings, "rating")
    logger.info("Explicit ALS is off by %.3f (RMSE) on %s.", found.explicit.rmse, ratings)


@models.command("promote")
def promote_model(version: Annotated[str, typer.Argument(help="A version's number, or an alias: challenger.")]) -> None:
    """Makes a version the champion; only one that training found better than the champion."""
    from jobs.recommender.learning.registry import promote

    logger.info("%s", promote(Settings(), version))


@models.command("rollback")
def roll_back_model() -> None:
    """Makes the champion before the champion again. The next `playhead recommend` makes all lists with it."""
    from jobs.recommender.learning.registry import roll_back

    logger.info("%s", roll_back(Settings()))


@models.command("compare")
def compare_models(
    versions: Annotated[
        list[str] | None, typer.Argument(help="Numbers or aliases; default: champion, challenger.")
    ] = None,
) -> None:
    """What versions were made of and what they reached on their tests, side by side."""
    from jobs.cli.model_tables import versions_table
    from jobs.recommender.learning.registry import compared

    asked = versions or ["champion", "challenger"]
    show_table(versions_table(asked, compared(Settings(), asked)))


@app.command()
def recommend() -> None:
    """Lists of viewers with new activity into gold.recommendations; of all, after another model became champion."""
    from jobs.run.pipeline import run_recommend

    logger.info("%s", run_recommend(workspace()))


@app.command()
def publish() -> None:
    """What may leave: aggregates of the weeks that are over, at least ten people behind every row."""
    from jobs.run.pipeline import run_publish

    logger.info("%s", run_publish(workspace()))


@app.command()
def export(
    name: Annotated[str, typer.Argument(help="A released table, as title_viewing_weekly.")],
    format_: Annotated[Literal["csv", "parquet"], typer.Option("--format", help="How the file is written.")] = "csv",
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="Default: the table's name, here.")] = None,
) -> None:
    """A released table as a file. Nothing else can leave this way."""
    from jobs.cli.export import export as export_table

    path, rows = export_table(Settings(), name, format_, out)
    logger.info("export: %s in %s.", counted(rows, "row"), path)


@app.command()
def worth(
    profile: Annotated[str, typer.Argument(help="The profile's id as the source has it, or its pseudonym.")],
) -> None:
    """What the subscriber behind a profile is worth, part by part, as estimated for the latest month."""
    from jobs.value.worth import worth as worth_of

    work = workspace()
    show_text(worth_of(work.settings, work.key, profile))


@app.command()
def audience() -> None:
    """Segments of who agreed to marketing, who may be about to leave, and what subscribers are worth."""
    from jobs.run.pipeline import run_audience, run_value

    work = workspace()
    logger.info("%s", run_audience(work))
    logger.info("%s", run_value(work))


@app.command()
def audit(
    file: Annotated[str | None, typer.Argument(help="A file's name, or its SHA-256 or the start of it.")] = None,
    as_json: Json = False,
) -> None:
    """Where did my rows go: lines in = accepted + quarantined + duplicates, file by file, held against the tables."""
    from jobs.cli.audit_tables import audit_remarks, audit_table
    from jobs.run.audit import audit_batches

    logger.info("audit: counting what landing, bronze and silver hold of each file …")
    findings = audit_batches(workspace(), file)
    if as_json:
        emit([asdict(finding) for finding in findings])
    else:
        show_table(audit_table(findings))
        for remark in audit_remarks(findings):
            logger.info("%s", remark)
    broken = [finding for finding in findings if finding.problem]
    if broken:
        raise PlayheadError("; ".join(f"{finding.source_name}: {finding.problem}" for finding in broken))


@quarantined.callback()
def quarantine(context: typer.Context, as_json: Json = False) -> None:
    """What is refused and why, by file and reason; `replay` tries it again."""
    if context.invoked_subcommand:
        return
    from jobs.cli.audit_tables import quarantine_table, quarantine_total
    from jobs.run.audit import MOST_GROUPS, quarantine_reasons, quarantine_summary

    logger.info("quarantine: counting refused lines …")
    work = workspace()
    groups = quarantine_summary(work)
    if as_json:
        emit([asdict(group) for group in groups])
    else:
        show_table(quarantine_table(groups))
        logger.info("%s", quarantine_total(quarantine_reasons(work)))
    if len(groups) == MOST_GROUPS:
        logger.info(
            "Only the %s most frequent are shown. `playhead show silver.quarantine` has the lines.", f"{MOST_GROUPS:,}"
        )


@quarantined.command("replay")
def replay_quarantine(batch: BatchOption = None) -> None:
    """Tries refused lines again, after a fix: what is sound now goes into silver, once, and waits for gold."""
    from jobs.run.pipeline import run_replay

    work = workspace()
    logger.info("%s", run_replay(work, known_file(work, batch).batch_id if batch else None))


@keys.command("init")
def init_keys() -> None:
    """Makes the first key, before the first silver run would."""
    from jobs.privacy.keys import first_key

    work = workspace()
    refuse_given_key(work)
    if any(work.settings.keys.glob("*.key")):
        raise WrongUsageError(f"{work.settings.keys} has a key. `playhead keys rotate` begins the next epoch.")
    key = first_key(work.settings.keys, work.ledger.known_keys())
    work.ledger.record_key(key.epoch, key.check_value, work.now())
    logger.info("The key of epoch 1 is in %s. Back it up, and show it to nobody.", work.settings.keys)


@keys.command("rotate")
def rotate_keys() -> None:
    """Begins the next epoch: new rows get new pseudonyms, which are not linked with the old ones."""
    from jobs.privacy.keys import next_key

    work = workspace()
    refuse_given_key(work)
    if not any(work.settings.keys.glob("*.key")) and not work.ledger.known_keys():
        raise WrongUsageError("There is no key yet. `playhead keys init` makes the first one.")
    current = work.key
    if work.ledger.has_begun("silver") or work.ledger.has_begun(REPLAY):
        raise WrongUsageError(
            "A load of silver was begun and not finished. Let it end, or `playhead silver` or "
            "`playhead quarantine replay` finish it first."
        )
    key = next_key(work.settings.keys, current)
    work.ledger.record_key(key.epoch, key.check_value, work.now())
    logger.info(
        "Epoch %d begins. New rows have new pseudonyms, which are not linked with the stored ones. "
        "Land consents and subscriptions again, in new files: what is stored of them is under epoch %d. "
        "Back the new key up, and keep the old one as long as its rows.",
        key.epoch,
        current.epoch,
    )


@app.command()
def tables(
    table: Annotated[str | None, typer.Argument(help="layer.table; default: all.")] = None,
) -> None:
    """The catalogue, from the contracts."""
    from jobs.cli.catalogue import catalogue, table_page

    show_table(table_page(table) if table else catalogue())


@app.command()
def show(
    table: Annotated[str, typer.Argument(help="layer.table")],
    rows: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 10,
) -> None:
    """A few rows of a table."""
    from jobs.cli.catalogue import first_rows

    show_table(first_rows(Settings(), table, rows))


@app.command()
def report(
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="Default: report/playhead.html in the home.")] = None,
) -> None:
    """One page of what is published, as a file that any browser opens without a network."""
    from jobs.report.build_report import build_report

    logger.info("The report is in %s. Open it in a browser.", build_report(Settings(), out))


@app.command()
def doctor(as_json: Json = False) -> None:
    """Is this machine fit to run: Java, jars, versions, disk, memory, ports; says what to do."""
    from jobs.cli.doctor import check_machine, report_table

    checks = check_machine(Settings())
    emit([asdict(check) for check in checks]) if as_json else show_table(report_table(checks))
    if any(not check.is_fine for check in checks):
        raise PlayheadError("This machine is not ready; the table says what to do.")


def lists_for(profile_ids: Sequence[str], first_day: date) -> "pa.Table":
    from jobs.recommender.serving.served_lists import served_lists

    work = workspace()
    return served_lists(work.settings, work.key, profile_ids, first_day, work.now().date())


def reopened(work: "Workspace", batch: str | None, stage: str) -> str | None:
    """The one file that `--batch` means, allowed to try the stage again where it was stopped."""
    if batch is None:
        return None
    found = known_file(work, batch)
    if found.blocked_at and found.blocked_stage != stage:
        raise WrongUsageError(
            f"{found.source_name} was stopped in {found.blocked_stage}, not here: {found.blocked_reason}"
        )
    work.ledger.unblock(found.batch_id)
    return found.batch_id


def known_file(work: "Workspace", name: str) -> "Batch":
    """The one file of that name or SHA-256. Raises `WrongUsageError`."""
    found = work.ledger.find(name)
    if len(found) != 1:
        raise WrongUsageError(f"{len(found)} files are known by {name!r}. `playhead audit` lists them all.")
    return found[0]


def refuse_given_key(work: "Workspace") -> None:
    if work.settings.pseudonym_key:
        raise WrongUsageError(f"{PSEUDONYM_KEY} is set: that is the key. Unset it to have Playhead make one.")


def days_between(first: datetime | None, last: datetime | None) -> list[date]:
    if first is None or last is None or first > last:
        raise WrongUsageError("Give both --from and --to, the earlier date first.")
    return [first.date() + timedelta(days=shift) for shift in range((last - first).days + 1)]
