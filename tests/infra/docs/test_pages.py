"""The generated pages are those of the contracts and DAG files as they are."""

import pytest

from infra.docs.pages import FOLDER, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_make_docs_writes_it(name: str) -> None:
    assert (FOLDER / name).read_text() == PAGES[name](), "make docs writes it anew"


def test_no_page_is_left_that_nothing_makes() -> None:
    assert {path.name for path in FOLDER.glob("*.md")} == set(PAGES)
