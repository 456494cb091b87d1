"""Takes one safeguard out at a time and sees whether a test notices. Run by `make mutation-check`.

Each change is made in a copy of the project; a change whose place is no longer there is an error, not a pass.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).resolve().parents[1]
COPIED = ("dags", "expectations", "infra", "jobs", "tests", "pyproject.toml")
# What pytest ends with when a test failed; any other code says that it did not come so far.
TESTS_FAILED = 1


@dataclass(frozen=True)
class Mutation:
    """A safeguard, the code that makes it, what stands there instead, and the tests that should notice."""

    safeguard: str
    file: str
    code: str
    instead: str
    tests: str


MUTATIONS = [
    Mutation(
        "the writers' lock",
        "jobs/storage/lake.py",
        "return table_lock(self.spark, self._locks, name, timeout_seconds)",
        "return nullcontext()",
        "tests/storage/test_lake.py",
    ),
    Mutation(
        "a home is closed whatever the umask",
        "jobs/run/closed_home.py",
        "    os.umask(_OTHERS)",
        "    pass",
        "tests/run/test_closed_home.py",
    ),
    Mutation(
        "a key that others can read is refused",
        "jobs/privacy/keys.py",
        "    if is_open(path):",
        "    if False:",
        "tests/cli/test_commands.py",
    ),
    Mutation(
        "settings that another user may write are refused",
        "jobs/settings_file.py",
        "    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):",
        "    if False:",
        "tests/cli/test_commands.py",
    ),
    Mutation(
        "no text in a CSV is a formula",
        "jobs/cli/export.py",
        """pc.replace_substring_regex(rows.column(at), _FORMULA, r"'\\1")""",
        "rows.column(at)",
        "tests/cli/test_export.py",
    ),
    Mutation(
        "the folder of a run that lives is not swept",
        "jobs/storage/work_folder.py",
        "            if _is_free(lock):",
        "            if True:",
        "tests/storage/test_work_folder.py",
    ),
    Mutation(
        "what Spark puts aside is encrypted",
        "jobs/storage/session.py",
        '.config("spark.io.encryption.enabled", "true")',
        "",
        "tests/storage/test_work_folder.py",
    ),
    Mutation(
        "who calls the pages by another name gets nothing",
        "infra/local_stack/page_server.py",
        '        if not _names_this_machine(self.headers.get_all("Host", [])):',
        "        if False:",
        "tests/infra/test_pages.py",
    ),
    Mutation(
        "what is kept of what could not be judged quotes nothing",
        "expectations/stored_results.py",
        "= why_not_judged(report)",
        '= report["exception_message"]',
        "tests/expectations/test_stored_results.py",
    ),
    Mutation(
        "a load is written once",
        "jobs/storage/lake.py",
        '.option("txnVersion", 1)',
        "",
        "tests/storage/test_lake.py",
    ),
    Mutation(
        "a load is written once as Arrow, too",
        "jobs/storage/arrow_writes.py",
        "if stored.transaction_version(transaction) is not None:",
        "if False:",
        "tests/storage/test_arrow_writes.py",
    ),
    Mutation(
        "a key that is twice in a line is noticed",
        "jobs/silver/line_decoder.py",
        "np.flatnonzero((most_keys != key_count) & ~is_odd)",
        "np.flatnonzero(is_odd & ~is_odd)",
        "tests/silver/test_line_decoder.py",
    ),
    Mutation(
        "a control character behind an escape is noticed",
        "jobs/silver/line_decoder.py",
        "(text == _BACKSLASH) | (text == _DELETE)",
        "text != text",
        "tests/silver/test_event_faults.py",
    ),
    Mutation(
        "the payload's hash is keyed",
        "jobs/silver/event_rows.py",
        "key=key.payload_secret",
        'key=b""',
        "tests/silver/test_event_rows.py",
    ),
    Mutation(
        "a kernel's error tells no value",
        "jobs/storage/kernels.py",
        'KernelFailedError(f"{told} It is a fault of ours, please report it. Nothing was written.") from None',
        "error",
        "tests/silver/test_decoded_lines.py",
    ),
    Mutation(
        "the gate sees the smallest and the largest value",
        "expectations/deciding_values.py",
        'values = pa.array([ends["min"], ends["max"]], column.type)',
        'values = pa.array([ends["min"]], column.type)',
        "tests/expectations/test_deciding_values.py",
    ),
    Mutation(
        "what is nobody's mistake stops no file",
        "jobs/silver/outcomes.py",
        '*("unknown_event_type", "too_late"),',
        "",
        "tests/silver/test_outcomes.py",
    ),
    Mutation(
        "of unknown fields no value is kept",
        "jobs/silver/extras.py",
        '_TYPES.get(type(value), "null")',
        "value",
        "tests/silver/test_extras.py",
    ),
    Mutation(
        "a free label that tells of a person is another one",
        "jobs/silver/free_labels.py",
        "OTHER_LABEL if tells_of_a_person(label) else label",
        "label",
        "tests/silver/test_free_labels.py",
    ),
    Mutation(
        "an id of the line in its free label is found",
        "jobs/silver/free_labels.py",
        "if is_named.any() else labels",
        "if False else labels",
        "tests/silver/test_free_labels.py",
    ),
    Mutation(
        "text is searched as it is seen",
        "jobs/privacy/contact_details.py",
        "if unicodedata.category(letter) not in _UNSEEN",
        "",
        "tests/privacy/test_contact_details.py",
    ),
    Mutation(
        "a heart rate in another event is withheld",
        "jobs/intake/withheld_reactions.py",
        "yield place, WITHHELD_MEASUREMENT\n",
        "pass\n",
        "tests/intake/test_withheld_reactions.py",
    ),
    Mutation(
        "a reaction within another event is withheld where reactions are taken",
        "jobs/intake/withheld_reactions.py",
        "if takes_reactions and _is_reaction(line.as_py()):",
        "if takes_reactions and is_written:",
        "tests/intake/test_withheld_reactions.py",
    ),
    Mutation(
        "no linkage key is made beside tables that are there",
        "jobs/run/workspace.py",
        "is_in_use=known is not None or has_silver(self.settings)",
        "is_in_use=known is not None",
        "tests/run/test_workspace.py",
    ),
    Mutation(
        "a region that crosses into OTHER tells of nobody",
        "jobs/published/subscriber_value_monthly.py",
        '.where((F.col("_differ") > 0) & (F.col("_differ") < SMALLEST_GROUP))',
        ".where(F.lit(False))",
        "tests/published/test_subscriber_value_monthly.py",
    ),
    Mutation(
        "a plan is told anew when ten more have left by each step",
        "jobs/published/retention_monthly.py",
        "of_plan.unionByName(of_step)",
        "of_plan",
        "tests/published/test_retention_monthly.py",
    ),
    Mutation(
        "who is left over in a title is its own viewers",
        "jobs/published/title_moments_weekly.py",
        '        .join(viewers, on=[*_TITLE, "profile_key"], how="left_semi")\n',
        "",
        "tests/published/test_title_moments_weekly.py",
    ),
    Mutation(
        "a consent that a second profile makes void ends what rested on it",
        "jobs/run/pipeline.py",
        "take_out_after(work, attempt, profiles_before)",
        "take_out_unconsented(work) if load.feed in DECIDE_WHAT_STAYS else None",
        "tests/run/test_void_consents.py",
    ),
    Mutation(
        "an upgrade applies withdrawals",
        "jobs/run/upgrade.py",
        "is_withdrawal_due = has_ledger(settings) and",
        "is_withdrawal_due = False and",
        "tests/run/test_withdrawn_rows.py",
    ),
    Mutation(
        "the look-up of known files",
        "jobs/intake/land.py",
        "known = desk.ledger.known(source.batch_id)",
        "known = None",
        "tests/intake/test_land.py",
    ),
    Mutation(
        "the anti-join with what silver has",
        "jobs/silver/events_in_driver.py",
        "stored = stored_events(lake, found.dates)",
        "stored = stored_events(lake, [])",
        "tests/pipeline/test_state_machine.py",
    ),
    Mutation(
        "the anti-join with what silver has, where Spark judges",
        "jobs/silver/events_in_spark.py",
        "stored = stored_events(lake, found.dates)",
        "stored = stored_events(lake, [])",
        "tests/silver/test_build_events.py",
    ),
    Mutation(
        "what an earlier attempt took in stands",
        "jobs/silver/events_in_driver.py",
        'stored=kept.join(here, on=_PLACE, how="semi")["number"]',
        'stored=kept.clear()["number"]',
        "tests/silver/test_build_events.py",
    ),
    Mutation(
        "the name of an append says what it takes in",
        "jobs/silver/outcomes.py",
        "sum(batch.accepted_hash for name, batch in self.batches.items() if name not in self.stopped)",
        "sum(batch.accepted_hash for name, batch in self.batches.items())",
        "tests/pipeline/test_stopped_runs.py",
    ),
    Mutation(
        "what was published long ago can be read",
        "jobs/storage/session.py",
        'enforceTimeTravelWithinDeletedFileRetentionDuration", "false")',
        'enforceTimeTravelWithinDeletedFileRetentionDuration", "true")',
        "tests/storage/test_lake.py",
    ),
    Mutation(
        "the key of the pseudonyms",
        "jobs/privacy/pseudonyms.py",
        "lambda identifier: key.pseudonym(domain, identifier)",
        'lambda identifier: PseudonymKey(0, b"").pseudonym(domain, identifier)',
        "tests/privacy/test_pseudonyms.py",
    ),
    Mutation(
        "ids of events and plays are links",
        "jobs/privacy/pseudonyms.py",
        "lambda identifier: key.link(domain, identifier)",
        "lambda identifier: identifier",
        "tests/silver/test_event_rows.py",
    ),
    Mutation(
        "a profile is one of its account",
        "jobs/privacy/pseudonyms.py",
        "pc.binary_join_element_wise(accounts, profiles, _SEPARATOR)",
        "profiles",
        "tests/silver/test_event_rows.py",
    ),
    Mutation(
        "the gate",
        "expectations/gate.py",
        "verdicts, faults = self._run(_VERDICT, table, rows, load_id, checked_at)",
        "return rows",
        "tests/expectations/test_gate.py",
    ),
    Mutation(
        "readers see published versions",
        "jobs/storage/lake.py",
        "None if is_newest else self.version(table)",
        "None",
        "tests/pipeline/test_publication.py",
    ),
    Mutation(
        "the report shows published versions",
        "jobs/report/published_frames.py",
        "stored = open_table(settings, table, version)",
        "stored = open_table(settings, table)",
        "tests/report/test_build_report.py",
    ),
    Mutation(
        "the report shows released weeks",
        "jobs/report/published_frames.py",
        "filters=filters or None",
        "filters=None",
        "tests/report/test_published_frames.py",
    ),
    Mutation(
        "text of data is escaped in the report",
        "jobs/report/page.py",
        "autoescape=True",
        "autoescape=False",
        "tests/report/test_offline_page.py",
    ),
    Mutation(
        "a name in a picture is no formula",
        "jobs/report/drawing.py",
        '"text.parse_math": False',
        '"text.parse_math": True',
        "tests/report/test_offline_page.py",
    ),
    Mutation(
        "what cannot be in XML is left out of names",
        "jobs/report/wording.py",
        'frozenset({"Cc", "Cs", "Zl", "Zp"})',
        'frozenset({"Cs", "Zl", "Zp"})',
        "tests/report/test_offline_page.py",
    ),
    Mutation(
        "released parts are of enough people",
        "jobs/published/partition.py",
        "return _is_of_enough() & (_excess() <= 0)",
        "return _excess() <= 0",
        "tests/published/test_partition.py",
    ),
    Mutation(
        "no account dominates a released part",
        "jobs/published/partition.py",
        "return _is_of_enough() & (_excess() <= 0)",
        "return _is_of_enough()",
        "tests/published/test_partition.py",
    ),
    Mutation(
        "a week waits for its late events",
        "jobs/published/build_published.py",
        "6 + RELEASED_AFTER_DAYS",
        "6",
        "tests/pipeline/test_publish.py",
    ),
    Mutation(
        "no difference between months is of few subscribers",
        "jobs/published/subscriber_value_monthly.py",
        '.join(rows.transform(_changed_by_few), on=list(_ROW), how="left_anti")',
        "",
        "tests/published/test_subscriber_value_monthly.py",
    ),
    Mutation(
        "a plan is told anew when ten more have left",
        "jobs/published/retention_monthly.py",
        "< SMALLEST_GROUP)",
        "< 0)",
        "tests/published/test_retention_monthly.py",
    ),
    Mutation(
        "a week is released once",
        "jobs/published/build_published.py",
        'periods.join(released, on="period_start_date", how="left_anti")',
        "periods",
        "tests/pipeline/test_publish.py",
    ),
    Mutation(
        "only who agreed to marketing is segmented",
        "jobs/audience/build_audience.py",
        '.join(agreed, on="profile_key", how="left_semi")',
        "",
        "tests/audience/test_build_audience.py",
    ),
    Mutation(
        "no segment is too small",
        "jobs/audience/stable_clusters.py",
        "sizes >= SMALLEST_GROUP",
        "sizes > 0",
        "tests/audience/test_stable_clusters.py",
    ),
    Mutation(
        "what is learnt does not reach into the test",
        "jobs/audience/churn_examples.py",
        "week + timedelta(days=HORIZON_DAYS) <= part[0]",
        "week < part[0]",
        "tests/audience/test_churn_examples.py",
    ),
    Mutation(
        "a forecast that may be no better than a baseline is not used",
        "jobs/audience/train_churn.py",
        "over_baseline.low > 0",
        "over_baseline.mean > 0",
        "tests/audience/test_train_churn.py",
    ),
    Mutation(
        "nobody is learnt from who did not agree",
        "jobs/recommender/learning/train.py",
        'interactions = known.join(agreed, on="profile_key", how="left_semi").persist()',
        "interactions = known.persist()",
        "tests/recommender/learning/test_train.py",
    ),
    Mutation(
        "a model knows nothing of its test",
        "jobs/recommender/learning/season.py",
        'earlier = interactions.where(F.col("session_date") < F.lit(since))',
        "earlier = interactions",
        "tests/recommender/learning/test_train.py",
    ),
    Mutation(
        "a champion is better beyond the interval",
        "jobs/recommender/learning/standing.py",
        "if gain is None or gain.low <= 0:",
        "if gain is None or gain.high <= 0:",
        "tests/recommender/learning/test_standing.py",
    ),
    Mutation(
        "a table that no new column mends is not upgraded",
        "jobs/storage/contract_differences.py",
        "if name not in found and name in (*table.key, *table.partitioned_by):",
        "if False:",
        "tests/storage/test_older_tables.py",
    ),
    Mutation(
        "readers see the columns of an upgrade",
        "jobs/run/completed_tables.py",
        "publish_anew(lake, [each.table for each in seen])",
        "pass",
        "tests/run/test_completed_tables.py",
    ),
    Mutation(
        "what was seen is not in a list",
        "jobs/recommender/models/block_lists.py",
        'scores[_matrix(block["seen_titles"], None, titles).nonzero()] = -np.inf',
        "pass",
        "tests/recommender/models/test_block_lists.py",
    ),
    Mutation(
        "what one is too young for is not in a list",
        "jobs/recommender/serving/offered.py",
        " & is_old_enough",
        "",
        "tests/recommender/serving/test_recommend.py",
    ),
    Mutation(
        "a withdrawal ends every consent of before",
        "jobs/privacy/consenting_profiles.py",
        '.where(F.col("_is_newer") & F.col("withdrawn_at").isNull())',
        '.where(F.col("withdrawn_at").isNull())',
        "tests/privacy/test_consenting_profiles.py",
    ),
    Mutation(
        "no later snapshot takes a withdrawal back",
        "jobs/silver/withdrawals.py",
        "sound.unionByName(known)",
        "sound",
        "tests/silver/test_withdrawals.py",
    ),
    Mutation(
        "no reason is sensitive",
        "jobs/recommender/serving/reasons.py",
        "tellable(F.col(labels))",
        "F.col(labels)",
        "tests/recommender/serving/test_reasons.py",
    ),
    Mutation(
        "what is not offered is not in a list",
        "jobs/recommender/serving/candidates.py",
        ".where(is_offered())",
        "",
        "tests/recommender/serving/test_recommend.py",
    ),
    Mutation(
        "nobody is told that they finished a trailer",
        "jobs/recommender/serving/reasons.py",
        'titles.where(F.col("kind") != "trailer").select(',
        "titles.select(",
        "tests/recommender/serving/test_reasons.py",
    ),
    Mutation(
        "the next episode comes after the last one seen",
        "jobs/recommender/serving/works.py",
        '["is_behind", "place"]',
        '["place"]',
        "tests/recommender/serving/test_works.py",
    ),
    Mutation(
        "a champion without files makes no lists",
        "jobs/recommender/learning/registry.py",
        "if found and not tracking.has_files(found):",
        "if False:",
        "tests/recommender/learning/test_train.py",
    ),
    Mutation(
        "a play by a search is not the outcome of a row",
        "jobs/gold/demand/shown_titles.py",
        " & is_from_row",
        "",
        "tests/gold/demand/test_recommendation_outcomes.py",
    ),
    Mutation(
        "a play far down counts for more",
        "jobs/gold/demand/shown_titles.py",
        'F.try_divide("_played", "_propensity")',
        'F.col("_played").cast("double")',
        "tests/gold/demand/test_recommendation_outcomes.py",
    ),
    Mutation(
        "what an id was heard of on other dates has no part in a play",
        "jobs/gold/sessions/event_order.py",
        "run=is_gap.cum_sum()",
        "run=pl.lit(0)",
        "tests/gold/sessions/test_event_order.py",
    ),
    Mutation(
        "each play of an id has a date of its own",
        "jobs/gold/sessions/event_order.py",
        "(is_long_after & is_later_date)",
        "is_long_after",
        "tests/gold/sessions/test_event_order.py",
    ),
    Mutation(
        "a play begins when its own clock says",
        "jobs/gold/sessions/event_order.py",
        'started_at_ms=pl.col("event_ms").first()',
        'started_at_ms=pl.col("at_ms").first()',
        "tests/gold/sessions/test_event_order.py",
    ),
    Mutation(
        "an id that never falls silent has a play a date",
        "jobs/gold/sessions/event_order.py",
        "is_endless = run_days > ",
        "is_endless = run_days >= ",
        "tests/gold/sessions/test_event_order.py",
    ),
    Mutation(
        "what was seen on a day counts on the days after it",
        "jobs/run/due.py",
        "after=read.days_before)",
        "after=0)",
        "tests/run/test_due.py",
    ),
    Mutation(
        "who goes on has not left",
        "jobs/run/gold.py",
        "candidates.append(Candidate(TITLE_MOMENTS, seen.lake.at_hand(rows), sorted(dates), keys))",
        "pass",
        "tests/pipeline/test_two_evenings.py",
    ),
    Mutation(
        "a model holds no pair that fewer than ten accounts liked",
        "jobs/recommender/models/ease.py",
        "weights[~learnt.is_supported] = 0.0",
        "pass",
        "tests/recommender/models/test_ease.py",
    ),
    Mutation(
        "ten profiles of one account are not ten people to a model",
        "jobs/recommender/learning/learnable.py",
        '["account_key", "title_id"]',
        '["profile_key", "title_id"]',
        "tests/recommender/learning/test_learnable.py",
    ),
    Mutation(
        "overlapping periods of one plan are paid for once",
        "jobs/value/revenue.py",
        'F.greatest("started_at", "_paid_before", first)',
        'F.greatest("started_at", first)',
        "tests/value/test_revenue.py",
    ),
    Mutation(
        "who paid otherwise than the feed says stops the month",
        "jobs/value/feed_revenue.py",
        "F.count_if(~is_as_fed)",
        "F.count_if(F.lit(False))",
        "tests/value/test_feed_revenue.py",
    ),
    Mutation(
        "who renewed is not asked to renew again",
        "jobs/value/life_table.py",
        "F.when(is_at_end, whole - 1)",
        "F.when(is_at_end, whole)",
        "tests/value/test_life_table.py",
    ),
]


def main() -> int:
    """Prints a line a safeguard: which test noticed that it was gone. 1 where none did."""
    unnoticed = []
    for mutation in MUTATIONS:
        print(f"without {mutation.safeguard} …", flush=True)
        failed = failed_tests(mutation)
        print("\n".join(f"  noticed by {test}" for test in failed) or "  NOTICED BY NONE", flush=True)
        if not failed:
            unnoticed.append(mutation.safeguard)
    print(f"{len(MUTATIONS) - len(unnoticed)} of {len(MUTATIONS)} were noticed.")
    return 1 if unnoticed else 0


def failed_tests(mutation: Mutation) -> list[str]:
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        copy.mkdir()
        for name in COPIED:
            source = PROJECT / name
            shutil.copytree(source, copy / name) if source.is_dir() else shutil.copy(source, copy / name)
        mutate(copy / mutation.file, mutation)
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-rf", "-p", "no:cacheprovider", mutation.tests],
            cwd=copy,
            capture_output=True,
            text=True,
        )
    if run.returncode not in (0, TESTS_FAILED):
        raise SystemExit(f"pytest ended with {run.returncode}:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    return [line.split()[1] for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]


def mutate(path: Path, mutation: Mutation) -> None:
    code = path.read_text()
    if code.count(mutation.code) != 1:
        raise SystemExit(f"{mutation.file} does not have {mutation.code!r} just once: see to tests/mutations.py.")
    path.write_text(code.replace(mutation.code, mutation.instead))


if __name__ == "__main__":
    sys.exit(main())
