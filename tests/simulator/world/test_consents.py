from typing import Any


def test_reactions_come_only_while_a_consent_covers_them(
    clean_events: list[dict[str, Any]], consents: list[dict[str, Any]]
) -> None:
    covered = {
        row["profile_id"]: (row["granted_at"], row["withdrawn_at"] or "9999")
        for row in consents
        if row["purpose"] == "reactions"
    }
    reactions = [event for event in clean_events if event["event_type"] == "reaction_sampled"]
    assert reactions
    for event in reactions:
        granted, withdrawn = covered[event["profile_id"]]
        assert granted <= event["event_time"] < withdrawn


def test_nothing_from_after_the_last_day_is_known(consents: list[dict[str, Any]]) -> None:
    latest = max(time for row in consents for time in (row["granted_at"], row["withdrawn_at"]) if time)
    assert latest < "2026-06-04"
