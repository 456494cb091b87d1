import pytest

from jobs.importers.netflix_titles import TitleText, looks_supplemental, title_key


@pytest.mark.parametrize(
    ("viewing", "trace"),
    [
        ("Dark: Season 1: Secrets (Episode 1)", 'Dark: Season 1: "Secrets"'),
        ("Dark: Staffel 1: Geheimnisse (Folge 1)", "Dark: Staffel 1: „Geheimnisse“"),
        ("Dark: Season 3: Episode 5", 'Dark: Season 3: "Episode 5"'),
        ("Dark: Season  1: Secrets", "Dark: Season 1: Secrets"),
        ("Ame\u0301lie", "Am\u00e9lie"),
    ],
)
def test_a_viewing_and_its_trace_name_the_same_title(viewing: str, trace: str) -> None:
    assert TitleText(viewing, False).title_id == TitleText(trace, False).title_id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It (Chapter 1)", "It (Chapter 2)"),
        ("Dark: Season 1: Secrets", "Dark: Season 2: Secrets"),
        ("Dark", "Darkness"),
    ],
)
def test_different_titles_stay_different(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


def test_a_film_and_its_trailer_are_two_titles() -> None:
    assert TitleText("Roma", False).title_id != TitleText("Roma", True).title_id


@pytest.mark.parametrize(
    ("text", "kind", "season", "episode"),
    [
        ("Dark: Season 1: Secrets (Episode 4)", "episode", 1, 4),
        ("Dark: Staffel 2: Geheimnisse (Folge 3)", "episode", 2, 3),
        ("Dark: Season 3: Episode 5", "episode", 3, 5),
        ('Dark: Season 3: "Secrets"', "episode", 3, None),
        ("Unorthodox: Limited Series: Part 1", "episode", None, 1),
        ("House: Part 2: Chapter 7", "episode", 2, 7),
        ("Seven: Eight: Season 2: Nine (Episode 1)", "episode", 2, 1),
        ("Dark: Season 4: Twins: Part 2", "episode", 4, None),
        ("Title 29493: Title 02411: Book 2: Title 72060 (Episode 7)", "episode", 2, 7),
        ("Roma", "film", None, None),
        ("Mission: Impossible", "film", None, None),
        ("Blade Runner 2049", "film", None, None),
    ],
)
def test_the_text_shows_the_kind_and_the_numbers(text: str, kind: str, season: int | None, episode: int | None) -> None:
    row = TitleText(text, False).row()
    assert (row["kind"], row.get("season_number"), row.get("episode_number")) == (kind, season, episode)


def test_all_episodes_of_a_series_share_it() -> None:
    texts = ("Dark: Season 1: A (Episode 1)", "Dark: Season 2: B (Episode 1)", 'Dark: Season 3: "C"')
    assert len({TitleText(text, False).row()["series_id"] for text in texts}) == 1


@pytest.mark.parametrize(
    ("text", "is_supplemental"),
    [
        ("Season 2: Dark", True),
        ("Dark: Season 2", True),
        ("Dark_hook_primary_16x9", True),
        ("Dark (Trailer)", True),
        ('Dark: Season 2: "Episode 5"', False),
        ("Dark: Light", False),
        ("Dark", False),
    ],
)
def test_a_trace_without_a_viewing_is_told_by_its_text(text: str, is_supplemental: bool) -> None:
    assert looks_supplemental(text) == is_supplemental
