"""The reference adapter of data channels keeps the contract of its port."""

from collections.abc import Callable

import pytest

from calltape.adapters.runtime import InstantData
from calltape.conformance import DataPortContract
from calltape.core import DataPort

pytestmark = pytest.mark.contract


class TestInstantData(DataPortContract):
    @pytest.fixture
    def make(self) -> Callable[[], DataPort]:
        return InstantData
