"""What users of real players ran into: the cases beside the project, from their lines to plays, without Spark."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jobs.gold.sessions.event_order import ordered_events
from jobs.gold.sessions.media_clock import media_progress
from jobs.gold.sessions.play_facts import play_facts
from tests.gold.sessions.playback import EVENT_SCHEMA
from tests.silver.decoding import KEYS, decoded_events, decoded_reference

CASES = ("01", "02", "03", "05", "07", "08", "09", "10", "11", "12", "16")
# What needs the title beside the play; see the tests of `gold.viewing_sessions`.
OF_THE_TITLE = {"is_completed", "completion_ratio"}


def lines(folder: Path) -> list[bytes]:
    return [line for path in sorted(folder.glob("*.ndjson")) for line in path.read_bytes().splitlines()]


def plays_of(case: Path) -> list[dict[str, Any]]:
    titles = {row["title_id"]: row for row in decoded_reference("titles", lines(case / "inbox" / "titles"))}
    rows = []
    for event in decoded_events(lines(case / "inbox" / "events")):
        if event["family"] == "playback":
            title = titles.get(event["title_id"], {})
            described = {"title_kind": title.get("kind"), "runtime_seconds": title.get("runtime_seconds")}
            rows.append({name: (event | described)[name] for name in EVENT_SCHEMA})
    return play_facts(media_progress(ordered_events(pl.DataFrame(rows, EVENT_SCHEMA)))).to_dicts()


def fits(found: Any, expected: Any) -> bool:
    if isinstance(expected, str) and " to " in expected:
        least, most = map(float, expected.split(" to "))
        return bool(least <= found <= most)
    return bool(found == (pytest.approx(expected) if isinstance(expected, float) else expected))


@pytest.mark.parametrize("number", CASES)
def test_plays_are_as_people_really_play(shared_cases: Path, number: str) -> None:
    (case,) = shared_cases.glob(f"{number}-*")
    expected = json.loads((case / "expected.json").read_text())
    plays = plays_of(case)
    key = "session_id" if "by_session" in expected else "title_id"
    for name, values in (expected.get("by_session") or expected["by_title"]).items():
        stored_as = KEYS.linkage.link("play", name) if key == "session_id" else name
        of_name = [play for play in plays if play[key] == stored_as]
        assert len(of_name) == values.get("plays", 1)
        measures = {measure: value for measure, value in values.items() if measure not in {"plays", *OF_THE_TITLE}}
        wrong = {
            measure: of_name[0][measure] for measure, value in measures.items() if not fits(of_name[0][measure], value)
        }
        assert wrong == {}, f"{name} should have {measures}"
