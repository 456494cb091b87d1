"""The smallest file that gold shows something of."""

from jobs.run.workspace import Workspace
from tests.factories import make_line


def put_play(work: Workspace, title_id: str) -> None:
    """A file with one play, a minute long."""
    events = work.settings.inbox / "events"
    events.mkdir(parents=True, exist_ok=True)
    moments = (("playing", 0), ("stopped", 60))
    lines = [
        make_line(
            event_type=event_type,
            event_time=f"2026-06-01T12:{seconds // 60:02d}:00.000Z",
            received_time=None,
            session_id=f"play-of-{title_id}",
            title_id=title_id,
            position_ms=seconds * 1000,
        )
        for event_type, seconds in moments
    ]
    (events / f"{title_id}.ndjson").write_bytes(b"\n".join(lines) + b"\n")
