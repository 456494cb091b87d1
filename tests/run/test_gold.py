from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import chain

import pytest

from expectations.gate import Gate
from jobs.config import Settings
from jobs.contracts.gold import FROM_SILVER, TITLE_FEATURES, VIEWING_SESSIONS
from jobs.contracts.silver import PLAYBACK_EVENTS
from jobs.run.gold import MOST_EVENTS_IN_DRIVER, derived_of_plays, plays_of
from jobs.run.publication import judged, publish
from jobs.run.seen_rows import SeenRows
from jobs.storage.candidates import write
from jobs.storage.kernels import KernelFailedError
from jobs.storage.lake import Lake
from tests.factories import NOON, make_rows
from tests.fingerprint import fingerprints
from tests.gold.playback import Moment, make_playback

MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)
AT = datetime(2026, 6, 9, tzinfo=UTC)


def write_gold(lake: Lake, day: date, gate: Gate, load_id: str, unpublished: Sequence[str] = ()) -> None:
    seen = SeenRows(lake, lake.published(), unpublished, AT.date())
    plays = plays_of(seen, [day])
    candidates = chain(plays.candidates, derived_of_plays(seen, plays))
    write(lake, [judged(candidate, gate, load_id) for candidate in candidates])
    publish(lake, FROM_SILVER, load_id, AT)


def test_a_late_event_moves_its_session_to_the_day_before_and_leaves_none_behind(
    lake: Lake, settings: Settings
) -> None:
    """Seconds count from noon: midnight is at 43,200."""
    after_midnight = [(43_260.0, "playing", 0.0), (43_360.0, "stopped", 100.0)]
    before_midnight = [(43_140.0, "play_requested", 0.0)]
    for load, moments in (("on time", after_midnight), ("late", before_midnight)):
        lake.append(PLAYBACK_EVENTS, make_playback(lake.spark, {"one play": moments}, batch_id=load), load)
    shown_so_far = make_rows(lake.spark, VIEWING_SESSIONS, [{"session_id": "one play", "session_date": TUESDAY}])
    lake.append(VIEWING_SESSIONS, shown_so_far, "on time")
    publish(lake, [VIEWING_SESSIONS], "on time", AT)
    write_gold(lake, MONDAY, Gate(settings.quality, lambda: NOON), "late")
    sessions = lake.read(VIEWING_SESSIONS).select("session_id", "session_date", "event_count").collect()
    assert [tuple(session) for session in sessions] == [("one play", MONDAY, 3)]


def test_features_of_a_title_that_a_late_event_takes_all_plays_from_are_gone(lake: Lake, settings: Settings) -> None:
    """That it played by itself while somebody browsed makes a preview of it."""
    gate = Gate(settings.quality, lambda: NOON)
    by_itself = {"is_autoplay": True, "play_source": "home"}
    deliveries: dict[str, list[Moment]] = {
        "on time": [(10.0, "playing", 0.0), (20.0, "stopped", 10.0)],
        "late": [(0.0, "play_requested", 0.0, by_itself)],
    }
    found = []
    for load, moments in deliveries.items():
        lake.append(PLAYBACK_EVENTS, make_playback(lake.spark, {"one play": moments}, batch_id=load), load)
        write_gold(lake, MONDAY, gate, load)
        found.append(lake.read(TITLE_FEATURES).count())
    assert found == [1, 0]


def test_plays_are_the_same_whether_the_driver_makes_them_or_sparks_tasks(
    lake: Lake, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments: list[Moment] = [(0.0, "playing", 0.0), (60.0, "paused", 60.0), (90.0, "stopped", 60.0)]
    for load in ("shown", "waiting"):
        lake.append(PLAYBACK_EVENTS, make_playback(lake.spark, {f"play that is {load}": moments}, batch_id=load), load)
    found = []
    for most_events in (MOST_EVENTS_IN_DRIVER, 0):
        monkeypatch.setattr("jobs.run.gold.MOST_EVENTS_IN_DRIVER", most_events)
        write_gold(lake, MONDAY, Gate(settings.quality, lambda: NOON), "load", unpublished=["waiting"])
        found.append(fingerprints(lake, FROM_SILVER))
        assert [row.session_id for row in lake.read(VIEWING_SESSIONS).collect()] == ["play that is shown"]
    assert found[0] == found[1]


def test_a_date_without_an_event_has_no_plays(lake: Lake, settings: Settings) -> None:
    events = make_playback(lake.spark, {"another day": [(0.0, "playing", 0.0), (60.0, "stopped", 60.0)]})
    lake.append(PLAYBACK_EVENTS, events, "load")
    write_gold(lake, date(2026, 7, 1), Gate(settings.quality, lambda: NOON), "load")
    assert lake.read(VIEWING_SESSIONS).isEmpty()


def test_an_event_on_which_the_kernel_fails_is_not_told(lake: Lake, settings: Settings) -> None:
    events = make_playback(lake.spark, {"one play": [(0.0, "what nobody may read", 0.0)]})
    lake.append(PLAYBACK_EVENTS, events, "load")
    with pytest.raises(KernelFailedError) as failed:
        write_gold(lake, MONDAY, Gate(settings.quality, lambda: NOON), "load")
    assert "nobody" not in str(failed.value)
