import gzip
import hashlib
import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import zstandard

from jobs.contracts.raw_event import RAW_EVENT
from jobs.contracts.raw_reference import RAW_REFERENCE_RECORDS
from jobs.contracts.withheld_line import WITHHELD_REACTION
from jobs.errors import PlayheadError, WrongUsageError
from jobs.intake.feeds import FEEDS
from jobs.intake.land import KNOWN, LANDED, REFUSED, LandReport, land
from jobs.ledger.ledger import Ledger

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

TEXT = b'{"a":1}\n{"a":2}\n{"a":3}'
LINES = TEXT.split(b"\n")
SHA256 = hashlib.sha256(TEXT).hexdigest()


class Home:
    """An inbox, a landing and a ledger."""

    def __init__(self, root: Path) -> None:
        self.root, self.inbox, self.landing = root, root / "inbox", root / "landing"
        (self.inbox / "events").mkdir(parents=True)
        self.ledger = Ledger(f"sqlite:///{root / 'ledger.db'}")

    def put(self, name: str, content: bytes) -> Path:
        path = self.inbox / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    def land(
        self, *paths: Path, feed: str | None = None, max_line_bytes: int = 1000, takes_reactions: bool = False
    ) -> LandReport:
        return land(
            paths,
            feed,
            inbox=self.inbox,
            landing=self.landing,
            ledger=self.ledger,
            now=lambda: NOON,
            max_line_bytes=max_line_bytes,
            takes_reactions=takes_reactions,
        )

    def files(self, folder: str) -> list[str]:
        """Every file below the folder, hidden ones too, but for the lock."""
        found = (path for path in (self.root / folder).rglob("*") if path.is_file() and path.name != ".lock")
        return sorted(str(path.relative_to(self.root / folder)) for path in found)

    def lines(self, batch_id: str = SHA256) -> list[bytes | None]:
        return pq.read_table(self.landing / f"{batch_id}.parquet")["line"].to_pylist()  # type: ignore[no-any-return]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def outcomes(report: LandReport) -> list[tuple[str, str]]:
    return [(file.source_name, file.outcome) for file in report.files]


def test_the_feeds_are_those_that_the_tables_know() -> None:
    assert set(FEEDS) == {RAW_EVENT.feed, *RAW_REFERENCE_RECORDS}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.ndjson", TEXT),
        ("a.ndjson.gz", gzip.compress(TEXT, mtime=0)),
        ("a.ndjson.gz", gzip.compress(TEXT[:5], mtime=0) + gzip.compress(TEXT[5:], mtime=0)),
        ("a.ndjson.zst", zstandard.compress(TEXT)),
        ("a.ndjson.zst", zstandard.compress(TEXT[:5]) + zstandard.compress(TEXT[5:])),
        ("[x]{a,b}*_ .ndjson", TEXT),
    ],
    ids=["plain", "gzip", "two gzip members", "zstd", "two zstd frames", "odd name"],
)
def test_a_file_becomes_numbered_lines_a_ledger_row_and_a_kept_original(home: Home, name: str, content: bytes) -> None:
    home.put(f"events/{name}", content)
    (file,) = home.land().files
    batch_id = hashlib.sha256(content).hexdigest()
    assert (file.outcome, file.batch_id, file.line_count, file.size_bytes) == (LANDED, batch_id, 3, len(content))
    assert home.lines(batch_id) == LINES
    assert [(batch.source_name, batch.feed) for batch in home.ledger.all_batches()] == [(name, "events")]
    suffix = name[name.index(".ndjson") :]
    assert home.files("landing") == [f"{batch_id}.parquet", f"originals/{batch_id}{suffix}"]
    assert (home.landing / "originals" / f"{batch_id}{suffix}").read_bytes() == content
    assert home.files("inbox") == []


def test_no_line_stands_in_the_statistics_of_the_file(home: Home) -> None:
    home.put("events/a.ndjson", TEXT)
    home.land()
    metadata = pq.read_metadata(home.landing / f"{SHA256}.parquet")
    assert metadata.row_group(0).column(1).path_in_schema == "line"
    assert metadata.row_group(0).column(1).statistics is None


def test_the_folder_says_the_feed_and_unfinished_files_are_left(home: Home) -> None:
    home.put("direct.ndjson", b"1\n")
    home.put("titles/t.csv", b"title_id\n1\n")
    home.put("events/.unfinished.ndjson", b"3\n")
    report = home.land()
    assert [(file.source_name, file.feed) for file in report.files] == [
        ("direct.ndjson", "events"),
        ("t.csv", "titles"),
    ]
    assert home.files("inbox") == ["events/.unfinished.ndjson"]


