import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.privacy.contact_details import has_contact_details, without_contact_details

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
TEXTS = {
    "ann.lee+tv@mail.example.org": "[e-mail]",
    "films for ann@example.org please": "films for [e-mail] please",
    "josé@exämple.fr": "[e-mail]",
    "o'brien!@mail.example.org": "[e-mail]",
    "почта@пример.рф, please": "[e-mail], please",
    "ann＠example．org": "[e-mail]",
    "a n n a @ mail . com": "[e-mail]",
    "a n n a @ m a i l . c o m": "[e-mail]",
    "anna @ mail . com please": "[e-mail] please",
    "films for anna @ mail.com please": "films for [e-mail] please",
    "anna (at) mail (dot) com": "[e-mail]",
    "anna[at]mail.com": "[e-mail]",
    "an\u200bna@ma\u200dil.c\u00adom": "[e-mail]",
    "a\u0332n\u0332n\u0332@mail.com 🎬": "[e-mail] 🎬",
    "+33 6 12 34 56 78": "[number]",
    "06.12.34.56.78": "[number]",
    "06_12_34_56_78": "[number]",
    "06,12,34,56,78": "[number]",
    "06·12·34·56·78": "[number]",
    "0 6 1 2 3 4 5 6 7 8": "[number]",
    ZERO_WIDTH.join("0612345678"): "[number]",
    "٠٦ ١٢ ٣٤ ٥٦ ٧٨": "[number]",
    "０３–１２３４–５６７８": "[number]",
    "＋８１ ３ １２３４ ５６７８": "[number]",
    "①②③④⑤⑥⑦": "[number]",
    "𝟎𝟔𝟏𝟐𝟑𝟒𝟓𝟔": "[number]",
    "06\u00a012\u00a034\u00a056\u00a078": "[number]",
    "call 555-123-4567": "call [number]",
    "(020) 7946 0958": "([number]",
    "4111 1111 1111 1111": "[number]",
    "4111111111111111": "[number]",
    "mail ann@example.org or 0612345678": "mail [e-mail] or [number]",
    "Se7en": "Se7en",
    "2001: A Space Odyssey": "2001: A Space Odyssey",
    "24": "24",
    "1917": "1917",
    "10 Things I Hate About You": "10 Things I Hate About You",
    "9-1-1": "9-1-1",
    "love @ first sight": "love @ first sight",
    "Meet me at the dot. Com": "Meet me at the dot. Com",
    "family 👩\u200d👩\u200d👧": "family 👩\u200d👩\u200d👧",
    "crème 🎬 'quoted' <b>": "crème 🎬 'quoted' <b>",
    "": "",
}


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_contact_details_are_taken_out_and_nothing_else(text: str) -> None:
    assert without_contact_details(text) == TEXTS[text]


@given(st.lists(st.sampled_from(list(ZERO_WIDTH + " .-/")), min_size=9, max_size=9))
def test_a_number_is_found_whatever_stands_between_its_digits(between: list[str]) -> None:
    typed = "0612345678"
    spread = "".join(digit + space for digit, space in zip(typed, [*between, ""], strict=True))
    assert without_contact_details(f"call {spread}") == "call [number]"


@given(st.text(max_size=60))
def test_what_is_left_holds_none(text: str) -> None:
    assert not has_contact_details(without_contact_details(text))
