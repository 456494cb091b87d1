"""Pages of Data Docs ask no other host for anything."""

import pytest

from expectations.offline_docs import without_remote_parts


@pytest.mark.parametrize(
    "remote",
    [
        '<script src="https://host.example/a.js"></script>',
        '<script src="https://host.example/a.js" integrity="sha384-x" crossorigin="anonymous"></script>',
        '<link rel="stylesheet" href="https://host.example/a.css"/>',
        '<link rel="stylesheet" type="text/css" href="http://host.example/a.css">',
        '<img\n src="https://host.example/logo.png?d=1">',
        "<style>a { background: url('https://host.example/logo.png') no-repeat; }</style>",
    ],
)
def test_takes_out_what_is_remote(remote: str) -> None:
    assert "host.example" not in without_remote_parts(f"<html><head>{remote}</head><body>x</body></html>")


@pytest.mark.parametrize(
    "local",
    ["<script>let x = 1</script>", '<link rel="icon" href="./static/a.ico">', '<a href="https://host.example">x</a>'],
)
def test_keeps_what_is_local_and_links(local: str) -> None:
    assert local in without_remote_parts(f"<html><head></head><body>{local}</body></html>")
