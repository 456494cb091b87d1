"""Facts made coarse enough to keep: networks instead of addresses, search text without contact details."""

from pyspark.sql import Column
from pyspark.sql import functions as F

_IPV4 = r"^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$"
_IPV6_GROUP = r"[0-9A-Fa-f]{1,4}"
# The first three groups make the /48. An address that shortens one of them with `::` has zeros there.
# Servers that listen on both write an IPv4 address so.
_MAPPED_IPV4 = r"^::[Ff]{4}:"
_SHORT_AFTER_FIRST = rf"^({_IPV6_GROUP})::"
_IPV6 = rf"^({_IPV6_GROUP}):({_IPV6_GROUP}):({_IPV6_GROUP})?:.*$"

# (?U): letters, digits and spaces of every script. `＠` is what some input methods write.
_EMAIL = r"(?U)[^\s@＠<>()\[\],;:\"]+[@＠][\w-]+([.．。][\w-]+)+"
# Seven digits or more, however they are grouped: phone and card numbers. Years and episode numbers are shorter.
_LONG_NUMBER = r"(?U)[+＋]?\d(?:[\s()./\p{Pd}]*\d){6,}"


def network_prefix(ip: Column) -> Column:
    """IPv4 cut to its /24, IPv6 to its /48; null for what is neither, and for loopback, which has no network."""
    ip = F.regexp_replace(F.regexp_replace(ip, _MAPPED_IPV4, ""), _SHORT_AFTER_FIRST, "$1:0::")
    ipv4 = F.regexp_extract(ip, _IPV4, 1)
    first, second, third = (F.regexp_extract(ip, _IPV6, group) for group in (1, 2, 3))
    third_or_zero = F.when(third == "", "0").otherwise(third)
    return (
        F.when(ip.rlike(_IPV4), F.concat(ipv4, F.lit(".0/24")))
        .when(ip.rlike(_IPV6), F.lower(F.concat_ws(":", first, second, F.concat(third_or_zero, F.lit("::/48")))))
        .otherwise(F.lit(None))
    )


def without_contact_details(text: Column) -> Column:
    """Search text with e-mail addresses, phone and card numbers replaced by what they were."""
    return F.regexp_replace(F.regexp_replace(text, _EMAIL, "[e-mail]"), _LONG_NUMBER, "[number]")
