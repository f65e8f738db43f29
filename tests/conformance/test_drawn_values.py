"""What is drawn for the fields that name nobody is a field of some command, and is drawn."""

import pytest

from calltape.conformance.alphabet import every_command
from calltape.conformance.drawn_values import VALUES

pytestmark = pytest.mark.example


@pytest.mark.parametrize("name", VALUES)
def test_every_value_is_drawn(name: str) -> None:
    drawn = [getattr(command, name) for command in every_command() if hasattr(command, name)]
    assert all(value in drawn for value in VALUES[name])
