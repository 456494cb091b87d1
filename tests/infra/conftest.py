"""One stack for all of these tests: the browser's come first, and the last one ends it."""

from collections.abc import Iterator

import pytest

from tests.infra.running_stack import RunningStack, running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("home")) as stack:
        yield stack
