import itertools
import json
import re
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from jobs.importers.csv_table import ExportError
from jobs.importers.import_report import ImportReport
from jobs.importers.netflix_export import import_netflix_export
from jobs.privacy.linkage_key import LinkageKey

VIEWING_HEADER = (
    "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,Latest Bookmark,"
    "Country"
)
TRACE_HEADER = "Profile Name,Title Description,Device,Playback Start Utc Ts,Country,Playtraces"
START = "2022-08-22 05:38:52"
KEY = LinkageKey(bytes(range(32)))
ENTRIES = [
    ("start", 10, 1),
    ("playing", 2000, 1),
    ("paused", 7000, 5001),
    ("reposition", 7001, 60_000),
    ("stopped", 7002, 0),
]

Feeds = dict[str, list[dict[str, Any]]]


def viewing(
    title: str = "Roma",
    profile: str = "Ana",
    start: str = START,
    extra: str = "",
    attributes: str = "",
    bookmark: str = "00:00:22",
) -> str:
    cells = (profile, start, "00:00:15", attributes, title, extra, "Chrome PC (Cadmium)", bookmark, "", "CA (Canada)")
    return ",".join(cells)


def trace(
    title: str = "Roma", profile: str = "Ana", start: str = START, entries: list[tuple[str, int, int]] | None = None
) -> str:
    listed = [
        {"eventType": kind, "sessionOffsetMs": session, "mediaOffsetMs": media}
        for kind, session, media in (ENTRIES if entries is None else entries)
    ]
    cells = (profile, title, "Chrome PC (Cadmium)", start, "CA", json.dumps(listed))
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


class Export:
    """An export in a folder of its own, and an inbox beside it."""

    report: ImportReport | None

    def __init__(self, root: Path) -> None:
        self.folder, self.inbox = root / "export", root / "inbox"
        (self.folder / "CONTENT_INTERACTION").mkdir(parents=True)
        self.key, self.report = KEY, None

    def write(self, viewings: list[str] | None = None, traces: list[str] | None = None) -> "Export":
        for name, header, rows in (
            ("ViewingActivity.csv", VIEWING_HEADER, viewings),
            ("PlaybackRelatedEvents.csv", TRACE_HEADER, traces),
        ):
            if rows is not None:
                text = "\n".join([header, *rows, ""])
                (self.folder / "CONTENT_INTERACTION" / name).write_text(text, encoding="utf-8")
        return self

    def imported(self, account_id: str | None = "home") -> Feeds:
        self.report = import_netflix_export(self.folder, self.inbox, self.key, account_id)
        return read_feeds(self.report)


def read_feeds(report: ImportReport) -> Feeds:
    feeds: Feeds = {"events": [], "titles": [], "reported_viewings": []}
    for file in report.files:
        feeds[file.feed] = [json.loads(line) for line in file.path.read_bytes().splitlines()]
    return feeds


@pytest.fixture
def export(tmp_path: Path) -> Export:
    return Export(tmp_path)


def test_each_entry_of_a_trace_is_an_event_at_its_place_and_time(export: Export) -> None:
    events = export.write(traces=[trace()]).imported()["events"]
    assert [(e["event_type"], e["event_time"], e["position_ms"], e["session_offset_ms"]) for e in events] == [
        ("play_requested", "2022-08-22T05:38:52.010Z", 1, 10),
        ("playing", "2022-08-22T05:38:54.000Z", 1, 2000),
        ("paused", "2022-08-22T05:38:59.000Z", 5001, 7000),
        ("seeked", "2022-08-22T05:38:59.001Z", 60_000, 7001),
        ("stopped", "2022-08-22T05:38:59.002Z", 0, 7002),
    ]
    assert {(e["device"]["device_type"], e["geo"]["country"], e["account_id"]) for e in events} == {
        ("browser", "CA", "home")
    }
    assert len({e["session_id"] for e in events}) == 1


def test_two_identical_entries_are_two_events(export: Export) -> None:
    events = export.write(traces=[trace(entries=[("playing", 5, 5), ("playing", 5, 5)])]).imported()["events"]
    assert len({e["event_id"] for e in events}) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{8,64}", e["event_id"]) for e in events)


@pytest.mark.parametrize(
    ("bookmark", "heard"),
    [("00:00:06", []), ("00:00:22", [(22_000, 24_000)]), ("00:01:05", [(65_000, 67_000)]), ("00:01:06", [])],
)
def test_a_bookmark_a_little_further_on_is_the_last_that_is_known_of_a_play(
    export: Export, bookmark: str, heard: list[tuple[int, int]]
) -> None:
    entries = [("playing", 2000, 0), ("stopped", 7000, 5000)]
    events = export.write([viewing(bookmark=bookmark)], [trace(entries=entries)]).imported()["events"]
    beyond = [event for event in events if event["event_type"] == "heartbeat"]
    assert [(event["position_ms"], event["session_offset_ms"]) for event in beyond] == heard