def test_a_csv_record_is_a_line_though_a_cell_holds_a_newline(home: Home) -> None:
    content = b'title_id,name\n1,"A\nB"\n2,C\n'
    home.put("titles/t.csv", content)
    home.land()
    assert home.lines(hashlib.sha256(content).hexdigest()) == [
        b'{"title_id":"1","name":"A\\nB"}',
        b'{"title_id":"2","name":"C"}',
    ]


def test_a_line_over_the_limit_is_null_and_the_others_stay(home: Home) -> None:
    home.put("events/a.ndjson", TEXT)
    home.land(max_line_bytes=6)
    assert home.lines() == [None, None, None]
    assert pq.read_table(home.landing / f"{SHA256}.parquet")["line_bytes"].to_pylist() == [7, 7, 7]


def test_known_bytes_are_recognised_under_any_name_and_removed_from_the_inbox(home: Home) -> None:
    home.put("events/a.ndjson", TEXT)
    home.land()
    before = home.files("landing")
    home.put("events/b.ndjson", TEXT)
    home.put("events/c.ndjson", TEXT)
    assert outcomes(home.land()) == [("b.ndjson", KNOWN), ("c.ndjson", KNOWN)]
    assert (home.files("landing"), home.files("inbox")) == (before, [])
    assert home.ledger.find("b.ndjson") == home.ledger.find("a.ndjson")


def test_landed_lines_that_were_lost_before_bronze_had_them_are_written_when_the_file_comes_again(home: Home) -> None:
    home.put("events/a.ndjson", TEXT)
    home.land()
    (lines,) = home.landing.glob("*.parquet")
    before = lines.read_bytes()
    lines.unlink()
    home.put("events/a.ndjson", TEXT)
    assert outcomes(home.land()) == [("a.ndjson", LANDED)]
    assert lines.read_bytes() == before


def test_landed_lines_that_were_lost_come_from_the_kept_original_whose_folder_names_no_feed(home: Home) -> None:
    home.put("titles/a.ndjson", TEXT)
    home.land()
    (lines,) = home.landing.glob("*.parquet")
    lines.unlink()
    (file,) = home.land(home.landing / "originals").files
    assert (file.outcome, file.feed, lines.exists()) == (LANDED, "titles", True)


def test_bytes_that_landed_as_another_feed_are_refused_with_what_to_do(home: Home) -> None:
    home.put("titles/a.ndjson", TEXT)
    home.land()
    right = home.put("events/a.ndjson", TEXT)
    (file,) = home.land().files
    assert (file.outcome, right.exists(), home.files("landing/refused")) == (REFUSED, False, [f"{SHA256}.ndjson"])
    assert "landed as titles before" in (file.reason or "")

    home.put("events/a.ndjson.gz", gzip.compress(TEXT))
    assert outcomes(home.land()) == [("a.ndjson.gz", LANDED)]


