"""The plugin gives its fixtures to whoever has calltape installed, and costs nobody else anything."""

import subprocess
import sys
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given

from calltape.conformance.strategies import histories
from calltape.core import Call, CorruptHistory, Event, Ledger, Recorded

pytestmark = pytest.mark.example


@given(history=histories(max_size=8, min_size=3))
def test_a_legal_history_leads_to_its_call(
    legal_history: Callable[[Iterable[Event]], Call], history: tuple[Event, ...]
) -> None:
    if history:
        assert legal_history(history).participants


@given(history=histories(max_size=8, min_size=3).filter(bool))
def test_a_history_that_begins_twice_is_not_legal(
    legal_history: Callable[[Iterable[Event]], Call], history: tuple[Event, ...]
) -> None:
    with pytest.raises(CorruptHistory):
        legal_history((*history, history[0]))


def test_a_tape_to_a_state_is_a_fixture(call_in_state: Callable[..., tuple[Recorded, ...]]) -> None:
    call = Ledger(call_in_state("RemoteHold", participants=2)).call
    assert "RemoteHold" in {person.call_state for person in call.participants.values()}


WITHOUT_HYPOTHESIS = """
import sys
sys.modules["hypothesis"] = None
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "hypothesis" else find(name, *rest)
import calltape.conformance.pytest_plugin
from calltape.conformance import call_in_state, check_model, first_breach
from calltape.conformance import EventLogContract
"""


def test_without_the_extra_the_plugin_loads_and_the_kit_names_the_extra() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_HYPOTHESIS], capture_output=True, text=True, check=False
    )
    last = ran.stderr.strip().splitlines()[-1]
    assert last == (
        "ImportError: the conformance kit needs hypothesis: run pip install 'calltape[testing]'"
    ), ran.stderr
