import pytest

from jobs.privacy.coarsening import network_prefix

NETWORKS = {
    "203.0.113.77": "203.0.113.0/24",
    "10.0.0.1": "10.0.0.0/24",
    "2001:DB8:aBc:1:2:3:4:5": "2001:db8:abc::/48",
    "2001:db8:abc::5": "2001:db8:abc::/48",
    "2001:db8::5": "2001:db8:0::/48",
    "fe80::1": "fe80:0:0::/48",
    "::1": None,
    "::ffff:203.0.113.77": "203.0.113.0/24",
    "not an address": None,
    "203.0.113.77 x": None,
    "": None,
}


@pytest.mark.parametrize("address", NETWORKS)
def test_network_prefix(address: str) -> None:
    assert network_prefix(address) == NETWORKS[address]
