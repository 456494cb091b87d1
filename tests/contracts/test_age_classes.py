import pytest

from jobs.contracts.age_classes import least_age_of
from jobs.simulator.world.catalogue import MATURITY

# As services and boards of classification write them.
CLASSES = {
    "0": 0,
    "12": 12,
    "16+": 16,
    "FSK 12": 12,
    "PEGI-16": 16,
    "PG-13": 13,
    "tv-ma": 18,
    " G ": 0,
    None: None,
    "": None,
    "adult": None,
    "R18": None,
    "7 to 12": None,
}


@pytest.mark.parametrize("age_class", CLASSES)
def test_age(age_class: str | None) -> None:
    assert least_age_of(age_class) == CLASSES[age_class]


def test_classes_of_invented_catalogues_are_known() -> None:
    assert [least_age_of(age_class) for age_class in MATURITY] == [0, 7, 13, 16, 18]
