"""The short dose of `make fuzz`: no bytes stop the readers of calendars and of mailed replies."""

import pytest

from tests.security.fuzz import READERS, attack

DOSE = 300


@pytest.mark.parametrize("name", READERS)
def test_mutated_bytes_are_read_or_refused_and_never_stop_the_reader(name: str) -> None:
    done, slowest = attack(name, DOSE, seed=7)
    assert done == DOSE
    assert slowest < 5
