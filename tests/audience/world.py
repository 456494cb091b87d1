"""People of three tastes, of whom some leave, and watch less before they do: rows of a lake that gold has published."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from jobs.contracts.gold import VIEWING_SESSIONS
from jobs.contracts.silver import CONSENTS, PROFILES, SUBSCRIPTIONS, TITLES
from jobs.contracts.table import Table
from jobs.run.publication import publish
from jobs.run.workspace import Workspace
from jobs.storage.local_rows import local_rows
from tests.factories import NOON, make_rows

FIRST_DAY, LAST_DAY = date(2025, 12, 15), date(2026, 5, 31)
ACCOUNTS, CONSENTING = 300, 120
# Whose one profile is a child's, for which somebody agreed to marketing.
CHILD = 3
# In their last weeks those who leave watch on fewer days.
FADING_DAYS, USUAL_SHARE, FADING_SHARE = 21, 0.6, 0.2
MEAN_DAYS_TO_LEAVING = 240
OWN_TASTE_SHARE = 0.9
# Genre of the title, local hour, device.
TASTES = (("crime", 22, "tv"), ("comedy", 13, "phone"), ("family", 8, "tablet"))


def account(number: int) -> str:
    return f"account-{number}"


def taste_of(profile: str) -> int:
    return int(profile.rpartition("-")[2]) % len(TASTES)


def fill(work: Workspace) -> None:
    """Account n has one profile, of taste n modulo 3; the first CONSENTING agreed to marketing.

    One of these is a child's.
    """
    stream = np.random.default_rng(7)
    leaves_after = stream.exponential(MEAN_DAYS_TO_LEAVING, ACCOUNTS).astype(int) + 7
    last_days = [FIRST_DAY + timedelta(days=int(days)) for days in leaves_after]
    sessions = [
        play
        for number, last_day in enumerate(last_days)
        for day in _days()
        if day < last_day
        and stream.random() < (FADING_SHARE if last_day - day <= timedelta(days=FADING_DAYS) else USUAL_SHARE)
        for play in [_play(number, day, stream)]
    ]
    subscriptions = [
        {
            "key_epoch": 1,
            "account_key": account(number),
            "plan": ("basic", "premium")[number % 2],
            "started_at": datetime(2025, 1 + number % 12, 1, tzinfo=UTC),
            "ended_at": _noon(last_day) if last_day <= LAST_DAY else None,
        }
        for number, last_day in enumerate(last_days)
    ]
    agreed = {"purpose": "marketing", "key_epoch": 1, "granted_at": _noon(FIRST_DAY)}
    consents = [{"profile_key": f"profile-{number}", **agreed} for number in range(CONSENTING)]
    titles = [{"title_id": genre, "kind": "film", "genres": [genre]} for genre, _, _ in TASTES]
    # Of thousands of sessions, only the columns that are told: the others are null.
    columns = [column for column in VIEWING_SESSIONS.columns if column.name in sessions[0]]
    told = local_rows(
        work.lake.spark,
        [[play[column.name] for column in columns] for play in sessions],
        ", ".join(f"{column.name} {column.type}" for column in columns),
    )
    nothing = make_rows(work.lake.spark, VIEWING_SESSIONS, [])
    work.lake.append(VIEWING_SESSIONS, nothing.unionByName(told, allowMissingColumns=True), "load-1")
    others: dict[Table, Sequence[Mapping[str, Any]]] = {
        PROFILES: [{"profile_key": f"profile-{CHILD}", "account_key": account(CHILD), "is_child": True}],
        SUBSCRIPTIONS: subscriptions,
        CONSENTS: consents,
        TITLES: titles,
    }
    for table, rows in others.items():
        work.lake.append(table, make_rows(work.lake.spark, table, rows), "load-1")
    publish(work.lake, [VIEWING_SESSIONS], "load-1", NOON)


def _days() -> list[date]:
    return [FIRST_DAY + timedelta(days=number) for number in range((LAST_DAY - FIRST_DAY).days + 1)]


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _play(number: int, day: date, stream: np.random.Generator) -> dict[str, Any]:
    """Of the own taste, or of any; hours vary."""
    genre, hour, device = TASTES[number % 3 if stream.random() < OWN_TASTE_SHARE else stream.integers(3)]
    return {
        "session_id": f"{number}-{day}",
        "session_date": day,
        "account_key": account(number),
        "profile_key": f"profile-{number}",
        "title_id": genre,
        "started_at": datetime.combine(day, time(hour), UTC),
        "device_type": device,
        "is_preview": False,
        "watched_seconds": float(stream.gamma(2.0, 1800.0)),
    }
