"""The export that Netflix gives to any subscriber, as raw events, titles and reported viewings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from jobs.importers.csv_table import ExportError, UnreadableRow
from jobs.importers.export_times import rfc3339
from jobs.importers.import_report import ImportReport
from jobs.importers.inbox_file import write_inbox_file
from jobs.importers.netflix_devices import device_type
from jobs.importers.netflix_rows import Trace, TraceEntry, Viewing, read_traces, read_viewings
from jobs.importers.netflix_titles import TitleText, looks_supplemental, title_key
from jobs.importers.stable_id import keyed_id
from jobs.privacy.linkage_key import LinkageKey

SOURCE = "netflix_export"
VIEWINGS_FILE, TRACES_FILE = "ViewingActivity.csv", "PlaybackRelatedEvents.csv"
_SUBFOLDER = "CONTENT_INTERACTION"
# Bookmarks are whole seconds, and a play that nobody hears of any more is stopped or noted again within a minute.
_ROUNDED_MS, _UNHEARD_MS = 1000, 60_000


def import_netflix_export(directory: Path, inbox: Path, key: LinkageKey, account_id: str | None = None) -> ImportReport:
    """Puts the plays of an unpacked export into the inbox; either of its two files alone will do.

    Traces become events, viewings become reported viewings, and both name titles. Without `account_id` the account is
    named for the export's oldest play, which stays when the export grows.

    Names of profiles and devices, and what and when somebody played, leave as links under the lake's key: without it
    nobody can try names until one fits. Raises `ExportError`.
    """
    unreadable: list[UnreadableRow] = []
    viewings_path, traces_path = _find(directory, VIEWINGS_FILE), _find(directory, TRACES_FILE)
    if viewings_path is None and traces_path is None:
        raise ExportError(
            f"{directory} has neither {VIEWINGS_FILE} nor {TRACES_FILE}. Give the unpacked export, "
            f"or its folder {_SUBFOLDER}."
        )
    viewings = list(read_viewings(viewings_path, unreadable)) if viewings_path else []
    traces = list(read_traces(traces_path, unreadable)) if traces_path else []
    oldest = _oldest_play(key, viewings or traces)
    export = _Export(key, account_id or oldest, oldest, viewings, traces)
    files = (
        write_inbox_file(inbox, "titles", SOURCE, export.titles()),
        write_inbox_file(inbox, "reported_viewings", SOURCE, export.reported_viewings()),
        write_inbox_file(inbox, "events", SOURCE, export.events()),
    )
    return ImportReport(tuple(file for file in files if file), tuple(unreadable), tuple(_remarks(export)))


class _Export:
    """One household's plays, with an id for each and every trace bound to its viewing."""

    def __init__(
        self, key: LinkageKey, account_id: str, oldest: str, viewings: Sequence[Viewing], traces: Sequence[Trace]
    ) -> None:
        self._key = key
        self.account_id = account_id
        self.viewings = list(zip(viewings, _play_ids(key, "viewing", oldest, viewings), strict=True))
        self.traces = list(zip(traces, _play_ids(key, "session", oldest, traces), strict=True))
        self._supplemental_only = _supplemental_only(viewings)
        self.session_of_viewing = dict(self._bind())
        self._viewing_of_session = {
            self.session_of_viewing[viewing_id]: viewing
            for viewing, viewing_id in self.viewings
            if viewing_id in self.session_of_viewing
        }

    def events(self) -> Iterator[dict[str, Any]]:
        """One raw event for each entry of a trace, in the order in which the player noted them, and its bookmark."""
        for trace, session_id in self.traces:
            viewing = self._viewing_of_session.get(session_id)
            shared = {
                "schema_version": 1,
                **self._who(trace),
                "session_id": session_id,
                "title_id": self._title_of(trace, session_id).title_id,
                "device": {
                    "device_id": keyed_id(self._key, "nf-", "device", self.account_id, trace.device),
                    "device_type": device_type(trace.device),
                },
                **({"geo": {"country": trace.country}} if trace.country else {}),
            }
            for entry in (*trace.entries, *_bookmarked(trace, viewing)):
                is_request = entry.event_type == "play_requested" and viewing is not None
                yield {
                    "event_id": keyed_id(self._key, "nf-", "event", session_id, entry.place),
                    "event_type": entry.event_type,
                    "event_time": rfc3339(trace.started_at, entry.session_offset_ms),
                    **shared,
                    "position_ms": entry.media_offset_ms,
                    "session_offset_ms": entry.session_offset_ms,
                    **({"details": {"is_autoplay": viewing.is_autoplayed}} if is_request and viewing else {}),
                }

    def reported_viewings(self) -> Iterator[dict[str, Any]]:
        for viewing, viewing_id in self.viewings:
            row = {
                "viewing_id": viewing_id,
                **self._who(viewing),
                "started_at": rfc3339(viewing.started_at),
                "title_id": _title(viewing).title_id,
                "reported_seconds": viewing.reported_seconds,
                "bookmark_seconds": viewing.bookmark_seconds,
                "device_type": device_type(viewing.device),
                "country": viewing.country,
                "supplemental_type": viewing.supplemental_type,
                "is_autoplayed": viewing.is_autoplayed,
                "session_id": self.session_of_viewing.get(viewing_id),
                "source": SOURCE,
            }
            yield {name: value for name, value in row.items() if value is not None}

    def titles(self) -> list[dict[str, Any]]:
        """One row a title. A viewing's text says more than a trace's, so it comes first."""
        found = [_title(viewing) for viewing, _ in self.viewings]
        found += [self._title_of(trace, session_id) for trace, session_id in self.traces]
        rows: dict[str, dict[str, Any]] = {}
        for title in found:
            rows.setdefault(title.title_id, title.row())
        return [rows[title_id] for title_id in sorted(rows)]

    def _bind(self) -> Iterator[tuple[str, str]]:
        """Viewing and session ids of one play: same profile and start second, and title where that leaves several."""
        by_start = defaultdict(list)
        for trace, session_id in self.traces:
            by_start[trace.profile, trace.started_at].append((trace, session_id))
        for viewing, viewing_id in self.viewings:
            found = by_start[viewing.profile, viewing.started_at]
            same_title = [pair for pair in found if title_key(pair[0].title) == title_key(viewing.title)]
            if candidates := same_title or (found if len(found) == 1 else []):
                # The smallest id, not the first row: the order of rows may differ in the next export.
                yield viewing_id, min(session_id for _, session_id in candidates)

    def _title_of(self, trace: Trace, session_id: str) -> TitleText:
        if viewing := self._viewing_of_session.get(session_id):
            return _title(viewing)
        is_supplemental = looks_supplemental(trace.title) or title_key(trace.title) in self._supplemental_only
        return TitleText(trace.title, is_supplemental)

    def _who(self, play: Viewing | Trace) -> dict[str, str]:
        profile = keyed_id(self._key, "", "profile", self.account_id, play.profile)
        return {"account_id": self.account_id, "profile_id": f"{self.account_id}-{profile}"}


