"""A subscriber whose identifying fields are random tokens goes through everything; then the tokens are looked for."""

import json
import secrets
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.contracts.silver import PLAYBACK_EVENTS, SEARCH_EVENTS
from jobs.recommender.learning.train import train
from jobs.run.audit import audit_batches
from jobs.run.closed_home import open_to_others
from jobs.run.pipeline import run_cycle, run_insights, run_recommend
from jobs.run.refused_lines import refused_lines
from jobs.run.workspace import Workspace
from jobs.simulator import simulate
from tests.event_log import event_log
from tests.factories import make_event, make_rows, make_workspace
from tests.messages import logged_messages
from tests.recommender.first_choices import first_choices
from tests.token_scanner import Finding, TokenScanner

# Where raw lines may lie, and the key; the inbox is empty by then.
MAY_HOLD_TOKENS = ("landing/", "lake/bronze/", "keys/")
EVENT_LOG, PRINTED = "event-log", "printed.log"


def digits(count: int) -> str:
    return "".join(secrets.choice("123456789") for _ in range(count))


TOKENS = {
    "account": f"account-{secrets.token_hex(8)}",
    "profile": f"profile-{secrets.token_hex(8)}",
    "device": f"device-{secrets.token_hex(8)}",
    "event": f"event-{secrets.token_hex(8)}",
    "session": f"session-{secrets.token_hex(8)}",
    "viewing": f"viewing-{secrets.token_hex(8)}",
    "IPv6 address": "2001:db8:77:" + ":".join(f"{secrets.randbelow(0x8000) + 0x8000:x}" for _ in range(5)),
    "city": f"City{secrets.token_hex(8)}",
    "latitude": f"41.{digits(13)}",
    "longitude": f"2.{digits(13)}",
    "e-mail": f"{secrets.token_hex(8)}@example.com",
    "phone": f"+49{digits(11)}",
    "card": digits(16),
}


def canary_event(**fields: Any) -> dict[str, Any]:
    return make_event(
        account_id=TOKENS["account"],
        profile_id=TOKENS["profile"],
        device={"device_id": TOKENS["device"], "device_type": "tv"},
        network={"ip": TOKENS["IPv6 address"]},
        geo={
            "country": "ES",
            "region": "ES-CT",
            "city": TOKENS["city"],
            "latitude": float(TOKENS["latitude"]),
            "longitude": float(TOKENS["longitude"]),
        },
        **fields,
    )


def canary_lines(title_id: str) -> list[bytes]:
    """Plays, a search, a rating; and lines that are refused for each kind of reason."""
    query = f"who is {TOKENS['e-mail']} or {TOKENS['phone']} or {TOKENS['card']} westerns"
    sound = [
        canary_event(
            event_type="stopped" if minute == 59 else "playing",
            event_time=f"2026-06-01T12:{minute:02d}:00.000Z",
            received_time=None,
            event_id=f"{TOKENS['event']}-{minute}",
            session_id=TOKENS["session"],
            title_id=title_id,
            position_ms=minute * 60_000,
        )
        for minute in range(60)
    ]
    # So many that the refused lines do not stop the file.
    sound += [canary_event(event_type="title_shown", title_id=title_id) for _ in range(100)]
    sound += [
        canary_event(event_type="searched", details={"query": query, "result_count": 0}),
        canary_event(event_type="rated", title_id=title_id, details={"rating": "thumbs_up"}),
        # What a player writes in words of its own, and in fields of its own.
        canary_event(event_type="failed", title_id=title_id, details={"error_code": f"of {TOKENS['account']}"}),
        canary_event(event_type="title_shown", title_id=title_id, details={"row": f"for {TOKENS['e-mail']}"}),
        canary_event(event_type="title_shown", title_id=title_id, details={"mood": TOKENS["city"]}, of=TOKENS["phone"]),
    ]
    refused = [
        canary_event(position_ms="not a number"),
        canary_event(title_id=None),
        canary_event(event_time="1970-01-01T00:00:00.000Z", received_time=None),
        canary_event(event_type="reaction_sampled", details={"valence": 0.5, "arousal": 0.5}),
    ]
    lines = [json.dumps(event).encode() for event in (*sound, *refused)]
    return [*lines, lines[0][:-20], lines[0][:-1] + b',"event_id":"again-and-again"}']


