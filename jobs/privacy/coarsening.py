"""Facts made coarse enough to keep: networks instead of addresses."""

import re

_IPV4 = re.compile(r"(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}", re.ASCII)
# The first three groups make the /48. An address that shortens one of them with `::` has zeros there.
_IPV6_GROUP = r"[0-9A-Fa-f]{1,4}"
_IPV6 = re.compile(rf"({_IPV6_GROUP}):({_IPV6_GROUP}):({_IPV6_GROUP})?:.*")
_SHORT_AFTER_FIRST = re.compile(rf"^({_IPV6_GROUP})::")
# Servers that listen on both write an IPv4 address so.
_MAPPED_IPV4 = re.compile(r"^::[Ff]{4}:")


def network_prefix(ip: str) -> str | None:
    """IPv4 cut to its /24, IPv6 to its /48; null for what is neither, and for loopback, which has no network."""
    ip = _SHORT_AFTER_FIRST.sub(r"\1:0::", _MAPPED_IPV4.sub("", ip))
    if found := _IPV4.fullmatch(ip):
        return f"{found[1]}.0/24"
    if found := _IPV6.fullmatch(ip):
        return f"{found[1]}:{found[2]}:{found[3] or '0'}::/48".lower()
    return None
