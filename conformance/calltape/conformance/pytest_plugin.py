"""Fixtures for whoever has calltape installed: pytest finds them through its entry point.

Loaded in every pytest run, so nothing is imported before a fixture asks for it. They are made once a session,
so that Hypothesis may use them in its properties.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from calltape.core import Call, Event


@pytest.fixture(scope="session")
def legal_history() -> "Callable[[Iterable[Event]], Call]":
    """Call it with the events of one call: they are legal, and it answers the call they lead to.

    Raises (when called):
        CorruptHistory: an event is not legal where it stands; says which, and what would have been.
    """
    from calltape.core import replay

    return replay