def test_a_viewing_is_reported_with_all_that_it_says(export: Export) -> None:
    row = viewing(attributes="Autoplayed: user action: None; ", extra="HOOK")
    (reported,) = export.write(viewings=[row]).imported()["reported_viewings"]
    described = {k: v for k, v in reported.items() if k not in ("viewing_id", "profile_id", "title_id")}
    assert described == {
        "account_id": "home",
        "started_at": "2022-08-22T05:38:52.000Z",
        "reported_seconds": 15,
        "bookmark_seconds": 22,
        "device_type": "browser",
        "country": "CA",
        "supplemental_type": "HOOK",
        "is_autoplayed": True,
        "source": "netflix_export",
    }


def test_a_viewing_is_bound_to_its_trace_and_gives_it_the_title(export: Export) -> None:
    feeds = export.write(
        [viewing("Dark: Season 1: Secrets (Episode 1)", attributes="Autoplayed: user action: None; ")],
        [trace('Dark: Season 1: "Secrets"')],
    ).imported()
    (reported,) = feeds["reported_viewings"]
    assert {(e["session_id"], e["title_id"]) for e in feeds["events"]} == {
        (reported["session_id"], reported["title_id"])
    }
    assert [(t["title_id"], t["name"]) for t in feeds["titles"]] == [
        (reported["title_id"], "Dark: Season 1: Secrets (Episode 1)")
    ]
    assert [e["details"] for e in feeds["events"] if "details" in e] == [{"is_autoplay": True}]


def test_of_several_traces_at_one_second_the_title_decides(export: Export) -> None:
    feeds = export.write([viewing("Roma")], [trace("Season 1: Dark"), trace("Roma")]).imported()
    (reported,) = feeds["reported_viewings"]
    assert {e["title_id"] for e in feeds["events"] if e["session_id"] == reported["session_id"]} == {
        reported["title_id"]
    }
    undecided = export.write([viewing("Amélie")]).imported()["reported_viewings"]
    assert "session_id" not in undecided[0]


def test_an_empty_trace_gives_no_event_and_its_viewing_stays(export: Export) -> None:
    feeds = export.write([viewing()], [trace(entries=[])]).imported()
    assert (len(feeds["events"]), len(feeds["reported_viewings"])) == (0, 1)


def test_a_play_keeps_its_ids_when_the_export_grows_or_is_sorted_anew(export: Export) -> None:
    rows = [viewing("A"), viewing("B")], [trace("A"), trace("B"), trace("B", entries=ENTRIES[:2])]
    before = export.write(*rows).imported(account_id=None)
    newer = viewing("C", start="2023-01-01 00:00:00"), trace("C", start="2023-01-01 00:00:00")
    after = export.write([newer[0], *reversed(rows[0])], [newer[1], *reversed(rows[1])]).imported(account_id=None)
    for feed in ("events", "reported_viewings"):
        assert [row for row in before[feed] if row not in after[feed]] == []
        assert len(after[feed]) > len(before[feed])


def test_no_id_of_a_household_can_be_told_from_its_names_without_the_key(tmp_path: Path) -> None:
    """Whoever has the export's names, or guesses them, has no id; nor have two lakes one id of it."""
    ids = {"event_id", "session_id", "viewing_id", "account_id", "profile_id", "device"}

    def ids_under(key: LinkageKey, folder: str) -> set[str]:
        export = Export(tmp_path / folder).write([viewing()], [trace()])
        export.key = key
        feeds = export.imported(account_id=None)
        return {
            str(row[name])
            for feed in ("events", "reported_viewings")
            for row in feeds[feed]
            for name in ids & row.keys()
        }

    here, again, elsewhere = ids_under(KEY, "a"), ids_under(KEY, "b"), ids_under(LinkageKey(bytes(32)), "c")
    assert (here == again, here & elsewhere) == (True, set())


def test_the_ids_of_plays_and_events_say_nothing_of_account_and_profile(tmp_path: Path) -> None:
    feeds = [
        Export(tmp_path / who).write([viewing(profile=who)], [trace(profile=who)]).imported(account_id=f"account-{who}")
        for who in ("Ana", "Ben")
    ]
    for feed, names in (("events", ("event_id", "session_id")), ("reported_viewings", ("viewing_id", "session_id"))):
        anas, bens = ([[row[name] for name in names] for row in of_one[feed]] for of_one in feeds)
        assert anas == bens


def test_two_profiles_that_play_the_same_at_the_same_moment_have_two_plays(export: Export) -> None:
    feeds = export.write([viewing(profile="Ana"), viewing(profile="Ben")], [trace(profile="Ana"), trace(profile="Ben")])
    reported = feeds.imported()["reported_viewings"]
    assert len({row["viewing_id"] for row in reported}) == len({row["session_id"] for row in reported}) == 2


def test_a_profile_name_is_nowhere_in_clear(export: Export) -> None:
    bad = viewing(profile="Annabella", start="soon"), trace(profile="Annabella", entries=[("unknown", 1, 1)])
    export.write([viewing(profile="Annabella"), bad[0]], [trace(profile="Annabella"), bad[1]]).imported(account_id=None)
    assert export.report is not None
    contents = "".join(file.path.name + file.path.read_text() for file in export.report.files)
    assert "Annabella" not in contents + "\n".join(export.report.lines())


