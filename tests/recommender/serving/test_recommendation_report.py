import pytest

from jobs.recommender.serving.recommendation_report import OLD_AFTER_DAYS, RecommendationReport

SAID = {
    "popular titles": (
        RecommendationReport("popularity", "none", new_lists=2),
        ["2 new lists of popular titles: no model has beaten those yet."],
    ),
    "a champion": (
        RecommendationReport("m", "3", new_lists=1, variety=0.5, variety_before=0.4, age_days=1),
        ["1 new list by m version 3, 1 day old. Variety 0.50, 0.40 by score alone."],
    ),
    "an old champion and nothing new": (
        RecommendationReport("m", "3", new_lists=0, has_changed=False, age_days=OLD_AFTER_DAYS + 1),
        [
            "nothing new: no viewer did anything since, and the model is the same, m version 3, 31 days old.",
            "the champion is 31 days old: `playhead train` learns from newer data.",
        ],
    ),
    "a champion as old as can be": (
        RecommendationReport("m", "3", new_lists=1, age_days=OLD_AFTER_DAYS),
        ["1 new list by m version 3, 30 days old."],
    ),
    "a lost champion": (
        RecommendationReport("popularity", "none", new_lists=1, lost_version="3"),
        [
            "1 new list of popular titles.",
            "the champion, version 3, is lost: its run was deleted and purged from MLflow, and its files with it. "
            "Lists are of popular titles until `playhead train` makes another, or `playhead model rollback` brings "
            "back the one before.",
        ],
    ),
    "one who has seen all, beside others": (
        RecommendationReport("popularity", "none", new_lists=1, seen_all=1),
        [
            "1 new list of popular titles: no model has beaten those yet.",
            "nothing is left to recommend to 1 viewer: all titles that the lake knows anybody to like, and that are on "
            "offer there, are seen or on the viewer's list.",
        ],
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_said(name: str) -> None:
    report, sentences = SAID[name]
    assert str(report).split("\n") == [f"recommend: {sentence}" for sentence in sentences]
