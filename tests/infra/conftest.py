"""One stack for all of these tests; whoever wants to end it asks for `stack_to_end`, and comes last."""

from collections.abc import Iterator

import pytest

from tests.infra.running_stack import RunningStack, running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("home")) as stack:
        yield stack


@pytest.fixture
def stack_to_end(stack: RunningStack) -> RunningStack:
    return stack
