"""Plausible released rows of every table: two weeks and a month of about 2,000 people who do not exist."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from jobs.contracts.published import (
    EXPERIENCE_WEEKLY,
    GENRE_DEMAND_WEEKLY,
    OTHER,
    RELEASES,
    RETENTION_MONTHLY,
    SEARCHES_IN_VAIN_WEEKLY,
    SUBSCRIBER_VALUE_MONTHLY,
    TITLE_MOMENTS_WEEKLY,
    TITLE_VIEWING_WEEKLY,
    VIEWING_CLOCK_WEEKLY,
)
from jobs.contracts.table import Table
from jobs.simulator.world.names import draw_names

MAY = date(2026, 5, 1)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
REGIONS = [
    *(("US", "US-CA"), ("US", "US-NY"), ("US", OTHER), ("GB", "GB-ENG"), ("DE", "DE-BE"), ("DE", "DE-BY")),
    *(("FR", "FR-IDF"), ("BR", "BR-SP"), ("BR", "BR-BA"), (OTHER, OTHER)),
]
Row = dict[str, Any]


def released_rows(seed: int = 7, first_week: date = date(2026, 6, 1), weeks: int = 2) -> dict[Table, list[Row]]:
    stream = np.random.default_rng(seed)
    names = draw_names(stream, 40)
    rows: dict[Table, list[Row]] = {
        RETENTION_MONTHLY: _retention(stream),
        SUBSCRIBER_VALUE_MONTHLY: _value(stream),
        RELEASES: [_release("month", MAY)],
    }
    for number in range(weeks):
        week = first_week + timedelta(weeks=number)
        rows[RELEASES].append(_release("week", week))
        for table, made in (
            (VIEWING_CLOCK_WEEKLY, _clock(stream)),
            (TITLE_VIEWING_WEEKLY, _titles(stream, names)),
            (TITLE_MOMENTS_WEEKLY, _moments(stream, names)),
            (GENRE_DEMAND_WEEKLY, _genres(stream)),
            (SEARCHES_IN_VAIN_WEEKLY, _searches(stream)),
            (EXPERIENCE_WEEKLY, _experience(stream)),
        ):
            rows.setdefault(table, []).extend({"week_start_date": week, **row} for row in made)
    return rows


def _release(period: str, first: date) -> Row:
    return {"period": period, "period_start_date": first, "released_at": datetime(2026, 6, 29, 4, tzinfo=UTC)}


def _clock(stream: np.random.Generator) -> list[Row]:
    """As if of one title."""
    by_block = (60, 12, 0, 40, 90, 130, 260, 340)
    rows: list[Row] = []
    for number, day in enumerate(DAYS):
        for block, hours in enumerate(by_block):
            if hours and not (number < 5 and hours < 20):
                part = 1.5 if number > 4 and 2 < block < 6 else 1.0
                time_of_day = f"{3 * block:02d}-{3 * block + 3:02d}"
                watched = round(hours * part * stream.uniform(0.8, 1.2))
                rows.append({"local_day": day, "time_of_day": time_of_day, "watched_hours": watched})
        rows.append({"local_day": day, "time_of_day": OTHER, "watched_hours": 14})
    rows.append({"local_day": OTHER, "time_of_day": OTHER, "watched_hours": 210})
    return [{"title_id": OTHER, **row, "watched_hours": float(row["watched_hours"])} for row in rows]


def _titles(stream: np.random.Generator, names: list[str]) -> list[Row]:
    rows: list[Row] = [
        {
            "title_id": f"title-{number:02d}",
            "name": name,
            "kind": "film" if number % 3 else "episode",
            "watched_hours": (hours := float(round(720 * (number + 1) ** -0.8 * stream.uniform(0.9, 1.1)))),
            "viewers": max(10, int(hours * 0.6) // 10 * 10),
            "views": round(hours / 1.4, 1),
        }
        for number, name in enumerate(names)
    ]
    return [*rows, {"title_id": OTHER, "name": OTHER, "viewers": 900, "watched_hours": 1480.0}]


def _moments(stream: np.random.Generator, names: list[str]) -> list[Row]:
    """Of the first three titles; in the first, every third viewer who leaves it does so in its first minutes."""
    rows = []
    for number in range(3):
        for measure, stretches in {"exits": 22, "pauses": 12, "rewatches": 9, "skips_over": 7, "stalls": 3}.items():
            inner = np.sort(stream.choice(np.arange(12, 520), stretches - 1, replace=False)) * 10
            edges = [0, *([110] if measure == "exits" else []), *inner.tolist(), 5340]
            for start, end in itertools.pairwise(edges):
                times = int(stream.integers(11, 26)) + (34 if measure == "exits" and start == 0 else 0) - number
                rows.append(
                    {
                        "title_id": f"title-{number:02d}",
                        "name": names[number],
                        "measure": measure,
                        "from_seconds": start,
                        "to_seconds": end,
                        "times": times,
                        "viewers": max(10, times - 3),
                    }
                )
    return rows


def _genres(stream: np.random.Generator) -> list[Row]:
    genres = ("Drama", "Comedy", "Thriller", "Documentary", "Science fiction", "Family", "Romance", "Horror")
    demand = stream.dirichlet(np.linspace(9, 2, len(genres)))
    supply = stream.dirichlet(np.full(len(genres), 6.0))
    return [
        {
            "genre": genre,
            "watched_hours": float(7000 * wanted),
            "demand_share": float(wanted),
            "offered_demand_share": float(wanted),
            "supply_share": float(offered),
            "demand_supply_ratio": float(wanted / offered),
        }
        for genre, wanted, offered in zip(genres, demand, supply, strict=True)
    ]


def _searches(stream: np.random.Generator) -> list[Row]:
    labels = ("heist", "cooking", "Science fiction", "space", "true crime", "Anime", OTHER)
    return [
        {"label": label, "searches": int(count), "viewers": int(max(10, count * 0.7))}
        for label, count in zip(labels, stream.integers(14, 90, len(labels)), strict=True)
    ]


def _experience(stream: np.random.Generator) -> list[Row]:
    rows = []
    for country, region in REGIONS:
        half = stream.uniform(0.9, 1.8)
        rows.append(
            {
                "country": country,
                "region": region,
                "viewers": int(stream.integers(60, 240)),
                "startup_seconds_p50": half,
                "startup_seconds_p95": half * stream.uniform(2.2, 4.2),
                "failed_share": stream.uniform(0.004, 0.02),
                "rebuffer_ratio": stream.uniform(0.002, 0.011),
            }
        )
    return rows


def _retention(stream: np.random.Generator) -> list[Row]:
    rows = []
    for plan, leaving, steps in (("basic", 0.05, 9), ("standard", 0.03, 7), ("premium", 0.018, 4), (OTHER, 0.06, 1)):
        rows.append({"plan": plan, "months_since": 0, "kept_share": 1.0, "as_of_date": date(2026, 6, 14)})
        month = 0
        for _ in range(steps):
            month += int(stream.integers(1, 4))
            kept = float(np.exp(-leaving * month))
            margin = 0.015 + 0.006 * month**0.7
            rows.append(
                {
                    "plan": plan,
                    "months_since": month,
                    "kept_share": kept,
                    "kept_share_low": max(0.0, kept - margin),
                    "kept_share_high": min(1.0, kept + margin),
                    "as_of_date": date(2026, 6, 14),
                }
            )
    return rows


def _value(stream: np.random.Generator) -> list[Row]:
    rows = []
    for country, region in REGIONS:
        subscribers = int(stream.integers(60, 220))
        paid, taught, shown = stream.uniform(90, 190), stream.uniform(2, 9), stream.uniform(12, 45)
        worth, margin = 0.85 * paid + taught, stream.uniform(12, 30)
        rows.append(
            {
                "month_start_date": MAY,
                "country": country,
                "region": region,
                "subscribers": subscribers,
                "currency": "EUR",
                "revenue_total": subscribers * 11.3,
                "direct_value_mean": paid,
                "serving_cost_mean": 0.15 * paid,
                "teaching_value_mean": taught,
                "demand_value_mean": shown,
                "value_mean": worth,
                "value_mean_low": worth - margin,
                "value_mean_high": worth + margin,
            }
        )
    return rows
