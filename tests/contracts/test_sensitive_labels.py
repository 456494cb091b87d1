import pytest

from jobs.contracts.sensitive_labels import is_sensitive
from jobs.simulator.world.catalogue import TASTE_GROUPS, THEMES

SENSITIVE = {
    "health": ("mental health", "Living with HIV", "Cancer Stories", "disability", "Addiction"),
    "faith": ("Faith & Spirituality", "religion", "Christian", "Islamic cinema", "Jews in film"),
    "sexuality": ("LGBTQ+", "Gay & Lesbian", "erotica", "coming out", "Steamy SEX comedies", "queer cinema"),
    "politics": ("Political Dramas", "politics", "elections", "Activism", "right-wing movements"),
}
PLAIN = (
    "transport",
    "Essex",
    "Sextet",
    "Godzilla",
    "crime",
    "heists",
    "maids",
    "true story",
    "science fiction",
    "unknown",
)


@pytest.mark.parametrize("label", [label for labels in SENSITIVE.values() for label in labels])
def test_tells_of_health_faith_sexuality_or_politics(label: str) -> None:
    assert is_sensitive(label)


@pytest.mark.parametrize("label", [*PLAIN, *THEMES, *(genre for group in TASTE_GROUPS for genre in group)])
def test_tells_of_none_of_them(label: str) -> None:
    assert not is_sensitive(label)
