from datetime import date
from pathlib import Path

from jobs.cli.version_outcomes import outcomes_of_versions
from jobs.config import Settings
from jobs.contracts.gold import RECOMMENDATION_VERSION_OUTCOMES
from tests.report.published_lake import publish_rows

MAY, JUNE = date(2026, 5, 25), date(2026, 6, 1)
# Week, row of the page, version, rate and the ends of its interval.
OUTCOMES = [
    (MAY, "recommended", "1", 0.1, 0.05, 0.15),
    (JUNE, "recommended", "1", 0.2, 0.15, 0.25),
    (JUNE, "recommended", "2", 0.3, None, None),
    (JUNE, "popular", "2", 0.4, None, None),
    (JUNE, "new [bold]", "9", 0.5, None, None),
]
COLUMNS = ("week_start_date", "shown_row", "model_version", "play_rate", "play_rate_low", "play_rate_high")


def test_each_versions_last_week_on_each_row(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    rows = [dict(zip(COLUMNS, outcome, strict=True)) for outcome in OUTCOMES]
    publish_rows(settings, {RECOMMENDATION_VERSION_OUTCOMES: rows})
    assert outcomes_of_versions(settings, ["2", "1"]) == {
        "played of shown, popular": ["0.4000, week of 2026-06-01", ""],
        "played of shown, recommended": [
            "0.3000, week of 2026-06-01",
            "0.2000 (0.1500 to 0.2500), week of 2026-06-01",
        ],
    }
    assert list(outcomes_of_versions(settings, ["9"])) == [r"played of shown, new \[bold]"]


def test_before_anything_was_shown_there_is_nothing(tmp_path: Path) -> None:
    assert outcomes_of_versions(Settings(home=tmp_path), ["1"]) == {}