def _bookmarked(trace: Trace, viewing: Viewing | None) -> tuple[TraceEntry, ...]:
    """What the bookmark says of a play that went on after its trace's last word: where its clock was, and so when.

    Players note the place about once a minute. A bookmark further on is one that another play left.
    """
    if viewing is None or viewing.bookmark_seconds is None or not trace.entries:
        return ()
    last = max(trace.entries, key=lambda entry: (entry.session_offset_ms, entry.place))
    ahead_ms = 1000 * viewing.bookmark_seconds - last.media_offset_ms
    if not _ROUNDED_MS < ahead_ms <= _UNHEARD_MS:
        return ()
    at_ms = last.session_offset_ms + ahead_ms
    return (TraceEntry(last.place + len(trace.entries), "heartbeat", at_ms, last.media_offset_ms + ahead_ms),)


def _find(directory: Path, name: str) -> Path | None:
    places = (directory / _SUBFOLDER / name, directory / name)
    return next((place for place in places if place.is_file()), None)


def _oldest_play(key: LinkageKey, plays: Sequence[Viewing] | Sequence[Trace]) -> str:
    """Tells one household's export from another's."""
    started = min(((rfc3339(play.started_at), title_key(play.title)) for play in plays), default=("", ""))
    return keyed_id(key, "netflix-", "oldest", *started)


def _play_ids(key: LinkageKey, kind: str, oldest: str, plays: Sequence[Viewing] | Sequence[Trace]) -> list[str]:
    """An id for each play.

    Several may share start, title and device: the order of their contents tells them apart, so that the order of rows
    does not matter, and a row that occurs twice is one play.
    """
    moments = [(rfc3339(play.started_at), title_key(play.title), play.device) for play in plays]
    contents = defaultdict(set)
    for moment, play in zip(moments, plays, strict=True):
        contents[moment].add(repr(play))
    places = {moment: sorted(found) for moment, found in contents.items()}
    return [
        keyed_id(key, "nf-", kind, oldest, *moment, places[moment].index(repr(play)))
        for moment, play in zip(moments, plays, strict=True)
    ]


def _supplemental_only(viewings: Iterable[Viewing]) -> set[str]:
    """Texts that viewings name, and only for hooks, trailers and the like."""
    keys: dict[bool, set[str]] = {True: set(), False: set()}
    for viewing in viewings:
        keys[viewing.supplemental_type is not None].add(title_key(viewing.title))
    return keys[True] - keys[False]


def _title(viewing: Viewing) -> TitleText:
    return TitleText(viewing.title, viewing.supplemental_type is not None)


def _remarks(export: _Export) -> Iterator[str]:
    yield f"{len(export.session_of_viewing):,} of {len(export.viewings):,} reported viewings have their trace."
    if without := sum(not trace.entries for trace, _ in export.traces):
        yield f"{without:,} of {len(export.traces):,} traces are empty: they give no events."
    negative = sum(entry.media_offset_ms < 0 for trace, _ in export.traces for entry in trace.entries)
    if negative:
        yield f"{negative:,} events stand before the start of the media; silver will refuse them."
