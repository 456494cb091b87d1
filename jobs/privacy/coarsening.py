"""Facts made coarse enough to keep: networks instead of addresses, search text without contact details."""

import re
import sys
import unicodedata

_IPV4 = re.compile(r"(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}", re.ASCII)
# The first three groups make the /48. An address that shortens one of them with `::` has zeros there.
_IPV6_GROUP = r"[0-9A-Fa-f]{1,4}"
_IPV6 = re.compile(rf"({_IPV6_GROUP}):({_IPV6_GROUP}):({_IPV6_GROUP})?:.*")
_SHORT_AFTER_FIRST = re.compile(rf"^({_IPV6_GROUP})::")
# Servers that listen on both write an IPv4 address so.
_MAPPED_IPV4 = re.compile(r"^::[Ff]{4}:")

_DASHES = "".join(
    re.escape(character) for character in map(chr, range(sys.maxunicode)) if unicodedata.category(character) == "Pd"
)
# Letters, digits and spaces of every script. `＠` is what some input methods write.
_EMAIL = re.compile(r"[^\s@＠<>()\[\],;:\"]+[@＠][\w-]+([.．。][\w-]+)+")
# Seven digits or more, however they are grouped: phone and card numbers. Years and episode numbers are shorter.
_LONG_NUMBER = re.compile(rf"[+＋]?\d(?:[\s()./{_DASHES}]*\d){{6,}}")


def network_prefix(ip: str) -> str | None:
    """IPv4 cut to its /24, IPv6 to its /48; null for what is neither, and for loopback, which has no network."""
    ip = _SHORT_AFTER_FIRST.sub(r"\1:0::", _MAPPED_IPV4.sub("", ip))
    if found := _IPV4.fullmatch(ip):
        return f"{found[1]}.0/24"
    if found := _IPV6.fullmatch(ip):
        return f"{found[1]}:{found[2]}:{found[3] or '0'}::/48".lower()
    return None


def without_contact_details(text: str) -> str:
    """Search text with e-mail addresses, phone and card numbers replaced by what they were."""
    return _LONG_NUMBER.sub("[number]", _EMAIL.sub("[e-mail]", text))
