"""Age classes, as catalogues and profiles write them: from which age on a title is meant to be seen."""

# Whose profile is limited to less is a child's.
ADULT_AGE = 18
# Where a number says it: 12, 12+, FSK 12, PEGI-12.
NUMBERED = r"^(?:fsk|usk|pegi|csa|age|ages)?[ -]?([0-9]{1,2})[+]?$"
# What has no number, or another one than its age. United States: MPA's and TV ratings; Britain and others: U.
AGES = {
    **dict.fromkeys(("all", "g", "u", "l", "tv-y", "tv-g", "e"), 0),
    "tv-y7": 7,
    "tv-y7-fv": 7,
    "pg": 10,
    "tv-pg": 10,
    "pg-13": 13,
    "tv-14": 14,
    "r": 17,
    "nc-17": 18,
    "tv-ma": 18,
    "x": 18,
}
