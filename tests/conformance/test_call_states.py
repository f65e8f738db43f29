"""Which states a call has, and in which of them it is."""

import pytest

from calltape.conformance.alphabet import BOB, placed, take
from calltape.conformance.call_states import (
    CALL_LIFECYCLES,
    NoSuchState,
    StateName,
    every_state,
    is_met,
    state_named,
)
from calltape.core import LIFECYCLES, Call, replay

pytestmark = pytest.mark.example

OF_OTHERS = {"device_permission", "push_registration", "push_notice", "token", "room"}
"""Lifecycles of things that are no part of a call."""


def test_a_call_has_the_lifecycles_that_nothing_else_has() -> None:
    assert set(CALL_LIFECYCLES) == set(LIFECYCLES) - OF_OTHERS
    assert len(every_state()) == sum(len(LIFECYCLES[name].states) for name in CALL_LIFECYCLES)


def test_a_call_that_is_placed_is_in_these_states_and_no_others() -> None:
    call = replay(take(Call(), placed(BOB)).events)
    met = {str(name) for name in every_state() if is_met(name, call)}
    initial = {f"{name}.{LIFECYCLES[name].initial}" for name in CALL_LIFECYCLES}
    assert met == initial - {"participant.Idle"} | {"call.Connecting", "participant.Connecting"}


def test_a_state_is_named_alone_or_with_its_lifecycle() -> None:
    assert state_named("RemoteHold") == state_named("call.RemoteHold") == StateName("call", "RemoteHold")
    assert str(state_named("Silent")) == "data_channel.Silent"


@pytest.mark.parametrize("text", ["", ".", "call.", ".RemoteHold", "remotehold", "call.Hold", "Connected"])
def test_what_names_no_state_is_refused(text: str) -> None:
    with pytest.raises(NoSuchState):
        state_named(text)
