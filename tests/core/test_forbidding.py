"""What somebody may no longer do: over as the role is, and never because the role allows more."""

import pytest

from calltape.conformance.exploring import Place, commands_about
from calltape.conformance.strategies import ALICE, BOB, take
from calltape.core import (
    Call,
    CallState,
    ChangeRole,
    Event,
    ParticipantMuted,
    RoleChanged,
    ShareStopped,
    StopCause,
    StreamKind,
    VideoStopped,
    evolve,
    react,
)
from calltape.core.call.authority import is_capable
from calltape.core.effects import SetMuted, StopMediaStream

pytestmark = pytest.mark.property

NEEDS = {StreamKind.VIDEO: "turnVideoOn", StreamKind.SCREEN_SHARING: "shareScreen"}


def after(call: Call, events: tuple[Event, ...]) -> Call:
    there = call.copy()
    for event in events:
        evolve(there, event)
    return there


def test_nobody_sends_what_their_role_does_not_include(places: tuple[Place, ...]) -> None:
    changes = [each for each in commands_about(frozenset({ALICE, BOB})) if isinstance(each, ChangeRole)]
    stopped = 0
    for place in places:
        for command in changes:
            events = take(place.call, command).events
            if not events:
                continue
            before, there = place.call.participants[command.participant], after(place.call, events)
            person = there.participants[command.participant]
            for kind, capability in NEEDS.items():
                may = is_capable(there, person.role, capability)
                assert (kind in person.streams) is (kind in before.streams and may), place.way
                stopped += kind in before.streams and not may
            if person.call_state in {CallState.CONNECTED, CallState.LOCAL_HOLD}:
                assert person.is_muted or is_capable(there, person.role, "unmuteMic"), place.way
            assert isinstance(events[0], RoleChanged)
            _say_why(there, events[1:], command)
    assert stopped


def _say_why(there: Call, events: tuple[Event, ...], command: ChangeRole) -> None:
    for event in events:
        match event:
            case ParticipantMuted():
                assert (event.is_forbidden, event.by) == (True, command.by)
                (effect,) = react(there, event)
                assert isinstance(effect, SetMuted)
            case VideoStopped() | ShareStopped():
                assert event.cause is StopCause.FORBIDDEN
                (effect,) = react(there, event)
                assert isinstance(effect, StopMediaStream)
            case _:
                raise AssertionError(f"a change of role led to {event}")