@pytest.mark.parametrize(
    ("viewings", "traces", "file", "reason"),
    [
        ([viewing(start="soon")], None, "ViewingActivity.csv", "Start Time is not a time."),
        ([viewing().replace("00:00:15", "15 s")], None, "ViewingActivity.csv", "Duration is not H:MM:SS."),
        ([viewing().replace("00:00:22", "later")], None, "ViewingActivity.csv", "Bookmark is not H:MM:SS."),
        ([viewing(title="")], None, "ViewingActivity.csv", "Title is empty."),
        ([viewing(profile="")], None, "ViewingActivity.csv", "Profile Name is empty."),
        (None, [trace().replace("[", "")], "PlaybackRelatedEvents.csv", "Playtraces is not a JSON list."),
        (
            None,
            [trace(entries=[("start", 1, 1), ("exploded", 2, 2)])],
            "PlaybackRelatedEvents.csv",
            "Entry 2 of Playtraces has an unknown type or no offsets.",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_its_row(
    export: Export, viewings: list[str] | None, traces: list[str] | None, file: str, reason: str
) -> None:
    sound = [viewing("Sound")] if viewings else None, [trace("Sound")] if traces else None
    export.write([*(sound[0] or []), *viewings] if viewings else None, [*(sound[1] or []), *traces] if traces else None)
    export.imported()
    assert export.report is not None
    assert [(row.file, row.number, row.reason) for row in export.report.unreadable] == [(file, 3, reason)]


def test_files_may_lie_in_the_folder_itself_with_columns_in_any_order(export: Export) -> None:
    mangled = "\ufeffTitle;Country;Duration;Start Time;Profile Name\r\nRoma;CA (Canada);0:00:15;22.08.22 05:38;Ana\r\n"
    (export.folder / "ViewingActivity.csv").write_bytes(mangled.encode())
    (reported,) = export.imported()["reported_viewings"]
    assert (reported["started_at"], reported["reported_seconds"]) == ("2022-08-22T05:38:00.000Z", 15)


def test_a_missing_column_and_a_missing_export_are_errors(export: Export) -> None:
    with pytest.raises(ExportError, match=r"neither ViewingActivity\.csv nor PlaybackRelatedEvents\.csv"):
        export.imported()
    (export.folder / "ViewingActivity.csv").write_text("Profile Name,Title\nAna,Roma\n")
    with pytest.raises(ExportError, match="no column Start Time, Duration among the 2 in"):
        export.imported()


def test_household_a_comes_whole(shared_data: Path, tmp_path: Path) -> None:
    report = import_netflix_export(shared_data / "netflix_export" / "household_a", tmp_path, KEY)
    feeds = read_feeds(report)
    assert report.unreadable == ()
    assert (len(feeds["events"]), len(feeds["reported_viewings"])) == (2_619, 192)
    assert len({event["event_id"] for event in feeds["events"]}) == 2_619
    assert sum("session_id" in row for row in feeds["reported_viewings"]) == 192
    described = {title["title_id"] for title in feeds["titles"]}
    assert {row["title_id"] for row in feeds["events"] + feeds["reported_viewings"]} <= described
    assert import_netflix_export(shared_data / "netflix_export" / "household_a", tmp_path, KEY) == report


def test_household_b_has_viewings_only(shared_data: Path, tmp_path: Path) -> None:
    report = import_netflix_export(shared_data / "netflix_export" / "household_b", tmp_path, KEY)
    feeds = read_feeds(report)
    assert report.unreadable == ()
    assert (len(feeds["events"]), len(feeds["reported_viewings"])) == (0, 3_824)
    assert len({row["viewing_id"] for row in feeds["reported_viewings"]}) == 3_824


# A player's clock and its media clock differ by buffering and rounding; nobody plays faster than twice the speed.
FASTEST_PLAYBACK = 2.0


def watched_seconds(events: list[dict[str, Any]]) -> float:
    """Progress of the media clock from each `playing` to the next event that is no seek, at most at double speed."""
    timed = [(datetime.fromisoformat(event["event_time"]).timestamp(), event) for event in events]
    timed.sort(key=lambda pair: pair[0])
    total = 0.0
    for (time, event), (next_time, following) in itertools.pairwise(timed):
        if event["event_type"] == "playing" and following["event_type"] != "seeked":
            progress = (following["position_ms"] - event["position_ms"]) / 1000
            total += max(0.0, min(progress, FASTEST_PLAYBACK * (next_time - time)))
    return total


def test_watched_time_from_the_events_is_what_netflix_reports(shared_data: Path, tmp_path: Path) -> None:
    feeds = read_feeds(import_netflix_export(shared_data / "netflix_export" / "household_a", tmp_path, KEY))
    traces = defaultdict(list)
    for event in feeds["events"]:
        traces[event["session_id"]].append(event)
    compared = [row for row in feeds["reported_viewings"] if row["session_id"] in traces]
    agreeing = [
        row
        for row in compared
        if abs(watched_seconds(traces[row["session_id"]]) - row["reported_seconds"])
        <= max(5.0, 0.02 * row["reported_seconds"])
    ]
    assert (len(agreeing), len(compared)) == (181, 185)
