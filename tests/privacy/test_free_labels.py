import pytest

from jobs.privacy.free_labels import file_name_without_contact_details, names_one_of, tells_of_a_person

PERSONAL = [
    "anna@mail.com",
    "failed for a n n a @ mail . com",
    "0612345678",
    "+33 6 12 34 56 78",
    "E (0612345678)",
    "06\u200b12345678",
    "for 0b8f1f52-6d0a-4e0c-9f0e-5d8a2c3b4a5f",
    "user_0b8f1f526d0a4e0c9f0e5d8a2c3b4a5f",
    "4f12ab9078cd34ef",
]
HARMLESS = [
    "NW-2-5",
    "M7121-1331-4027",
    "UI-800-3",
    "NETWORK_TIMEOUT",
    "Because you watch 🎬",
    "premium 4K",
    "top_10",
    "effaced",
]
FILES = {
    "anna.lee@mail.com.zip": "[e-mail]",
    "calls of 0612345678.ndjson": "calls of [number].ndjson",
    "+33 6 12 34 56 78.csv": "[number].csv",
    "playback-2026-06-02-seed3-viewers150.ndjson.zst": "playback-2026-06-02-seed3-viewers150.ndjson.zst",
    "events_20260602T130000.ndjson": "events_20260602T130000.ndjson",
    "2026-06-02-13-00.ndjson": "2026-06-02-13-00.ndjson",
    "movielens-4f1234567890ab12.ndjson": "movielens-4f1234567890ab12.ndjson",
    "part-00012.csv": "part-00012.csv",
}


@pytest.mark.parametrize("label", PERSONAL, ids=ascii)
def test_a_label_that_tells_of_a_person(label: str) -> None:
    assert tells_of_a_person(label)


@pytest.mark.parametrize("label", HARMLESS, ids=ascii)
def test_a_label_that_does_not(label: str) -> None:
    assert not tells_of_a_person(label)


def test_an_id_in_a_label_is_found_unless_it_may_be_there_by_accident() -> None:
    assert names_one_of("anna-lee", ["profile-1", "anna-lee"])
    assert names_one_of("failed for account-1", [None, "account-1"])
    assert names_one_of("12", ["12"])
    assert not names_one_of("top_12", ["12", None, ""])


@pytest.mark.parametrize("name", FILES)
def test_a_files_name_is_shown_without_contact_details(name: str) -> None:
    assert file_name_without_contact_details(name) == FILES[name]
