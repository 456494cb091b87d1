"""Every kind of bad input, landed in one go: each is refused with its reason, and stops none of the others."""

import gzip
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.silver import PLAYBACK_EVENTS, QUARANTINE, TITLES
from jobs.intake.land import LANDED, FileOutcome
from jobs.run.audit import AuditFinding, audit_batches
from jobs.run.pipeline import run_bronze, run_intake, run_silver
from jobs.run.workspace import Workspace
from tests.factories import make_line, make_workspace
from tests.silver.test_event_faults import FAULTY, SOUND

TEXT = b"\n".join(make_line() for _ in range(500))
WHOLE = gzip.compress(TEXT)
# File name: its bytes; a word of what intake says of it.
REFUSED_FILES = {
    "cut at 0 %.ndjson.gz": (b"", "the first bytes say something else"),
    "cut at 10 %.ndjson.gz": (WHOLE[: len(WHOLE) // 10], "broken"),
    "cut at 50 %.ndjson.gz": (WHOLE[: len(WHOLE) // 2], "broken"),
    "cut at 99 %.ndjson.gz": (WHOLE[: len(WHOLE) * 99 // 100], "broken"),
    "wrong CRC.ndjson.gz": (WHOLE[:-8] + bytes(4) + WHOLE[-4:], "broken"),
    "bomb.ndjson.gz": (gzip.compress(bytes(100_000_000)), "bomb"),
    "gzip by another name.ndjson": (WHOLE, "the first bytes say gzip"),
    "of no kind.xml": (b"<a/>", "ends with none of"),
}
# Names that have led others astray; the last one begins as Spark's hidden files do.
ODD_NAMES = ["ev[1].ndjson", "{a,b}.ndjson", "*.ndjson", "a\nb.ndjson", "a..%2f..%2fx.ndjson", "_SUCCESS.ndjson"]
# Who copies a file into the inbox gives it such a name until it is whole.
STILL_BEING_WRITTEN = ".half-copied.ndjson"
FORMULAS = {"film-1": "=cmd|' /C calc'!A0", "film-2": "@SUM(1+1)", "film-3": "+1, -1", "film-5": "-1+1"}
# Kept exactly: what a page or a query makes of a name is the page's and the query's business.
ODD_TITLES = {
    "SQL": "'); DROP TABLE titles; --",
    "HTML and a script": "<img src=x onerror=alert(1)>",
    "a template": "{{ 7 * 7 }} ${7 * 7} %s",
    "composed letters": "caf\u00e9",
    "decomposed letters": "cafe\u0301",
    "a right-to-left override": "abc\u202edef",
    "an emoji of several characters": "👩\u200d🚀",
    "NUL and an escape": "a\u0000b\x1b[2J",
    "a newline": "a\nb",
}
# Feed: a sound line, and what has to be wrong with one so that a cast, a gate or a date would end the whole load.
ODD_REFERENCE: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "titles": (
        {"title_id": "film-4", "name": "A film", "kind": "film"},
        [{"season_number": 2**40}, {"licence_cost": 1e300}, {"genres": [None]}, {"release_date": "0000-01-01"}],
    ),
    "subscriptions": (
        {"account_id": "a", "plan": "p", "price": 1, "currency": "EUR", "started_at": "2026-05-01T00:00:00Z"},
        [{"price": 1e300}, {"ended_at": "2026-04-01T00:00:00Z"}],
    ),
    "reported_viewings": (
        {
            "viewing_id": "viewing-1",
            "account_id": "a",
            "profile_id": "p",
            "started_at": "2026-05-01T00:00:00Z",
            "title_id": "film-4",
            "reported_seconds": 60,
            "source": "export",
        },
        [{"reported_seconds": 1e10}, {"started_at": "9999-12-31T23:59:59Z"}, {"started_at": "0000-01-01T00:00:00Z"}],
    ),
}
# Enough that four broken ones stay below the limit.
SOUND_LINES_BESIDE = 100
# Intake replaces it before silver could see it, and knows too long lines by their length.
FAULTY_LINES = {name: case for name, case in FAULTY.items() if case[0] is not None}


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_workspace(spark, tmp_path_factory.mktemp("bad-input") / "home")


@pytest.fixture(scope="module")
def landed(work: Workspace) -> dict[str, FileOutcome]:
    """One landing, one bronze, one silver over everything; what intake said, by file name."""
    events = work.settings.inbox / "events"
    events.mkdir(parents=True)
    for name, content in input_files():
        (events / name).write_bytes(content)
    (events / "a link.ndjson").symlink_to("/etc/hostname")
    (events / STILL_BEING_WRITTEN).write_bytes(make_line())
    for feed, (plain, differences) in ODD_REFERENCE.items():
        rows = [plain] * SOUND_LINES_BESIDE + [plain | different for different in differences]
        (work.settings.inbox / feed).mkdir()
        (work.settings.inbox / feed / f"odd {feed}.ndjson").write_bytes(as_lines(rows))
    titles = work.settings.inbox / "titles"
    cells = [f'{title_id},"{name}",film' for title_id, name in FORMULAS.items()]
    (titles / "formulas.csv").write_text("\n".join(["title_id,name,kind", *cells]) + "\n")
    (titles / "odd names.ndjson").write_bytes(
        as_lines([{"title_id": title_id, "name": name, "kind": "film"} for title_id, name in ODD_TITLES.items()])
    )
    report = run_intake(work)
    run_bronze(work)
    run_silver(work)
    return {outcome.source_name: outcome for outcome in report.files}


@pytest.fixture(scope="module")
def quarantined(landed: dict[str, FileOutcome], work: Workspace) -> dict[str, set[tuple[str, str | None]]]:
    found: dict[str, set[tuple[str, str | None]]] = {}
    for row in work.lake.read(QUARANTINE).select("source_name", "reason", "field").collect():
        found.setdefault(row.source_name, set()).add((row.reason, row.field))
    return found


@pytest.fixture(scope="module")
def findings(landed: dict[str, FileOutcome], work: Workspace) -> dict[str, AuditFinding]:
    return {found.source_name: found for found in audit_batches(work, None)}


def names_of_titles(work: Workspace) -> dict[str, str]:
    return {row.title_id: row["name"] for row in work.lake.read(TITLES).select("title_id", "name").collect()}


def input_files() -> Iterator[tuple[str, bytes]]:
    """Faulty lines stand among so many sound ones that no file is stopped for them."""
    for name, (content, _) in REFUSED_FILES.items():
        yield name, content
    for name in ODD_NAMES:
        yield name, make_line()
    for name, case in FAULTY_LINES.items():
        yield f"{name}.ndjson", b"\n".join([*(make_line() for _ in range(25)), case[0] or b"", make_line()])
    yield "a line of 100 MB.ndjson.gz", gzip.compress(long_line_among_others(), compresslevel=1)
    sound = [line for line in SOUND.values() if line is not None]
    yield "odd but sound.ndjson", b"\n".join(sound)


def as_lines(rows: list[dict[str, Any]]) -> bytes:
    return b"\n".join(json.dumps(row).encode() for row in rows)


def long_line_among_others() -> bytes:
    """Of noise, so that it is not taken for a bomb."""
    noise = os.urandom(5_000_000).hex().encode() * 10
    return b"\n".join([noise, *(make_line() for _ in range(25))])


@pytest.mark.parametrize("name", REFUSED_FILES)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(landed: dict[str, FileOutcome], name: str) -> None:
    assert REFUSED_FILES[name][1] in (landed[name].reason or "")


def test_a_symbolic_link_is_refused(landed: dict[str, FileOutcome]) -> None:
    assert "link" in (landed["a link.ndjson"].reason or "")


def test_a_name_with_a_leading_dot_is_left_in_the_inbox(landed: dict[str, FileOutcome], work: Workspace) -> None:
    assert (work.settings.inbox / "events" / STILL_BEING_WRITTEN).exists()
    assert STILL_BEING_WRITTEN not in landed


@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_odd_name_leads_nowhere(
    landed: dict[str, FileOutcome], findings: dict[str, AuditFinding], name: str
) -> None:
    shown = name.replace("\n", "\\n")
    assert (landed[shown].outcome, findings[shown].accepted) == (LANDED, 1)


@pytest.mark.parametrize("name", FAULTY_LINES)
def test_a_bad_line_is_quarantined_with_its_reason_and_stops_no_other(
    findings: dict[str, AuditFinding], quarantined: dict[str, set[tuple[str, str | None]]], name: str
) -> None:
    _, reason, field = FAULTY_LINES[name]
    assert quarantined[f"{name}.ndjson"] == {(reason, field)}
    assert findings[f"{name}.ndjson"].accepted == 26


def test_a_line_of_100_mb_is_refused_and_those_beside_it_are_kept(
    findings: dict[str, AuditFinding], quarantined: dict[str, set[tuple[str, str | None]]]
) -> None:
    name = "a line of 100 MB.ndjson.gz"
    assert (quarantined[name], findings[name].accepted) == ({("too_long", None)}, 25)


def test_formulas_in_csv_cells_are_kept_as_text(landed: dict[str, FileOutcome], work: Workspace) -> None:
    names = names_of_titles(work)
    assert {title_id: names[title_id] for title_id in FORMULAS} == FORMULAS


@pytest.mark.parametrize("title_id", ODD_TITLES)
def test_an_odd_name_of_a_title_is_kept_exactly(landed: dict[str, FileOutcome], work: Workspace, title_id: str) -> None:
    assert names_of_titles(work)[title_id] == ODD_TITLES[title_id]


def test_no_page_holds_a_name_of_a_title(landed: dict[str, FileOutcome], work: Workspace) -> None:
    pages = [page.read_text() for page in work.settings.quality.rglob("*.html")]
    assert pages
    assert [page for page in pages if "onerror=alert" in page or "DROP TABLE" in page] == []


@pytest.mark.parametrize("feed", ODD_REFERENCE)
def test_a_line_that_could_end_a_load_is_quarantined(findings: dict[str, AuditFinding], feed: str) -> None:
    found = findings[f"odd {feed}.ndjson"]
    assert (found.state, found.quarantined) == ("silver", len(ODD_REFERENCE[feed][1]))


def test_odd_titles_are_kept_exactly(landed: dict[str, FileOutcome], work: Workspace) -> None:
    kept = {row.title_id for row in work.lake.read(PLAYBACK_EVENTS).select("title_id").distinct().collect()}
    assert {"'; DROP TABLE titles; --", "<script>alert(1)</script>"} <= kept


def test_everything_adds_up(findings: dict[str, AuditFinding]) -> None:
    assert [found for found in findings.values() if found.problem] == []