def test_a_file_from_elsewhere_is_copied_and_its_feed_may_be_given(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.ndjson"
    path.write_bytes(TEXT)
    (file,) = home.land(path, feed="consents").files
    assert (file.outcome, file.feed, path.read_bytes()) == (LANDED, "consents", TEXT)
    assert home.files("landing") == [f"{SHA256}.parquet", f"originals/{SHA256}.ndjson"]


def test_a_refused_file_from_elsewhere_stays_there_alone(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "holiday.mov"
    path.write_bytes(b"film")
    assert outcomes(home.land(path)) == [("holiday.mov", REFUSED)]
    assert (path.exists(), home.files("landing")) == (True, [])


def test_one_refused_file_stops_no_other(home: Home) -> None:
    cut = home.put("events/a.ndjson.gz", gzip.compress(TEXT * 100)[:-20]).read_bytes()
    home.put("events/b.ndjson", TEXT)
    assert outcomes(home.land()) == [("a.ndjson.gz", REFUSED), ("b.ndjson", LANDED)]
    batch_id = hashlib.sha256(cut).hexdigest()
    (batch,) = home.ledger.find("a.ndjson.gz")
    assert (batch.blocked_stage, batch.line_count, batch.batch_id) == ("intake", 0, batch_id)
    assert "broken" in (batch.blocked_reason or "")
    assert home.files("landing") == [
        f"{SHA256}.parquet",
        f"originals/{SHA256}.ndjson",
        f"refused/{batch_id}.ndjson.gz",
    ]


def test_a_file_refused_for_its_name_lands_under_the_right_one(home: Home) -> None:
    home.put("events/a.txt", TEXT)
    assert outcomes(home.land()) == [("a.txt", REFUSED)]
    home.put("events/a.ndjson", TEXT)
    assert outcomes(home.land()) == [("a.ndjson", LANDED)]
    assert home.ledger.open_load("bronze", NOON) is not None


def test_links_pipes_and_folders_are_refused_and_never_opened(home: Home, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ndjson"
    secret.write_bytes(TEXT)
    (home.inbox / "events" / "a.ndjson").symlink_to(secret)
    os.mkfifo(home.inbox / "events" / "b.ndjson")
    (home.inbox / "unknown_feed").mkdir()
    assert outcomes(home.land()) == [("a.ndjson", REFUSED), ("b.ndjson", REFUSED), ("unknown_feed", REFUSED)]
    assert (list(home.ledger.all_batches()), home.files("landing")) == ([], [])


def test_a_path_through_other_folders_leads_nowhere_but_the_landing(home: Home, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.ndjson").write_bytes(TEXT)
    home.land(home.inbox / ".." / "outside" / "x.ndjson")
    assert home.files("landing") == [f"{SHA256}.parquet", f"originals/{SHA256}.ndjson"]
    assert home.files("outside") == ["x.ndjson"]


def test_what_does_not_exist_is_wrong_usage(home: Home) -> None:
    with pytest.raises(WrongUsageError, match=r"missing\.ndjson does not exist"):
        home.land(home.root / "missing.ndjson")
    with pytest.raises(WrongUsageError, match="no feed 'film'"):
        home.land(feed="film")


def test_two_runs_at_once_land_every_file_once(home: Home) -> None:
    for number in range(20):
        home.put(f"events/{number}.ndjson", b"%d\n" % number)
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: home.land(), range(2)))
    landed = [file.source_name for report in reports for file in report.files if file.outcome == LANDED]
    assert sorted(landed) == sorted(f"{number}.ndjson" for number in range(20))
    assert home.files("inbox") == []


@pytest.mark.parametrize("point", ["while the lines are written", "before the ledger", "before the original is moved"])
def test_after_a_kill_a_plain_retry_ends_like_a_run_that_was_not_killed(home: Home, point: str) -> None:
    home.put("events/a.ndjson", TEXT)
    killed = subprocess.run([sys.executable, "-m", "tests.intake.killed_land", str(home.root), point], check=False)
    assert killed.returncode == -signal.SIGKILL
    home.land()
    assert home.lines() == LINES
    assert [batch.batch_id for batch in home.ledger.all_batches()] == [SHA256]
    assert home.files("landing") == [f"{SHA256}.parquet", f"originals/{SHA256}.ndjson"]
    assert home.files("inbox") == []


REACTION = b'{"event_type":"reaction_sampled","details":{"valence":0.5}}'


def everything_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_of_a_reaction_nothing_is_kept_and_it_is_counted(home: Home) -> None:
    home.put("events/felt.ndjson", b"\n".join([LINES[0], REACTION, LINES[1]]))
    (file,) = home.land().files
    assert (file.withheld_count, str(file).endswith(", 1 reactions withheld")) == (1, True)
    assert home.lines(file.batch_id or "") == [LINES[0], WITHHELD_REACTION, LINES[1]]
    assert home.files("landing") == [f"{file.batch_id}.parquet"]
    assert home.files("inbox") == []


def test_a_file_with_reactions_that_was_landed_goes_when_it_comes_again(home: Home) -> None:
    """A run that was killed before the original was removed leaves it in the inbox."""
    for _ in range(2):
        home.put("events/felt.ndjson", REACTION)
        home.land()
    assert (home.files("inbox"), [name for name in home.files("landing") if "originals" in name]) == ([], [])


def test_a_file_with_reactions_that_comes_again_as_another_feed_is_not_kept(home: Home) -> None:
    home.put("events/felt.ndjson", REACTION)
    home.land()
    home.put("titles/felt.ndjson", REACTION)
    assert outcomes(home.land()) == [("felt.ndjson", REFUSED)]
    assert (home.files("inbox"), b"valence" in everything_below(home.landing)) == ([], False)


def test_switched_on_reactions_are_kept_as_they_are(home: Home) -> None:
    home.put("events/felt.ndjson", REACTION)
    (file,) = home.land(takes_reactions=True).files
    assert (home.lines(file.batch_id or ""), file.withheld_count) == ([REACTION], 0)


def test_a_file_from_elsewhere_with_reactions_stays_there_alone(home: Home, tmp_path: Path) -> None:
    source = tmp_path / "elsewhere.ndjson"
    source.write_bytes(REACTION)
    home.land(source)
    assert source.exists()
    assert b"valence" not in everything_below(home.landing)


def test_a_full_disk_is_named_and_loses_nothing(home: Home) -> None:
    """Files of this process can be so long and no longer: what the system says then is what it says of a full disk."""
    content = b"".join(b"%s\n" % os.urandom(100).hex().encode() for _ in range(5_000))
    home.put("events/a.ndjson", content)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        with pytest.raises(
            PlayheadError, match=r"a\.ndjson could not be taken in: .*File too large\. .* nothing is lost"
        ):
            home.land()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (home.files("landing"), home.files("inbox")) == ([], ["events/a.ndjson"])
    assert [outcome for _, outcome in outcomes(home.land())] == [LANDED]
