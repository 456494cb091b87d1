import pytest

from jobs.privacy.coarsening import network_prefix, without_contact_details

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
QUERIES = {
    "ann.lee+tv@mail.example.org": "[e-mail]",
    "films for ann@example.org please": "films for [e-mail] please",
    "josé@exämple.fr": "[e-mail]",
    "o'brien!@mail.example.org": "[e-mail]",
    "почта@пример.рф, please": "[e-mail], please",
    "ann＠example．org": "[e-mail]",
    "+33 6 12 34 56 78": "[number]",
    "٠٦ ١٢ ٣٤ ٥٦ ٧٨": "[number]",
    "０３–１２３４–５６７８": "[number]",
    "06\u00a012\u00a034\u00a056\u00a078": "[number]",
    "call 555-123-4567": "call [number]",
    "(020) 7946 0958": "([number]",
    "4111 1111 1111 1111": "[number]",
    "4111111111111111": "[number]",
    "Se7en": "Se7en",
    "2001: A Space Odyssey": "2001: A Space Odyssey",
    "24": "24",
    "1917": "1917",
    "10 Things I Hate About You": "10 Things I Hate About You",
    "9-1-1": "9-1-1",
    "crème 🎬 'quoted' <b>": "crème 🎬 'quoted' <b>",
}


@pytest.mark.parametrize("address", NETWORKS)
def test_network_prefix(address: str) -> None:
    assert network_prefix(address) == NETWORKS[address]


@pytest.mark.parametrize("query", QUERIES)
def test_search_text(query: str) -> None:
    assert without_contact_details(query) == QUERIES[query]