def put(work: Workspace, feed: str, name: str, lines: list[bytes]) -> None:
    folder = work.settings.inbox / feed
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"\n".join(lines) + b"\n")


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Workspace:
    """The canary among simulated viewers, through every stage, training and lists included."""
    work = make_workspace(spark, tmp_path_factory.mktemp("canary") / "home")
    traffic = simulate(3, 30, seed=3, out=work.settings.inbox, start_date=date(2026, 6, 1))
    titles = traffic.reference_files[0].read_bytes().splitlines()
    put(work, "events", "canary.ndjson", canary_lines(json.loads(titles[0])["title_id"]))
    put(work, "events", f"sent to {TOKENS['e-mail']}.ndjson", [json.dumps(canary_event()).encode()])
    subscription = {"account_id": TOKENS["account"], "plan": "basic", "price": "9.99", "currency": "EUR"}
    dated = subscription | {"country": "ES", "started_at": "2026-01-01T00:00:00.000Z"}
    put(work, "subscriptions", "canary.ndjson", [json.dumps(dated).encode()])
    viewing: dict[str, Any] = {
        name: TOKENS[name.removesuffix("_id")] for name in ("viewing_id", "session_id", "account_id", "profile_id")
    }
    viewing |= {"title_id": "seen elsewhere", "started_at": "2026-06-01T12:00:00.000Z", "reported_seconds": 60}
    put(work, "reported_viewings", "canary.ndjson", [json.dumps(viewing | {"source": "export"}).encode()])
    consent = {"profile_id": TOKENS["profile"], "purpose": "research", "granted_at": "2026-01-01T00:00:00.000Z"}
    put(work, "consents", "canary.ndjson", [json.dumps(consent).encode()])
    put(work, "consents", "refused.ndjson", [json.dumps(consent | {"purpose": "gossip"}).encode()])
    with event_log(spark, work.settings.root / EVENT_LOG), logged_messages() as said:
        run_cycle(work)
        run_insights(work)
        said.append(str(train(work.lake, work.settings, work.now().date(), first_choices())))
        said.append(str(run_recommend(work)))
    (work.settings.root / "said.log").write_text("\n".join(said))
    # What this process, its JVM and Spark's Python workers wrote to where a log would be.
    printed = pytestconfig.pluginmanager.getplugin("capturemanager").read_global_capture()
    (work.settings.root / PRINTED).write_text("\n".join(printed))
    return work


def test_the_canary_went_through(work: Workspace) -> None:
    (found,) = (finding for finding in audit_batches(work, "canary.ndjson") if finding.feed == "events")
    assert (found.state, found.accepted, found.quarantined) == ("published", 165, 6)
    reasons = {group.reason for group in refused_lines(work.settings).groups if group.feed == "events"}
    assert reasons == {"wrong_type", "missing_field", "clock_out_of_range", "no_consent", "not_json"}
    (query,) = work.lake.read(SEARCH_EVENTS).where(F.col("query").contains("westerns")).select("query").collect()
    assert query["query"].startswith("who is ")


@pytest.fixture(scope="module")
def found(work: Workspace) -> set[Finding]:
    return TokenScanner(TOKENS).scan(work.settings.root)


def spark_folders(spark: SparkSession) -> list[Path]:
    """Where Spark keeps what it shuffles, broadcasts and spills; the tests leave it uncompressed."""
    jvm = spark.sparkContext._jvm
    assert jvm is not None, "a session has its JVM"
    manager = jvm.org.apache.spark.SparkEnv.get().blockManager().diskBlockManager()
    return [Path(folder) for folder in manager.localDirsString()]


def test_no_token_is_in_sparks_own_folders(work: Workspace) -> None:
    folders = spark_folders(work.lake.spark)
    assert any(path.is_file() for folder in folders for path in folder.rglob("*"))
    assert set().union(*(TokenScanner(TOKENS).scan(folder) for folder in folders)) == set()


def test_no_token_is_in_any_file_outside_landing_bronze_and_keys(found: set[Finding]) -> None:
    assert {finding for finding in found if not finding.path.startswith(MAY_HOLD_TOKENS)} == set()


def test_the_key_is_in_its_folder_only(work: Workspace) -> None:
    """Neither as it is written nor as bytes, nor what payloads are hashed with; nor in Spark's own folders."""
    secrets_of = {
        "key": work.key.secret,
        "linkage key": work.linkage_key.secret,
        "payload": work.linkage_key.payload_secret,
    }
    root, *others = [work.settings.root, *spark_folders(work.lake.spark)]
    written = TokenScanner({name: secret.hex() for name, secret in secrets_of.items()})
    found = {(finding.path.split("/")[0], finding.token) for finding in written.scan(root)}
    assert found == {("keys", "key"), ("keys", "linkage key")}
    assert set().union(*(written.scan(folder) for folder in others)) == set()
    files = [path for folder in (root, *others) for path in folder.rglob("*") if path.is_file()]
    contents_of = {path: path.read_bytes() for path in files}
    assert [path for path, content in contents_of.items() if any(s in content for s in secrets_of.values())] == []


def test_nobody_else_can_read_what_was_written(work: Workspace) -> None:
    """Hadoop, delta-rs, Great Expectations and MLflow each make files in a way of their own.

    The event log is the group's, by Spark's own doing; only this test asks for one.
    """
    found = [path.relative_to(work.settings.root) for path in open_to_others(work.settings.root)]
    assert [path for path in found if path.parts[0] != EVENT_LOG] == []


def test_sparks_event_log_was_among_the_files(work: Workspace) -> None:
    (log,) = (work.settings.root / EVENT_LOG).rglob("events_*")
    assert "MapInArrow" in log.read_text()


def test_the_tokens_are_where_raw_lines_lie(found: set[Finding]) -> None:
    assert {finding.path.split("/")[0] for finding in found} == {"landing", "lake"}
    assert {finding.token for finding in found} == set(TOKENS)


def test_a_token_that_were_in_silver_would_be_found(work: Workspace, tmp_path: Path) -> None:
    """In a copy, written as silver's tables are."""
    planted = make_workspace(work.lake.spark, tmp_path / "home")
    rows = make_rows(work.lake.spark, PLAYBACK_EVENTS, [{"session_id": TOKENS["profile"]}])
    planted.lake.append(PLAYBACK_EVENTS, rows, "load-1")
    found = TokenScanner(TOKENS).scan(planted.settings.root)
    assert {(finding.path.split("/")[1], finding.token) for finding in found} == {("silver", "profile")}
    shutil.rmtree(planted.settings.root)
