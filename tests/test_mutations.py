"""What `make mutation-check` takes out is still there, once each."""

import pytest

from tests.mutations import MUTATIONS, PROJECT, Mutation


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.safeguard)
def test_a_safeguards_code_is_where_the_mutation_looks_for_it(mutation: Mutation) -> None:
    assert (PROJECT / mutation.file).read_text().count(mutation.code) == 1
    assert (PROJECT / mutation.tests).is_file()
