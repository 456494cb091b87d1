"""Genres and themes that say something of a viewer's health, faith, sexuality or politics (GDPR, article 9).

Gold counts them like all others. No segment, reason or released row bears one.
"""

import re

# Beginnings of words, in English and in the languages of catalogues that this was tried on.
_BEGINNINGS = {
    "health": (
        *("addict", "alcoholi", "anorexi", "autis", "bulimi", "cancer", "dementia", "depress", "disab", "disease"),
        *("disorder", "epilep", "gesundheit", "health", "illness", "krank", "medical", "pregnan", "psychiatr"),
        *("salud", "santé", "schizo", "suicid", "therap", "trauma"),
    ),
    "faith": (
        *("athei", "bible", "biblical", "buddh", "cathol", "christian", "christlich", "church", "faith", "glaube"),
        *(
            "gospel",
            "hindu",
            "islam",
            "jehovah",
            "jewish",
            "judai",
            "kirch",
            "mormon",
            "muslim",
            "prayer",
            "protestant",
        ),
        *("quran", "ramadan", "relig", "scientolog", "sikh", "spiritual"),
    ),
    "sexuality": (
        *("asexual", "bisexual", "coming out", "drag queen", "erotic", "gender", "heterosexual", "homosexual"),
        *(
            "intersex",
            "kink",
            "lesbi",
            "lgb",
            "nonbinary",
            "non-binary",
            "polyamor",
            "porn",
            "queer",
            "sexual",
            "schwul",
        ),
        *("transgender", "transsexual"),
    ),
    "politics": (
        *("activis", "anarch", "communis", "conservati", "election", "fascis", "feminis", "left-wing", "marxis"),
        *("parliament", "politi", "populis", "propagand", "right-wing", "socialis", "trade union", "wahl"),
    ),
}
# Whole words, of which other words are no forms.
_WORDS = {
    "health": ("aids", "hiv", "adhd", "ptsd"),
    "faith": ("god", "jesus", "jews"),
    "sexuality": ("gay", "gays", "sex", "sexy", "trans"),
    "politics": (),
}
# For Java's regular expressions and Python's alike.
SENSITIVE_LABEL = (
    r"(?iu)(?<![a-z])(?:"
    + "|".join(re.escape(text) for texts in _BEGINNINGS.values() for text in texts)
    + "|(?:"
    + "|".join(text for texts in _WORDS.values() for text in texts)
    + ")(?![a-z]))"
)
_PATTERN = re.compile(SENSITIVE_LABEL)


def is_sensitive(label: str) -> bool:
    """Whether the genre or theme is one of those.

    >>> is_sensitive("LGBTQ Stories"), is_sensitive("Faith & Spirituality"), is_sensitive("transport")
    (True, True, False)
    """
    return bool(_PATTERN.search(label))
