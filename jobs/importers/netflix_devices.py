"""Which kind of device a Netflix device name means."""

import re

# The first pattern that occurs decides. Sticks and boxes come before `TV`: an Apple TV is not one.
_PATTERNS = (
    ("console", r"playstation|\bps[345]\b|xbox|nintendo|\bwii\b"),
    ("stick", r"chromecast|fire ?tv|\bstick\b|apple ?tv|streaming (stick|player)|set[- ]?top|\bstb\b|shield"),
    ("tv", r"smart ?tv|\b(uhd|hd|4k|oled|qled)? ?tv\b|bravia|webos|tizen"),
    ("tablet", r"ipad|tablet|kindle|galaxy tab"),
    ("phone", r"iphone|phone|pixel \d|galaxy [as]\d"),
    ("browser", r"chrome|firefox|safari|\bedge\b|opera|internet explorer|silverlight|cadmium|html ?5|\bpc\b|\bmac\b"),
)


def device_type(name: str) -> str:
    """tv, phone, tablet, browser, console or stick; other where the name says none of these.

    >>> device_type("Samsung CE 2019 Muse-L UHD TV Smart TV"), device_type("DefaultWidevineAndroidPhone")
    ('tv', 'phone')
    """
    return next((kind for kind, pattern in _PATTERNS if re.search(pattern, name, re.IGNORECASE)), "other")
