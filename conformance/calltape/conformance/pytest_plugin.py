"""For whoever has calltape installed; pytest finds it through its entry point.

Fixtures; and where a test of a contract fails, the sentence of the contract that was broken.

Loaded in every pytest run, so nothing is imported before a fixture asks for it. They are made once a session,
so that Hypothesis may use them in its properties.
"""

from collections.abc import Callable, Generator, Iterable
from inspect import getdoc
from typing import TYPE_CHECKING

import pytest

from calltape.conformance import CONTRACT_MODULES

if TYPE_CHECKING:
    from calltape.core import Call, Event, Recorded

pytest.register_assert_rewrite(*CONTRACT_MODULES)  # so that a failure shows both sides


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say beside a failure what the contract asks, where the test is one of a contract."""
    report = yield
    test = getattr(item, "function", None)
    if report.failed and getattr(test, "__module__", None) in CONTRACT_MODULES:
        report.sections.append(("the contract says", getdoc(test) or ""))
    return report


@pytest.fixture(scope="session")
def legal_history() -> "Callable[[Iterable[Event]], Call]":
    """Call it with the events of one call: they are legal, and it answers the call they lead to.

    Raises (when called):
        CorruptHistory: an event is not legal where it stands; says which, and what would have been.
    """
    from calltape.core import replay

    return replay


@pytest.fixture(scope="session")
def call_in_state() -> "Callable[..., tuple[Recorded, ...]]":
    """Call it with a state and `participants=2`: a shortest tape of a call that is in that state.

    Raises (when called):
        NoSuchState: no call of so many gets there; says what there is.
    """
    from calltape.conformance.example_tapes import call_in_state

    return call_in_state
